//! The demonstration hospital, open: a filled database and a server on it.

use super::database::{Database, Engine};
use super::device::Device;
use super::server::Server;

/// Settings of a good app at a Stream that nobody reaches: nothing listens on port 1.
pub const STREAM_OUTAGE: [(&str, &str); 4] = [
    ("STREAM_APP_ID", "1234"),
    ("STREAM_API_KEY", "0f1e2d3c"),
    ("STREAM_API_SECRET", "hunter2"),
    ("STREAM_BASE_URL", "http://127.0.0.1:1"),
];

/// Direct mode on: pages would load Stream's library from here, so tokens are given.
pub const DIRECT_MODE: (&str, &str) = ("STREAM_JS_SDK", "https://127.0.0.1:1/sdk.js");

/// The server is declared first, because it must be gone before its database is.
pub struct Hospital {
    pub server: Server,
    pub database: Database,
}

impl Hospital {
    pub async fn open(engine: Engine) -> Self {
        Self::open_with(engine, &[]).await
    }

    /// The same with more of the environment.
    pub async fn open_with(engine: Engine, environment: &[(&str, &str)]) -> Self {
        let database = Database::demonstration(engine).await;
        let server = Server::start_with(&database, environment).await;
        Self { server, database }
    }

    /// `who` is signed in on a new device.
    pub async fn device(&self, who: &str) -> Device {
        Device::signed_in(&self.server, who).await
    }

    /// Starts the server again at the same address, once it has ended.
    pub async fn restart(&mut self) {
        let address = self.server.address().to_owned();
        self.server = Server::start_with(&self.database, &[("HIMS_LISTEN", &address)]).await;
    }
}
