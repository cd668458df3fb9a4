//! Whether the service can do its work.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use ports::Error;
use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;

use crate::{
    app::{App, Mount, Mounted, Shell},
    outages,
};

/// How long an answer is given again, so that those who ask often cost nothing.
const KEPT: Duration = Duration::from_secs(1);

/// The backend of the hospital's own store; every other is reached over a network.
const OWN: &str = "legacy";

/// The parts whose health is asked for.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// `ready`, or `degraded` when a backend or the virus scanner does not answer.
    status: &'static str,
    mounts: Vec<MountState>,
    backends: Vec<BackendState>,
    /// The virus scanner, where one is set. Without its answer no file is taken; messages are.
    #[serde(skip_serializing_if = "Option::is_none")]
    scanner: Option<ScannerState>,
}

/// The virus scanner.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct ScannerState {
    scanner: String,
    /// `up` or `down`.
    state: &'static str,
    /// Advice for the operator, when it is down.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// A mount, and whether it serves.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct MountState {
    prefix: String,
    /// `legacy` or `stream`; left out while it is not configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    backend: Option<&'static str>,
    /// `up`; `degraded` when it is not configured or its far end is away, and the others serve; `down`
    /// when the hospital's own store takes no writes.
    state: &'static str,
}

/// A mount and its backend.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct BackendState {
    mount: String,
    /// `legacy` or `stream`; left out while it is not configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    backend: Option<&'static str>,
    /// `up`, `down` or `not-configured`.
    state: &'static str,
    /// Advice for the operator, when it is down.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl Readiness {
    pub(crate) fn is_ready(&self) -> bool {
        self.mounts.iter().all(|mount| mount.state != "down")
    }

    fn of(states: Vec<(MountState, BackendState)>) -> Self {
        let (mounts, backends): (Vec<_>, Vec<_>) = states.into_iter().unzip();
        let is_degraded = backends.iter().any(|backend| backend.state == "down");
        Self {
            status: if is_degraded { "degraded" } else { "ready" },
            mounts,
            backends,
            scanner: None,
        }
    }

    /// The reason, for the log.
    fn problems(&self) -> Vec<String> {
        let down = self
            .backends
            .iter()
            .filter(|backend| backend.state == "down");
        down.map(|backend| {
            let why = backend.detail.as_deref().unwrap_or_default();
            format!("{}: {why}", backend.mount)
        })
        .chain(
            self.scanner
                .as_ref()
                .and_then(|scanner| scanner.detail.clone()),
        )
        .collect()
    }
}

/// The last answer. Who asks while it is being found waits for it.
#[derive(Default)]
pub(crate) struct LastReadiness(Mutex<Option<(Instant, Readiness)>>);

impl LastReadiness {
    /// How things are now, or were a second ago. What changed is logged.
    pub(crate) async fn of(&self, app: &Shell) -> Readiness {
        let mut last = self.0.lock().await;
        if let Some((when, readiness)) = &*last
            && when.elapsed() < KEPT
        {
            return readiness.clone();
        }
        let store = app.store.as_deref();
        let own = match store {
            Some(store) => Some(store.check().await.map_err(Arc::new)),
            None => None,
        };
        let states = join_all(app.mounts.iter().map(|mount| state_of(mount, own.clone()))).await;
        let (states, errors): (Vec<_>, Vec<_>) = states.into_iter().unzip();
        let mut errors: Vec<Arc<Error>> = errors.into_iter().flatten().collect();
        errors.extend(own.clone().and_then(Result::err));
        let mut readiness = Readiness::of(states);
        readiness.add_store(own);
        errors.extend(readiness.add_scanner(app).await.map(Arc::new));
        let before = last.as_ref().map(|(_, last)| last.problems());
        for error in errors {
            if outages::is_outage(&error) {
                outages::noticed(app, &error);
            } else if before.as_ref() != Some(&readiness.problems()) {
                tracing::warn!(problem = %error, "not everything works");
            }
        }
        *last = Some((Instant::now(), readiness.clone()));
        readiness
    }
}

impl Readiness {
    /// Without a mount on the hospital's own store that store is listed all the same: doctors sign in
    /// with it.
    fn add_store(&mut self, own: Option<Result<(), Arc<Error>>>) {
        let is_listed = self.mounts.iter().any(|mount| mount.backend == Some(OWN));
        let Some(Err(error)) = own.filter(|_| !is_listed) else {
            return;
        };
        self.status = "degraded";
        let (mount, backend) = states(String::new(), Some(OWN), Err(error));
        self.mounts.push(mount);
        self.backends.push(backend);
    }

    async fn add_scanner(&mut self, app: &App) -> Option<Error> {
        let scanner = app.uploads.scanner()?;
        let problem = scanner.check().await.err();
        let detail = problem.as_ref().map(ToString::to_string);
        if detail.is_some() {
            self.status = "degraded";
        }
        self.scanner = Some(ScannerState {
            scanner: scanner.name(),
            state: if detail.is_none() { "up" } else { "down" },
            detail,
        });
        problem
    }
}

/// A mount, and why its backend does not answer.
type Looked = ((MountState, BackendState), Option<Arc<Error>>);

async fn state_of(mount: &Mount, own: Option<Result<(), Arc<Error>>>) -> Looked {
    let prefix = mount.prefix.to_string();
    let Mounted::Chat(chat) = &mount.chat else {
        let backend = BackendState {
            mount: prefix.clone(),
            backend: None,
            state: "not-configured",
            detail: None,
        };
        let mount = MountState {
            prefix,
            backend: None,
            state: "degraded",
        };
        return ((mount, backend), None);
    };
    let backend = chat.capabilities().backend;
    let answer = match own.filter(|_| backend == OWN) {
        Some(own) => own,
        None => chat.check().await.map_err(Arc::new),
    };
    let error = answer.as_ref().err().cloned();
    (states(prefix, Some(backend), answer), error)
}

fn states(
    prefix: String,
    backend: Option<&'static str>,
    answer: Result<(), Arc<Error>>,
) -> (MountState, BackendState) {
    let (state, there) = match &answer {
        Ok(()) => ("up", "up"),
        Err(_) if backend == Some(OWN) => ("down", "down"),
        Err(_) => ("degraded", "down"),
    };
    let mount = MountState {
        prefix: prefix.clone(),
        backend,
        state,
    };
    let backend = BackendState {
        mount: prefix,
        backend,
        state: there,
        detail: answer.err().map(|error| error.to_string()),
    };
    (mount, backend)
}
