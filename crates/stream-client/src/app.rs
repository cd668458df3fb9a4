use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Call, Client, Error, Kind, Operation, Result};

const HEAD: Operation = Operation::new("HEAD", "/");

/// The app behind the key.
#[derive(Clone, Debug, Deserialize)]
#[allow(missing_docs, reason = "the names are Stream's")]
pub struct App {
    /// The app's number.
    #[serde(default, deserialize_with = "super::null::as_default")]
    pub id: i64,
    #[serde(default, deserialize_with = "super::null::as_default")]
    pub name: String,
    #[serde(default, deserialize_with = "super::null::as_default")]
    pub suspended: bool,
    #[serde(default, deserialize_with = "super::null::as_default")]
    pub disable_auth_checks: bool,
    #[serde(default, deserialize_with = "super::null::as_default")]
    pub disable_permissions_checks: bool,
    #[serde(default, deserialize_with = "super::null::as_default")]
    pub webhook_url: String,
}

/// Settings of an app to change; what is `None` stays.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names are Stream's")]
pub struct AppSettings {
    pub webhook_url: Option<String>,
    pub enable_hook_payload_compression: Option<bool>,
    /// Makes every token of every user worthless whose `iat` lies before.
    pub revoke_tokens_issued_before: Option<Timestamp>,
}

/// How much of an endpoint's window is used.
#[derive(Clone, Copy, Debug, Deserialize)]
#[allow(missing_docs, reason = "the names are Stream's")]
pub struct EndpointLimit {
    pub limit: i64,
    pub remaining: i64,
}

#[derive(Deserialize)]
struct Holder {
    app: App,
}

#[derive(Deserialize)]
struct Limits {
    #[serde(default, deserialize_with = "super::null::as_default")]
    server_side: BTreeMap<String, EndpointLimit>,
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
        let mut body = serde_json::Map::new();
        if let Some(url) = &settings.webhook_url {
            body.insert("webhook_url".to_owned(), json!(url));
        }
        if let Some(compression) = settings.enable_hook_payload_compression {
            let field = "enable_hook_payload_compression";
            body.insert(field.to_owned(), json!(compression));
        }
        if let Some(before) = settings.revoke_tokens_issued_before {
            let field = "revoke_tokens_issued_before";
            body.insert(field.to_owned(), json!(before.to_string()));
        }
        let call = Call::patch("/app").json(&body).repeatable();
        self.send::<Value>(call).await.map(drop)
    }

    /// What is left for servers of the minute's calls, by endpoint.
    ///
    /// # Errors
    /// As [`Client::app`].
    pub async fn rate_limits(&self) -> Result<BTreeMap<String, EndpointLimit>> {
        let call = Call::get("/rate_limits").query("server_side", true);
        Ok(self.send::<Limits>(call).await?.server_side)
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
