use std::{fmt, sync::Arc, time::Duration};

use thiserror::Error;
use url::Url;

use super::{
    Observer, Patience, Secret, Signer, TokenSource, observer::Nobody, rate_limits::RateLimits,
    tls, token::Tokens,
};

/// Stream's edge, which finds the region of an app by its key.
pub const BASE_URL: &str = "https://chat.stream-io-api.com";

/// Stream's load balancer closes what idles for 60 s; a connection is given up before.
const IDLE: Duration = Duration::from_secs(50);
const CONNECT: Duration = Duration::from_secs(5);
const IDLE_CONNECTIONS: usize = 10;

/// Access to one app at Stream. Cloning it is cheap and shares everything.
#[derive(Clone)]
pub struct Client {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) http: reqwest::Client,
    pub(super) base_url: Url,
    pub(super) api_key: String,
    pub(super) access: Access,
    pub(super) patience: Patience,
    pub(super) limits: RateLimits,
    pub(super) product: String,
    pub(super) keeps_reasons: bool,
    pub(super) observer: Arc<dyn Observer>,
}

/// In whose name calls are made.
pub(super) enum Access {
    /// The app's own server, which may do everything.
    Server { token: String },
    /// One user.
    User(Tokens),
}

impl Client {
    /// A server's client, with everything as it is by default. Nothing is sent yet.
    ///
    /// # Errors
    /// [`InvalidConfig`].
    pub fn new(
        api_key: impl Into<String>,
        api_secret: impl Into<Secret>,
    ) -> Result<Self, InvalidConfig> {
        Self::server(api_key, api_secret).build()
    }

    /// A server's client to be. It may do everything, so the secret stays with servers.
    pub fn server(api_key: impl Into<String>, api_secret: impl Into<Secret>) -> ClientBuilder {
        ClientBuilder::new(api_key.into(), Holder::Server(api_secret.into()))
    }

    /// The client of one user to be, with that user's rights only and without the app's secret.
    /// Tokens come from `source`, and a fresh one is asked for when Stream says that one is over.
    pub fn user(api_key: impl Into<String>, source: impl TokenSource) -> ClientBuilder {
        ClientBuilder::new(api_key.into(), Holder::User(Tokens::new(source)))
    }

    /// The base URL of the API.
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

/// A client to be.
pub struct ClientBuilder {
    api_key: String,
    holder: Holder,
    base_url: String,
    patience: Patience,
    product: String,
    keeps_reasons: bool,
    observer: Arc<dyn Observer>,
}

enum Holder {
    Server(Secret),
    User(Tokens),
}

impl ClientBuilder {
    fn new(api_key: String, holder: Holder) -> Self {
        Self {
            api_key,
            holder,
            base_url: BASE_URL.to_owned(),
            patience: Patience::default(),
            product: concat!("stream-chat-client-rust-", env!("CARGO_PKG_VERSION")).to_owned(),
            keeps_reasons: false,
            observer: Arc::new(Nobody),
        }
    }

    /// Another address of the API than [`BASE_URL`], such as that of a stand-in.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// How long and how often calls are tried.
    #[must_use]
    pub fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// The name that Stream sees this program under, in the header `X-Stream-Client`.
    #[must_use]
    pub fn product(mut self, name: impl Into<String>) -> Self {
        self.product = name.into();
        self
    }

    /// Errors keep the words in which Stream refused a call, which may repeat texts of people; see
    /// [`Error::reason`](super::Error::reason). Left out, they are read and forgotten.
    #[must_use]
    pub fn keep_reasons(mut self) -> Self {
        self.keeps_reasons = true;
        self
    }

    /// Sees every attempt.
    #[must_use]
    pub fn observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Arc::new(observer);
        self
    }

    /// The client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`InvalidConfig`].
    pub fn build(self) -> Result<Client, InvalidConfig> {
        if self.api_key.is_empty() {
            return Err(InvalidConfig::Empty);
        }
        let access = match self.holder {
            Holder::Server(secret) if secret.expose().is_empty() => {
                return Err(InvalidConfig::Empty);
            }
            Holder::Server(secret) => Access::Server {
                token: Signer::new(&secret).server_token(),
            },
            Holder::User(tokens) => Access::User(tokens),
        };
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config()?)
            .connect_timeout(CONNECT)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|_| InvalidConfig::Tls)?;
        Ok(Client {
            shared: Arc::new(Shared {
                http,
                base_url: parsed(&self.base_url)?,
                api_key: self.api_key,
                access,
                patience: self.patience,
                limits: RateLimits::default(),
                product: self.product,
                keeps_reasons: self.keeps_reasons,
                observer: self.observer,
            }),
        })
    }
}

fn parsed(url: &str) -> Result<Url, InvalidConfig> {
    let url = Url::parse(url).map_err(|_| InvalidConfig::BaseUrl)?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(InvalidConfig::BaseUrl);
    }
    Ok(url)
}

/// A client cannot be made of this.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidConfig {
    /// Not a URL.
    #[error("the base URL must be an http or https URL, such as {BASE_URL}")]
    BaseUrl,
    /// No key or secret.
    #[error("the API key and the API secret must not be empty")]
    Empty,
    /// TLS cannot be set up on this machine.
    #[error("TLS cannot be set up: the certificates of this machine cannot be read")]
    Tls,
}
