use std::net::{Ipv4Addr, SocketAddr};

/// Settings that a sandbox is started with.
#[derive(Clone)]
pub struct Config {
    /// The address to listen at: a loopback address, or the start is refused. Port 0 takes any free
    /// port.
    pub listen: SocketAddr,
    /// The number of the app, as digits.
    pub app_id: String,
    /// The key every request names.
    pub api_key: String,
    /// The secret tokens and webhooks are signed with.
    pub api_secret: String,
    /// Whether the built-in channel types keep delivery receipts, as apps of some plans do.
    pub delivery_receipts: bool,
    /// Whether the documented rate limits refuse what is beyond them. They are always counted and announced.
    pub enforce_rate_limits: bool,
    /// Whether requests are kept for [`SandboxHandle::recorded`](crate::SandboxHandle::recorded).
    pub record: bool,
    /// How often the server speaks on an idle WebSocket.
    pub health_check_every: std::time::Duration,
    /// A WebSocket from which nothing came for this long is given up; at least two health checks.
    pub dead_after: std::time::Duration,
}

impl Config {
    /// An app on any free port of 127.0.0.1, without delivery receipts, with rate limits, recording nothing.
    pub fn new(
        app_id: impl Into<String>,
        api_key: impl Into<String>,
        api_secret: impl Into<String>,
    ) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            app_id: app_id.into(),
            api_key: api_key.into(),
            api_secret: api_secret.into(),
            delivery_receipts: false,
            enforce_rate_limits: true,
            record: false,
            health_check_every: std::time::Duration::from_secs(25),
            dead_after: std::time::Duration::from_secs(35),
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("app_id", &self.app_id)
            .field("api_key", &self.api_key)
            .field("api_secret", &"hidden")
            .field("delivery_receipts", &self.delivery_receipts)
            .field("enforce_rate_limits", &self.enforce_rate_limits)
            .field("record", &self.record)
            .finish_non_exhaustive()
    }
}
