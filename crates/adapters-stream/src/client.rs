//! Stream Chat's API for a server: usable without the ports.
//!
//! A [`Client`] holds the pool and the rate limits of one app; cloning it is cheap. Every call goes
//! through one private path, which signs, sends, classifies and repeats only what is safe. The
//! calls themselves stand in one file an endpoint group.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use hims_chat_stream::{Settings, client::{Client, NewUser}};
//!
//! let client = Client::new(&Settings::new("12345", "key", "secret"))?;
//! client.upsert_users(&[NewUser::new("dr-lee").named("Dr Lee")]).await?;
//! # Ok(()) }
//! ```

mod app;
mod channel_types;
mod channels;
mod error;
mod events;
mod files;
mod imports;
mod measurements;
mod members;
mod messages;
mod null;
mod rate_limits;
mod reactions;
mod read;
mod request;
mod retry;
mod search;
pub mod socket;
mod time;
mod tls;
mod token;
mod trouble;
mod types;
mod users;
pub mod webhook;

use std::{fmt, sync::Arc, time::Duration};

use jiff::Timestamp;
use reqwest::Url;

use self::rate_limits::RateLimits;
pub use self::{
    app::{App, AppSettings, EndpointLimit},
    channel_types::{ChannelType, ChannelTypeChange},
    channels::{ChannelQuery, MessageRange, NewChannel, Sort, Watching},
    error::{Error, Kind, Result},
    imports::{ImportMode, ImportTask},
    messages::{NewMessage, Sent},
    token::{BACKDATED, LONGEST_LIFE, Signer, UserToken},
    trouble::Trouble,
    types::{
        Attachment, Channel, ChannelState, Custom, Event, Member, Message, Reaction, Read, User,
    },
    users::NewUser,
};
pub(crate) use self::{measurements::lost_connections, token::issued_at};
use crate::settings::{InvalidSettings, Patience, Settings};

/// Stream's load balancer closes what idles for 60 s; a connection is given up before.
const IDLE: Duration = Duration::from_secs(50);
const CONNECT: Duration = Duration::from_secs(5);
const IDLE_CONNECTIONS: usize = 10;

/// A server's access to one app at Stream.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

struct Shared {
    http: reqwest::Client,
    base_url: Url,
    api_key: String,
    signer: Signer,
    server_token: String,
    token_lifetime: Duration,
    patience: Patience,
    limits: RateLimits,
    debug: bool,
}

impl Client {
    /// A client of an app. Nothing is sent yet.
    ///
    /// # Errors
    /// [`InvalidSettings`], naming the setting.
    pub fn new(settings: &Settings) -> Result<Self, InvalidSettings> {
        if settings.api_key.is_empty() || settings.api_secret.expose().is_empty() {
            return Err(InvalidSettings::Empty);
        }
        measurements::describe();
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config()?)
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| InvalidSettings::Tls)?;
        let signer = Signer::new(&settings.api_secret);
        Ok(Self {
            shared: Arc::new(Shared {
                http,
                base_url: settings.parsed_base_url()?,
                api_key: settings.api_key.clone(),
                server_token: signer.server_token(),
                signer,
                token_lifetime: settings.token_lifetime,
                patience: settings.patience,
                limits: RateLimits::default(),
                debug: settings.debug,
            }),
        })
    }

    /// What signs with the app's secret.
    pub fn signer(&self) -> &Signer {
        &self.shared.signer
    }

    /// A token for a user from `now` on. It does not make the user.
    pub fn user_token(&self, user_id: &str, now: Timestamp) -> UserToken {
        let shared = &self.shared;
        shared
            .signer
            .user_token(user_id, now, shared.token_lifetime)
    }

    /// Where the API is.
    pub fn base_url(&self) -> &Url {
        &self.shared.base_url
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("host", &self.shared.base_url.host_str())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
