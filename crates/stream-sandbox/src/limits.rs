//! Requests are counted by endpoint and platform in windows of a minute. That of a limit set for a test
//! opens with its first request, so that a test which uses it up never falls on the border of two.

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

#[derive(Clone, Copy, Debug)]
struct Window {
    opened: i64,
    used: u64,
}

impl Window {
    fn is_open(self, now: i64) -> bool {
        (self.opened..self.opened + WINDOW).contains(&now)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Limits {
    /// The window of each platform and endpoint, and of each user and endpoint.
    counted: HashMap<(String, &'static str), Window>,
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
        let Window { opened, used } = self.one_more(platform, endpoint, now);
        let standing = Standing {
            limit,
            remaining: limit.saturating_sub(used),
            reset: opened + WINDOW,
        };
        if used > limit {
            return (standing, Err(refusal(endpoint)));
        }
        if let Caller::User(user) = caller
            && self.one_more(&format!("user {user}"), endpoint, now).used
                > PER_USER.max(self.per_user(endpoint))
        {
            return (standing, Err(refusal(endpoint)));
        }
        (standing, Ok(()))
    }

    fn per_user(&self, endpoint: &str) -> u64 {
        self.set.get(endpoint).copied().unwrap_or_default()
    }

    /// One in which nothing was counted yet.
    fn window(&self, endpoint: &str, now: i64) -> Window {
        let opened = if self.is_set(endpoint) {
            now
        } else {
            now - now.rem_euclid(WINDOW)
        };
        Window { opened, used: 0 }
    }

    fn one_more(&mut self, who: &str, endpoint: &'static str, now: i64) -> Window {
        let fresh = self.window(endpoint, now);
        let window = self
            .counted
            .entry((who.to_owned(), endpoint))
            .or_insert(fresh);
        if !window.is_open(now) {
            *window = fresh;
        }
        window.used += 1;
        *window
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
        let window = |endpoint: &str| {
            let of = |((who, counted), window): (&(String, &str), &Window)| {
                (who == platform && *counted == endpoint && window.is_open(now)).then_some(*window)
            };
            let counted = self.counted.iter().find_map(of);
            counted.unwrap_or_else(|| self.window(endpoint, now))
        };
        let names = ENDPOINTS
            .iter()
            .flat_map(|(_, names)| names.iter().copied());
        let asked = names.filter(|name| asked.is_empty() || asked.contains(name));
        asked
            .map(|name| {
                let limit = self.set.get(name).copied().unwrap_or_else(|| usual(name));
                let Window { opened, used } = window(name);
                let standing = Standing {
                    limit,
                    remaining: limit.saturating_sub(used),
                    reset: opened + WINDOW,
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

/// The usual limit of an endpoint; one that is not in the list has the middle limit.
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
            [at(118), at(121), at(177), at(178)],
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
