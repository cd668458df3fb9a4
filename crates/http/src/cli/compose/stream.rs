//! The Stream side: the app that the settings name; where they name none the sandbox, if it may stand in.

use std::sync::Arc;

use adapters_stream::{
    Settings as AppSettings, Stream,
    check::{Entered, Limits, Verdict, offline},
    setup,
};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use migration::{Chats, Movers};
use ports::{Chat, Checks, Clock, Disposal, Records, SystemClock};
use stream_sandbox::{Config, Sandbox, SandboxHandle};

use super::{Legacy, stream_checks::StreamChecks};
use crate::{
    app::{Mount, Prefix},
    cli::{CliError, config::Settings, mounts::BackendName, stream_settings::StreamSettings},
    client_library::ClientLibrary,
};

/// Most bytes of a webhook: a message in full, with everything around it.
const MAX_WEBHOOK: usize = 1024 * 1024;

/// Settings that name an app at Stream, as a person is told them.
const STEPS: [&str; 2] = [
    "STREAM_APP_ID, STREAM_API_KEY, STREAM_API_SECRET and STREAM_REGION: the app at Stream, from its dashboard",
    "or, to try it out, STREAM_SANDBOX=true: a stand-in that forgets everything when the service stops",
];

/// Stream as a backend, where a mount is bound to it.
pub(in crate::cli) enum StreamBackend {
    NotMounted,
    /// No app is named, and the sandbox may not stand in.
    NotSetUp,
    Ready(Box<StreamSide>),
}

/// The app that the settings name, or the sandbox.
pub(in crate::cli) struct StreamSide {
    pub(super) chat: Chat,
    adapter: Stream,
    app: AppSettings,
    library: Option<ClientLibrary>,
    sandbox: Option<SandboxHandle>,
}

impl StreamBackend {
    /// Opens the app that the settings name, or starts the sandbox where it may stand in. Stream itself is not asked: the
    /// legacy chat starts whether it answers or not.
    pub(in crate::cli) async fn open(
        settings: &Settings,
        legacy: &Legacy,
    ) -> Result<Self, CliError> {
        settings.stream.debug()?;
        settings.stream.monthly_users()?;
        let is_mounted = settings
            .mounts()?
            .iter()
            .any(|mount| mount.backend == BackendName::Stream);
        let (_, is_demonstration) = settings.database()?;
        let allows_sandbox = settings.stream.allows_sandbox(is_demonstration)?;
        if !is_mounted {
            return Ok(Self::NotMounted);
        }
        if !settings.stream.names_an_app() {
            if !allows_sandbox {
                tracing::warn!(
                    "the Stream mount is not set up: no STREAM_ setting names an app; its pages say so"
                );
                return Ok(Self::NotSetUp);
            }
            if !legacy.hold("stream sandbox").await? {
                let problem = "another instance on this database runs its own stand-in for Stream, and each would hold \
                               other conversations; name an app at Stream, or run one instance";
                return Err(CliError::setting("STREAM_SANDBOX", problem));
            }
        }
        let side = side(&settings.stream, legacy).await?;
        Ok(Self::Ready(Box::new(side)))
    }

    /// Its rooms as a whole, where it is set up.
    pub(in crate::cli) fn records(&self) -> Option<Arc<dyn Records>> {
        self.side().map(|side| side.adapter.records())
    }

    fn side(&self) -> Option<&StreamSide> {
        match self {
            Self::Ready(side) => Some(side),
            Self::NotMounted | Self::NotSetUp => None,
        }
    }

    pub(in crate::cli) fn mount(&self, prefix: Prefix) -> Mount {
        match self.side() {
            Some(side) => Mount::new(prefix, "Stream Chat", "Stream Chat", side.chat.clone())
                .client_library(side.library.clone()),
            None => {
                let steps = STEPS.map(str::to_owned).to_vec();
                Mount::not_configured(prefix, "Stream Chat", "Stream Chat", steps)
            }
        }
    }

    /// The checks, where a mount is bound to Stream.
    pub(in crate::cli) fn checks(
        &self,
        settings: &Settings,
        legacy: &Legacy,
    ) -> Result<Option<Checks>, CliError> {
        let stream = &settings.stream;
        let (side, is_sandbox) = match self {
            Self::NotMounted => return Ok(None),
            Self::NotSetUp => (None, false),
            Self::Ready(side) => (Some(side), side.sandbox.is_some()),
        };
        let asked = side.map(|side| {
            limits(&side.app, stream).map(|limits| (side.adapter.client().clone(), limits))
        });
        let checking = StreamChecks {
            entered: (!is_sandbox).then(|| entered(stream)),
            asked: asked.transpose()?,
            credentials: legacy.credentials.clone(),
        };
        let (audit, clock) = (legacy.audit.clone(), legacy.clock.clone());
        Ok(Some(Checks::new(Arc::new(checking), audit, clock)))
    }

    /// The chat that rooms move to; `None` without a mount, or where there is only a sandbox, which forgets them.
    pub(in crate::cli) fn moves_to(&self, legacy: &Legacy) -> Option<Chats> {
        let side = self.side().filter(|side| side.sandbox.is_none())?;
        Some(side.moves_to(legacy))
    }

    /// The chat, where a mount is bound to it.
    pub(in crate::cli) fn chat(&self) -> Option<&Chat> {
        self.side().map(|side| &side.chat)
    }

    pub(in crate::cli) fn is_sandbox(&self) -> bool {
        self.side().is_some_and(|side| side.sandbox.is_some())
    }

    /// `POST /webhooks/stream`.
    pub(in crate::cli) fn webhooks(&self) -> Router {
        let Some(side) = self.side() else {
            return Router::new();
        };
        Router::new()
            .route("/webhooks/stream", post(webhook))
            .layer(DefaultBodyLimit::max(MAX_WEBHOOK))
            .with_state(side.adapter.webhooks())
    }

    pub(in crate::cli) async fn close(self) {
        if let Self::Ready(side) = self
            && let Some(sandbox) = side.sandbox
        {
            sandbox.stop().await;
        }
    }
}

pub(super) async fn side(
    settings: &StreamSettings,
    legacy: &Legacy,
) -> Result<StreamSide, CliError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (mut app, sandbox) = if settings.names_an_app() {
        (named(settings)?, None)
    } else {
        let (app, sandbox) = started().await?;
        (app, Some(sandbox))
    };
    // Both chats take the same files.
    app.max_attachment_bytes = legacy.chat.capabilities().max_attachment_bytes;
    app.token_lifetime = settings.token_lifetime()?;
    let library = settings.client_library(&app.base_url)?;
    let adapter =
        Stream::new(&app, clock.clone()).map_err(|error| CliError::Start(error.to_string()))?;
    if sandbox.is_some() {
        set_up(&adapter, &app.channel_type).await?;
    }
    let chat = Chat::new(adapter.backend(), legacy.audit.clone(), clock);
    Ok(StreamSide {
        chat,
        adapter,
        app,
        library,
        sandbox,
    })
}

/// The app that the settings name; the first thing wrong with them stops the start.
pub(super) fn named(settings: &StreamSettings) -> Result<AppSettings, CliError> {
    let wrong = offline(&entered(settings))
        .into_iter()
        .find(|finding| finding.verdict == Verdict::Bad);
    if let Some(wrong) = wrong {
        let remedy = wrong.remedy.unwrap_or_default();
        return Err(CliError::setting(
            "Stream",
            format!("{}; {remedy}", wrong.found),
        ));
    }
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let mut app = AppSettings::new(
        text(settings.app_id()),
        text(settings.api_key()),
        text(settings.api_secret()),
    );
    app.region = settings.region().map(str::to_owned);
    app.debug = settings.debug()?;
    if let Some(base_url) = settings.base_url() {
        app.base_url = base_url.to_owned();
    }
    Ok(app)
}

/// The settings as they were entered, for the checks.
pub(super) fn entered(settings: &StreamSettings) -> Entered {
    let text = |value: Option<&str>| value.map(str::to_owned);
    Entered {
        app_id: text(settings.app_id()),
        api_key: text(settings.api_key()),
        api_secret: settings.api_secret().map(adapters_stream::Secret::new),
        region: text(settings.region()),
        base_url: text(settings.base_url()),
    }
}

/// The app's id, channel type and monthly users that a check compares with.
pub(super) fn limits(app: &AppSettings, settings: &StreamSettings) -> Result<Limits, CliError> {
    Ok(Limits {
        app_id: app.app_id.clone(),
        channel_type: app.channel_type.clone(),
        monthly_users: settings.monthly_users()?,
    })
}

/// A sandbox of this process alone, under a key and a secret nobody else has.
async fn started() -> Result<(AppSettings, SandboxHandle), CliError> {
    let random = || format!("{:032x}", rand::random::<u128>());
    let (key, secret) = (random(), random());
    let config = Config::new("1000", key.as_str(), secret.as_str());
    let sandbox = Sandbox::start(config)
        .await
        .map_err(|error| CliError::Start(error.to_string()))?;
    let mut app = AppSettings::new("1000", key, secret);
    app.base_url = sandbox.base_url().to_owned();
    Ok((app, sandbox))
}

/// The app that rooms move to: never the sandbox of this process, which forgets them at its exit.
pub(in crate::cli) async fn moves_to(
    settings: &StreamSettings,
    legacy: &Legacy,
) -> Result<Chats, CliError> {
    if !settings.names_an_app() {
        let problem = "and the other STREAM_ settings must name the app that rooms move to";
        return Err(CliError::setting("STREAM_API_KEY", problem));
    }
    Ok(side(settings, legacy).await?.moves_to(legacy))
}

/// The rooms of the app that the settings name; none where they name none.
pub(in crate::cli) async fn records(
    settings: &StreamSettings,
    legacy: &Legacy,
) -> Result<Option<Arc<dyn Records>>, CliError> {
    if !settings.names_an_app() {
        return Ok(None);
    }
    let side = side(settings, legacy).await?;
    Ok(Some(side.adapter.records()))
}

/// The way to remove from the app that the settings name; none where they name none.
pub(in crate::cli) async fn disposal(
    settings: &StreamSettings,
    legacy: &Legacy,
) -> Result<Option<Arc<dyn Disposal>>, CliError> {
    if !settings.names_an_app() {
        return Ok(None);
    }
    let side = side(settings, legacy).await?;
    Ok(Some(side.adapter.disposal()))
}

impl StreamSide {
    fn moves_to(&self, legacy: &Legacy) -> Chats {
        Chats {
            movers: Movers {
                records: legacy.records.clone(),
                importer: self.adapter.importer(legacy.records.clone()),
                moves: legacy.moves.clone(),
            },
            there: self.adapter.records(),
            returns: legacy.returns.clone(),
        }
    }
}

async fn set_up(adapter: &Stream, channel_type: &str) -> Result<(), CliError> {
    let done = async {
        let difference = setup::difference(adapter.client(), channel_type).await?;
        setup::apply(adapter.client(), &difference).await
    };
    done.await
        .map_err(|error| CliError::Start(format!("the Stream sandbox cannot be set up: {error}")))
}

async fn webhook(
    State(webhooks): State<adapters_stream::Webhooks>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match webhooks.take(
        text("x-signature").unwrap_or_default(),
        text("x-webhook-id"),
        &body,
    ) {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::UNAUTHORIZED,
    }
}
