use std::time::Duration;

use thiserror::Error;
use url::Url;

use crate::{
    client::{BASE_URL, Client, InvalidConfig, Patience, Secret, Signer},
    observed::Observed,
};

/// Longest life of a user token.
const LONGEST_LIFE: Duration = Duration::from_secs(3600);

/// The settings that the client needs of an app at Stream.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The app's number, as the dashboard shows it. For client libraries; no call carries it.
    pub app_id: String,
    /// The app's public key.
    pub api_key: String,
    /// The app's secret, which signs tokens and webhooks.
    pub api_secret: Secret,
    /// The region that keeps the app's data. For people to read: no host is chosen by it.
    pub region: Option<String>,
    /// The address of the API: [`Settings::BASE_URL`] unless the app talks to a stand-in.
    pub base_url: String,
    /// The channel type of all rooms.
    pub channel_type: String,
    /// Says every call to the log: method, path template, outcome; never a secret or a text.
    pub debug: bool,
    /// Largest file in bytes, at most 100 MB, which is Stream's own limit.
    pub max_attachment_bytes: u64,
    /// How long a client token lives, at most one hour.
    pub token_lifetime: Duration,
    /// How patient a call is.
    pub patience: Patience,
}

impl Settings {
    /// Stream's edge, which finds the region by the key.
    pub const BASE_URL: &str = BASE_URL;
    /// The channel type unless another is asked for.
    pub const CHANNEL_TYPE: &str = "doctor-chat";

    /// The settings of an app, with everything else as it should be.
    pub fn new(
        app_id: impl Into<String>,
        api_key: impl Into<String>,
        api_secret: impl Into<String>,
    ) -> Self {
        Self {
            app_id: app_id.into(),
            api_key: api_key.into(),
            api_secret: Secret::new(api_secret),
            region: None,
            base_url: Self::BASE_URL.to_owned(),
            channel_type: Self::CHANNEL_TYPE.to_owned(),
            debug: false,
            max_attachment_bytes: 25 * 1024 * 1024,
            token_lifetime: Duration::from_secs(3600),
            patience: Patience::default(),
        }
    }

    /// A client of the app. Nothing is sent yet.
    ///
    /// # Errors
    /// [`InvalidSettings`], naming the setting.
    pub fn client(&self) -> Result<Client, InvalidSettings> {
        Ok(Client::server(&*self.api_key, self.api_secret.clone())
            .base_url(&*self.base_url)
            .patience(self.patience)
            .product("hims-chat")
            .observer(Observed::new(self.debug))
            .build()?)
    }

    /// Signs as the app.
    pub fn signer(&self) -> Signer {
        Signer::new(&self.api_secret)
    }

    /// How long a token of a doctor's lives: an hour at most.
    pub(crate) fn life_of_tokens(&self) -> Duration {
        self.token_lifetime.min(LONGEST_LIFE)
    }

    /// The base URL, read.
    ///
    /// # Errors
    /// When it is no http or https URL.
    pub fn parsed_base_url(&self) -> Result<Url, InvalidSettings> {
        let url = Url::parse(&self.base_url).map_err(|_| InvalidSettings::BaseUrl)?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(InvalidSettings::BaseUrl);
        }
        Ok(url)
    }
}

/// The settings cannot be used.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum InvalidSettings {
    /// Not a URL.
    #[error(
        "STREAM_BASE_URL must be an http or https URL, such as {}",
        Settings::BASE_URL
    )]
    BaseUrl,
    /// No key or secret.
    #[error("STREAM_API_KEY and STREAM_API_SECRET must not be empty")]
    Empty,
    /// A channel type is a name.
    #[error("a channel type is 1 to 64 characters of a-z, 0-9, _ and -")]
    ChannelType,
    /// TLS cannot be set up on this machine.
    #[error("TLS cannot be set up: the certificates of this machine cannot be read")]
    Tls,
}

impl From<InvalidConfig> for InvalidSettings {
    fn from(invalid: InvalidConfig) -> Self {
        match invalid {
            InvalidConfig::BaseUrl => Self::BaseUrl,
            InvalidConfig::Empty => Self::Empty,
            _ => Self::Tls,
        }
    }
}
