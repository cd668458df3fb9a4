//! Whether the service can do its work.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use ports::{Error, Result};
use serde::Serialize;
use tokio::{sync::Mutex, time::timeout};
use utoipa::ToSchema;

use crate::{
    app::{App, Mount, Mounted, Shell},
    outages,
};

/// How long an answer is given again, so that those who ask often cost nothing.
const KEPT: Duration = Duration::from_secs(1);

/// How long a party has to answer; monitors and balancers do not wait for much longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long the hospital's own store has: a peak of writes that it works off is no outage.
const OWN_PATIENCE: Duration = Duration::from_secs(8);

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
        let (own, answers, scanned) =
            tokio::join!(own_answer(app), join_all(answers(app)), scanner_answer(app));
        let looked = app.mounts.iter().zip(answers);
        let states = looked.map(|(mount, answer)| state_of(mount, answer, own.as_ref()));
        let (states, errors): (Vec<_>, Vec<_>) = states.unzip();
        let mut errors: Vec<Arc<Error>> = errors.into_iter().flatten().collect();
        errors.extend(own.clone().and_then(Answer::err));
        let mut readiness = Readiness::of(states);
        readiness.add_store(own);
        errors.extend(readiness.add_scanner(scanned).map(Arc::new));
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
    fn add_store(&mut self, own: Option<Answer>) {
        let is_listed = self.mounts.iter().any(|mount| mount.backend == Some(OWN));
        let Some(Err(error)) = own.filter(|_| !is_listed) else {
            return;
        };
        self.status = "degraded";
        let (mount, backend) = states(String::new(), Some(OWN), Err(error));
        self.mounts.push(mount);
        self.backends.push(backend);
    }

    fn add_scanner(&mut self, scanned: Option<(String, Result<()>)>) -> Option<Error> {
        let (scanner, answer) = scanned?;
        let problem = answer.err();
        let detail = problem.as_ref().map(ToString::to_string);
        if detail.is_some() {
            self.status = "degraded";
        }
        self.scanner = Some(ScannerState {
            scanner,
            state: if detail.is_none() { "up" } else { "down" },
            detail,
        });
        problem
    }
}

/// The answer of a party whose state may be listed with several mounts.
type Answer = std::result::Result<(), Arc<Error>>;

/// A party's answer, which counts as none where it takes too long.
async fn in_time(who: &str, asked: impl Future<Output = Result<()>>) -> Result<()> {
    within(PATIENCE, who, asked).await
}

async fn within(
    patience: Duration,
    who: &str,
    asked: impl Future<Output = Result<()>>,
) -> Result<()> {
    let late = |_| Error::unavailable(format!("{who} does not answer in time"));
    timeout(patience, asked).await.map_err(late)?
}

/// The answer of the hospital's own store, where there is one.
pub(crate) async fn own_answer(app: &App) -> Option<Answer> {
    let store = app.store.as_deref()?;
    let answer = within(OWN_PATIENCE, "the database", store.check()).await;
    Some(answer.map_err(Arc::new))
}

async fn scanner_answer(app: &App) -> Option<(String, Result<()>)> {
    let scanner = app.uploads.scanner()?;
    let name = scanner.name();
    let answer = in_time(&name, scanner.check()).await;
    Some((name, answer))
}

/// The answers of the mounts' own parties, in the order of the mounts. The hospital's own store is asked once for all.
fn answers(app: &App) -> impl Iterator<Item = impl Future<Output = Option<Answer>>> {
    let has_store = app.store.is_some();
    app.mounts.iter().map(move |mount| async move {
        let Mounted::Chat(chat) = &mount.chat else {
            return None;
        };
        let who = match chat.capabilities().backend {
            OWN if has_store => return None,
            OWN => "the database",
            "stream" => "Stream",
            _ => "the far end",
        };
        let answer = in_time(who, chat.check()).await;
        Some(answer.map_err(Arc::new))
    })
}

/// A mount, and why its backend does not answer.
type Looked = ((MountState, BackendState), Option<Arc<Error>>);

fn state_of(mount: &Mount, answer: Option<Answer>, own: Option<&Answer>) -> Looked {
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
    let answer = answer.or_else(|| own.cloned()).unwrap_or(Ok(()));
    let error = answer.as_ref().err().cloned();
    (states(prefix, Some(backend), answer), error)
}

fn states(
    prefix: String,
    backend: Option<&'static str>,
    answer: Answer,
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
