//! Requests are counted by endpoint and platform in windows of a minute.

use std::collections::HashMap;

use axum::http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::call::Caller;
use crate::failure::Failure;
use crate::json::Object;

const WINDOW: i64 = 60;
const PER_USER: u64 = 60;

/// The state of one limit after a request was counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    pub(crate) limit: u64,
    pub(crate) remaining: u64,
    /// Seconds since 1970 at which the window starts anew.
    pub(crate) reset: i64,
}

impl Standing {
    pub(crate) fn headers(self, headers: &mut HeaderMap) {
        headers.insert("x-ratelimit-limit", HeaderValue::from(self.limit));
        headers.insert("x-ratelimit-remaining", HeaderValue::from(self.remaining));
        headers.insert("x-ratelimit-reset", HeaderValue::from(self.reset));
    }

    fn json(self) -> Value {
        json!({ "limit": self.limit, "remaining": self.remaining, "reset": self.reset })
    }
}

#[derive(Debug, Default)]
pub(crate) struct Limits {
    /// Requests of the current minute by platform and endpoint, and by user and endpoint.
    counted: HashMap<(String, &'static str), (i64, u64)>,
    /// Limits set for tests.
    set: HashMap<String, u64>,
}

impl Limits {
    /// Counts a request. The error carries the standing too.
    pub(crate) fn count(
        &mut self,
        caller: &Caller,
        platform: &str,
        endpoint: &'static str,
        now: i64,
    ) -> (Standing, Result<(), Failure>) {
        let limit = self
            .set
            .get(endpoint)
            .copied()
            .unwrap_or_else(|| usual(endpoint));
        let used = self.one_more(platform, endpoint, now);
        let window = now - now.rem_euclid(WINDOW);
        let standing = Standing {
            limit,
            remaining: limit.saturating_sub(used),
            reset: window + WINDOW,
        };
        if used > limit {
            return (standing, Err(refusal(endpoint)));
        }
        if let Caller::User(user) = caller
            && self.one_more(&format!("user {user}"), endpoint, now)
                > PER_USER.max(self.per_user(endpoint))
        {
            return (standing, Err(refusal(endpoint)));
        }
        (standing, Ok(()))
    }

    fn per_user(&self, endpoint: &str) -> u64 {
        self.set.get(endpoint).copied().unwrap_or_default()
    }

    fn one_more(&mut self, who: &str, endpoint: &'static str, now: i64) -> u64 {
        let window = now - now.rem_euclid(WINDOW);
        let entry = self
            .counted
            .entry((who.to_owned(), endpoint))
            .or_insert((window, 0));
        if entry.0 != window {
            *entry = (window, 0);
        }
        entry.1 += 1;
        entry.1
    }

    /// Sets the limit of an endpoint, for tests; its count starts anew.
    pub(crate) fn set(&mut self, endpoint: &str, limit: Option<u64>) {
        match limit {
            Some(limit) => self.set.insert(endpoint.to_owned(), limit),
            None => self.set.remove(endpoint),
        };
        self.counted.retain(|(_, counted), _| *counted != endpoint);
    }

    pub(crate) fn is_set(&self, endpoint: &str) -> bool {
        self.set.contains_key(endpoint)
    }

    /// The standing of each endpoint used on this platform this minute, or of those asked for.
    pub(crate) fn report(&self, platform: &str, asked: &[&str], now: i64) -> Object {
        let window = now - now.rem_euclid(WINDOW);
        let used = |endpoint: &str| {
            let of = |((who, counted), (at, used)): (&(String, &str), &(i64, u64))| {
                (who == platform && *counted == endpoint && *at == window).then_some(*used)
            };
            self.counted.iter().find_map(of).unwrap_or(0)
        };
        let names = ENDPOINTS
            .iter()
            .flat_map(|(_, names)| names.iter().copied());
        let asked = names.filter(|name| asked.is_empty() || asked.contains(name));
        asked
            .map(|name| {
                let limit = self.set.get(name).copied().unwrap_or_else(|| usual(name));
                let standing = Standing {
                    limit,
                    remaining: limit.saturating_sub(used(name)),
                    reset: window + WINDOW,
                };
                (name.to_owned(), standing.json())
            })
            .collect()
    }
}

fn refusal(endpoint: &str) -> Failure {
    Failure::new(
        9,
        StatusCode::TOO_MANY_REQUESTS,
        format!("Too many requests for {endpoint}, check response headers for more information."),
    )
}

/// Requests a minute, and the endpoints that have them.
const ENDPOINTS: &[(u64, &[&str])] = &[
    (
        10_000,
        &[
            "Connect",
            "GetOrCreateChannel",
            "GetApp",
            "MarkRead",
            "MarkAllRead",
            "QueryChannels",
            "SendEvent",
        ],
    ),
    (
        1_000,
        &[
            "SendMessage",
            "UpdateMessage",
            "UpdateMessagePartial",
            "DeleteMessage",
            "GetMessage",
            "GetManyMessages",
            "GetReplies",
            "SendReaction",
            "DeleteReaction",
            "GetReactions",
            "QueryReactions",
            "QueryUsers",
            "UploadFile",
            "UploadImage",
            "DeleteFile",
            "DeleteImage",
            "StopWatching",
            "CreateGuest",
            "RunMessageAction",
            "MarkUnread",
            "MarkDelivered",
            "Sync",
            "UnreadCounts",
            "QueryThreads",
        ],
    ),
    (
        300,
        &[
            "UpdateUsers",
            "UpdateUsersPartial",
            "UpdateChannel",
            "UpdateChannelPartial",
            "UpdateMemberPartial",
            "QueryMembers",
            "Search",
            "MuteUser",
            "UnmuteUser",
            "MuteChannel",
            "UnmuteChannel",
            "Ban",
            "Unban",
            "Flag",
            "HideChannel",
            "ShowChannel",
            "CreateDevice",
            "BlockUser",
            "UnblockUser",
        ],
    ),
    (
        60,
        &[
            "CreateChannelType",
            "GetChannelType",
            "ListChannelTypes",
            "UpdateChannelType",
            "DeleteChannelType",
            "DeleteChannel",
            "DeleteChannels",
            "TruncateChannel",
            "ExportChannels",
            "ExportUser",
            "DeactivateUser",
            "DeactivateUsers",
            "ReactivateUser",
            "ReactivateUsers",
            "DeleteUser",
            "DeleteUsers",
            "RestoreUsers",
            "UpdateApp",
            "ListDevices",
            "CheckPush",
        ],
    ),
];

/// What is not in the list has the middle limit.
fn usual(endpoint: &str) -> u64 {
    ENDPOINTS
        .iter()
        .find(|(_, names)| names.contains(&endpoint))
        .map_or(300, |(limit, _)| *limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_refuses_what_is_beyond_it_and_then_starts_anew() {
        let mut limits = Limits::default();
        limits.set("SendMessage", Some(2));
        let mut at = |now| {
            limits
                .count(&Caller::Server, "server_side", "SendMessage", now)
                .1
                .map_err(|f| f.code)
        };
        assert_eq!(
            [at(100), at(101), at(102), at(120)],
            [Ok(()), Ok(()), Err(9), Ok(())]
        );
    }

    #[test]
    fn one_client_has_its_own_limit() {
        let mut limits = Limits::default();
        let mut at = |user: &str| {
            limits
                .count(&Caller::User(user.into()), "web", "QueryUsers", 60)
                .1
                .is_ok()
        };
        assert_eq!((0..61).filter(|_| at("a")).count(), 60);
        assert!(at("b"));
    }
}
