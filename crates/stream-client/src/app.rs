use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Call, Client, Error, Kind, Operation, Result, Texts};

const HEAD: Operation = Operation::new("HEAD", "/");

answer! {
    /// The app behind the key. Its many other settings are in `custom`, by Stream's names.
    App {
        may {
            /// The app's number.
            id: i64,
            /// The name.
            name: String,
            /// The organisation that it belongs to.
            organization: String,
            /// Whether nobody can use it now.
            suspended: bool,
            /// The reason of a suspension.
            suspended_explanation: String,
            /// Whether tokens are not checked: for development only.
            disable_auth_checks: bool,
            /// Whether permissions are not checked: for development only.
            disable_permissions_checks: bool,
            /// Whether it has several tenants.
            multi_tenant_enabled: bool,
            /// The address that events are sent to.
            webhook_url: String,
        }
        at {
            /// Tokens from before are worthless.
            revoke_tokens_issued_before,
        }
    }
}

request! {
    /// Settings of an app to change; those that are not named stay. Those that have no function here
    /// are set by [`AppSettings::with`], by Stream's names.
    AppSettings {
        may {
            /// The address that events are sent to; an empty one ends that.
            webhook_url: String,
            /// The types of events that are sent there; all where the list is empty.
            webhook_events: Texts,
            /// Whether events are packed (gzip) on their way.
            enable_hook_payload_compression: bool,
            /// The address that is asked before a message is sent.
            before_message_send_hook_url: String,
            /// The address that is told of commands and buttons.
            custom_action_handler_url: String,
            /// Makes every token of every user worthless whose `iat` lies before.
            revoke_tokens_issued_before: Timestamp,
            /// Whether it has several tenants.
            multi_tenant_enabled: bool,
            /// Permission ids by role, for what is done outside of channels.
            grants: BTreeMap<String, Vec<String>>,
            /// Whether messages can share places on the map.
            shared_locations_enabled: bool,
            /// Places that events are sent to, each with its types.
            event_hooks: Vec<Value>,
        }
        count {
            /// Seconds after which a user is reminded of unread messages.
            reminders_interval: u32,
        }
        custom custom
    }
}

answer! {
    /// How much of an endpoint's window of a minute is used.
    EndpointLimit {
        may {
            /// Calls of one window.
            limit: i64,
            /// Calls that are left of this one.
            remaining: i64,
            /// When the next one begins, in seconds since 1970.
            reset: i64,
        }
    }
}

answer! {
    /// The minute's calls that are left, by platform and endpoint.
    RateLimits {
        may {
            /// For servers.
            server_side: BTreeMap<String, EndpointLimit>,
            /// For Android.
            android: BTreeMap<String, EndpointLimit>,
            /// For Apple's devices.
            ios: BTreeMap<String, EndpointLimit>,
            /// For browsers.
            web: BTreeMap<String, EndpointLimit>,
        }
    }
}

request! {
    /// Platforms and endpoints whose limits are asked for; all where none are named.
    RateLimitQuery {
        may {
            /// Whether the limits of servers are asked for.
            server_side: bool,
            /// Whether the limits of Android devices are asked for.
            android: bool,
            /// Apple's devices.
            ios: bool,
            /// Whether the limits of browsers are asked for.
            web: bool,
            /// Endpoints by Stream's names, such as `SendMessage`.
            endpoints: Texts,
        }
    }
}

#[derive(serde::Deserialize)]
struct Holder {
    app: App,
}

impl Client {
    /// The app. Also the cheapest proof that key and secret are right.
    ///
    /// # Errors
    /// `KeyRefused`, `SecretRefused`, `Suspended`, `Unreachable`.
    pub async fn app(&self) -> Result<App> {
        Ok(self.send::<Holder>(Call::get("/app")).await?.app)
    }

    /// Changes settings of the app.
    ///
    /// # Errors
    /// `Invalid`.
    pub async fn update_app(&self, settings: &AppSettings) -> Result<()> {
        let call = Call::patch("/app").json(settings).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// Makes every token of every user worthless whose `iat` lies before `before`; `None` undoes it.
    ///
    /// # Errors
    /// As any call.
    pub async fn revoke_all_tokens(&self, before: Option<Timestamp>) -> Result<()> {
        let body = json!({ "revoke_tokens_issued_before": before });
        let call = Call::patch("/app").json(&body).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// The minute's calls that are left.
    ///
    /// # Errors
    /// As [`Client::app`].
    pub async fn rate_limits(&self, query: &RateLimitQuery) -> Result<RateLimits> {
        let mut call = Call::get("/rate_limits");
        let platforms = [
            ("server_side", query.server_side),
            ("android", query.android),
            ("ios", query.ios),
            ("web", query.web),
        ];
        for (name, asked) in platforms {
            if asked == Some(true) {
                call = call.query(name, true);
            }
        }
        if let Some(endpoints) = &query.endpoints {
            call = call.query("endpoints", endpoints.joined());
        }
        self.send(call).await
    }

    /// How far the clock of whatever answers at the base URL is from ours, in whole seconds; `None`
    /// when it does not say. Positive: theirs is ahead.
    ///
    /// # Errors
    /// `Unreachable`.
    pub async fn clock_skew(&self) -> Result<Option<i64>> {
        let unreachable = || Error::unanswered(HEAD, Kind::Unreachable, false);
        let url = self.shared.base_url.clone();
        let request = self
            .shared
            .http
            .head(url)
            .timeout(Duration::from_secs(5))
            .send();
        let response = request.await.map_err(|_| unreachable())?;
        let date = response
            .headers()
            .get("date")
            .and_then(|date| date.to_str().ok());
        let date = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        Ok(date.map(|date| date.timestamp().as_second() - Timestamp::now().as_second()))
    }
}
