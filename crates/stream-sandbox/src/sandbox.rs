use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::config::Config;
use crate::faults::Faults;
use crate::recorded::RecordedRequest;
use crate::{hooks, routes, serve};

/// The stand-in itself.
#[derive(Debug)]
pub struct Sandbox;

/// Why a sandbox does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The address can be reached from other machines.
    #[error(
        "the Stream sandbox listens on a loopback address only, such as 127.0.0.1, and {0} is none"
    )]
    NotLoopback(SocketAddr),
    /// The app id is no number.
    #[error("the app id of the Stream sandbox must be digits, such as 1234")]
    AppId,
    /// The key or the secret is empty.
    #[error("the {0} of the Stream sandbox must not be empty")]
    Empty(&'static str),
    /// The port cannot be opened.
    #[error("the Stream sandbox cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
}

impl Sandbox {
    /// Starts a sandbox and returns once it listens.
    ///
    /// # Errors
    /// When the configuration is unfit or the port cannot be opened.
    pub async fn start(config: Config) -> Result<SandboxHandle, StartError> {
        check(&config)?;
        let wanted = config.listen;
        let listener = TcpListener::bind(wanted)
            .await
            .map_err(|error| StartError::Listen(wanted, error))?;
        let address = listener
            .local_addr()
            .map_err(|error| StartError::Listen(wanted, error))?;
        let (app, to_send) = App::new(config);
        let base_url = format!("http://{address}");
        app.base_url.get_or_init(|| base_url.clone());
        let stop = CancellationToken::new();
        let router = routes::router(Arc::clone(&app));
        let serving = tokio::spawn(serve::serve(
            Arc::clone(&app),
            listener,
            address,
            router,
            stop.clone(),
        ));
        tokio::spawn(hooks::send_all(Arc::clone(&app), to_send, stop.clone()));
        Ok(SandboxHandle {
            base_url,
            faults: Faults {
                app: Arc::clone(&app),
            },
            app,
            stop,
            serving,
        })
    }

    /// The routes of a sandbox, to be served by the caller at `base_url`, on loopback only.
    ///
    /// Without a listener of the sandbox's own, connections cannot be reset or silenced, and
    /// webhooks are not sent.
    ///
    /// # Errors
    /// When the configuration is unfit.
    pub fn router(config: Config, base_url: &str) -> Result<(Router, Faults), StartError> {
        check(&config)?;
        let (app, _) = App::new(config);
        app.base_url
            .get_or_init(|| base_url.trim_end_matches('/').to_owned());
        Ok((routes::router(Arc::clone(&app)), Faults { app }))
    }
}

fn check(config: &Config) -> Result<(), StartError> {
    if !config.listen.ip().is_loopback() {
        return Err(StartError::NotLoopback(config.listen));
    }
    if config.app_id.is_empty() || !config.app_id.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(StartError::AppId);
    }
    if config.api_key.is_empty() {
        return Err(StartError::Empty("API key"));
    }
    if config.api_secret.is_empty() {
        return Err(StartError::Empty("API secret"));
    }
    Ok(())
}

/// A running sandbox. It ends when this is dropped.
pub struct SandboxHandle {
    base_url: String,
    faults: Faults,
    app: Arc<App>,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl std::fmt::Debug for SandboxHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxHandle")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

impl SandboxHandle {
    /// The address it listens at, such as `http://127.0.0.1:40123`; the WebSocket is at `/connect`
    /// of it.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The switches that make it misbehave.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The requests it was sent so far, oldest first, when it was configured to record.
    pub fn recorded(&self) -> Vec<RecordedRequest> {
        self.app.recorded()
    }

    /// Forgets the requests recorded so far.
    pub fn forget_recorded(&self) {
        self.app.forget_recorded();
    }

    /// Stops it: every connection is reset, and the port is closed when this returns.
    pub async fn stop(mut self) {
        self.stop.cancel();
        // It was cancelled; whether it had already ended makes no difference.
        let _ = (&mut self.serving).await;
    }
}

impl Drop for SandboxHandle {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
