use std::time::Duration;

use clap::Args;

use super::CliError;
use crate::client_library::ClientLibrary;

/// The app at Stream.
#[derive(Args)]
pub(super) struct StreamSettings {
    /// The app's number at Stream, as its dashboard shows it.
    #[arg(long = "stream-app-id", env = "STREAM_APP_ID", global = true)]
    app_id: Option<String>,
    /// The app's public key.
    #[arg(long = "stream-api-key", env = "STREAM_API_KEY", global = true)]
    api_key: Option<String>,
    /// The app's secret.
    #[arg(
        long = "stream-api-secret",
        env = "STREAM_API_SECRET",
        hide_env_values = true,
        global = true
    )]
    api_secret: Option<String>,
    /// The region in which the app's data is kept, as the dashboard names it; shown to people, not used to connect.
    #[arg(long = "stream-region", env = "STREAM_REGION", global = true)]
    region: Option<String>,
    /// The address of Stream's API, if it is not Stream's own.
    #[arg(long = "stream-base-url", env = "STREAM_BASE_URL", global = true)]
    base_url: Option<String>,
    /// true: where no app is named, the built-in stand-in serves also with a database of your own, and forgets
    /// everything at exit; false: never. Not set: in the demonstration alone.
    #[arg(long = "stream-sandbox", env = "STREAM_SANDBOX", global = true)]
    sandbox: Option<String>,
    /// true: every call to Stream is written to the log, without secrets and texts.
    #[arg(
        long = "stream-debug",
        env = "STREAM_DEBUG",
        default_value = "false",
        global = true
    )]
    debug: String,
    /// Stream's own JavaScript SDK, as an ES module in one file: its https URL, or the path of a
    /// file that is served. With it the pages of the Stream mount listen to Stream themselves.
    #[arg(long = "stream-js-sdk", env = "STREAM_JS_SDK", global = true)]
    js_sdk: Option<String>,
    /// Users a month that the plan at Stream holds.
    #[arg(
        long = "stream-mau-limit",
        env = "STREAM_MAU_LIMIT",
        default_value = "100",
        global = true
    )]
    monthly_users: String,
    /// Seconds that a token for a client library is good for: 5 to 3600.
    #[arg(
        long = "stream-token-seconds",
        env = "STREAM_TOKEN_SECONDS",
        default_value = "3600",
        global = true
    )]
    token_seconds: String,
}

impl StreamSettings {
    /// Whether an app was named.
    pub(super) fn names_an_app(&self) -> bool {
        [
            self.app_id(),
            self.api_key(),
            self.api_secret(),
            self.region(),
            self.base_url(),
        ]
        .iter()
        .any(Option::is_some)
    }

    /// Whether the sandbox stands in where no app is named.
    pub(super) fn allows_sandbox(&self, is_demonstration: bool) -> Result<bool, CliError> {
        let set = filled(&self.sandbox).map(str::parse);
        let set = set
            .transpose()
            .map_err(|_| CliError::setting("STREAM_SANDBOX", "must be true or false"))?;
        Ok(set.unwrap_or(is_demonstration))
    }

    pub(super) fn app_id(&self) -> Option<&str> {
        filled(&self.app_id)
    }

    pub(super) fn api_key(&self) -> Option<&str> {
        filled(&self.api_key)
    }

    pub(super) fn api_secret(&self) -> Option<&str> {
        filled(&self.api_secret)
    }

    pub(super) fn region(&self) -> Option<&str> {
        filled(&self.region)
    }

    pub(super) fn base_url(&self) -> Option<&str> {
        filled(&self.base_url)
    }

    /// The SDK for the pages of a backend at this address.
    pub(super) fn client_library(&self, backend: &str) -> Result<Option<ClientLibrary>, CliError> {
        const NAME: &str = "STREAM_JS_SDK";
        let Some(place) = filled(&self.js_sdk) else {
            return Ok(None);
        };
        let library = if place.contains("://") {
            ClientLibrary::at(place, backend)
        } else {
            let script = std::fs::read(place).map_err(|error| {
                CliError::setting(NAME, format!("the file cannot be read ({error})"))
            })?;
            ClientLibrary::served(script, backend)
        };
        library
            .map(Some)
            .map_err(|problem| CliError::setting(NAME, problem.to_string()))
    }

    pub(super) fn debug(&self) -> Result<bool, CliError> {
        self.debug
            .parse()
            .map_err(|_| CliError::setting("STREAM_DEBUG", "must be true or false"))
    }

    pub(super) fn monthly_users(&self) -> Result<usize, CliError> {
        let number = self.monthly_users.parse().ok().filter(|number| *number > 0);
        number
            .ok_or_else(|| CliError::setting("STREAM_MAU_LIMIT", "must be a whole number above 0"))
    }

    pub(super) fn token_lifetime(&self) -> Result<Duration, CliError> {
        let seconds = self.token_seconds.parse().ok();
        let seconds = seconds.filter(|seconds| (5..=3600).contains(seconds));
        seconds.map(Duration::from_secs).ok_or_else(|| {
            CliError::setting("STREAM_TOKEN_SECONDS", "must be a number from 5 to 3600")
        })
    }
}

fn filled(value: &Option<String>) -> Option<&str> {
    value.as_deref().filter(|value| !value.is_empty())
}
