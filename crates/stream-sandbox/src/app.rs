use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::sync::{mpsc, watch};

use crate::config::Config;
use crate::faults::Fault;
use crate::hooks::{Hook, Hooks};
use crate::recorded::RecordedRequest;
use crate::world::World;

/// How many requests are remembered when recording.
const KEPT_REQUESTS: usize = 20_000;

/// The state of the listener: whether it should listen, and whether it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Listening {
    pub(crate) wanted: bool,
    pub(crate) is: bool,
}

/// The state that all requests share.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) base_url: OnceLock<String>,
    pub(crate) listening: watch::Sender<Listening>,
    world: Mutex<World>,
    faults: Mutex<Vec<Fault>>,
    recorded: Mutex<VecDeque<RecordedRequest>>,
    seen_tokens: Mutex<HashSet<String>>,
    expired_tokens: Mutex<HashSet<String>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    /// The app, and the webhooks it is going to send.
    pub(crate) fn new(config: Config) -> (Arc<Self>, mpsc::Receiver<Hook>) {
        let (hooks, to_send) = Hooks::new();
        let mut world = World::new(config.clone(), hooks);
        let app = Arc::new_cyclic(|app| Self {
            world: {
                world.imports.app = app.clone();
                Mutex::new(world)
            },
            config,
            base_url: OnceLock::new(),
            listening: watch::Sender::new(Listening {
                wanted: true,
                is: false,
            }),
            faults: Mutex::default(),
            recorded: Mutex::default(),
            seen_tokens: Mutex::default(),
            expired_tokens: Mutex::default(),
        });
        (app, to_send)
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        lock(&self.faults)
    }

    pub(crate) fn base_url(&self) -> &str {
        self.base_url.get().map_or("", String::as_str)
    }

    pub(crate) fn record(&self, request: impl FnOnce() -> RecordedRequest) {
        if !self.config.record {
            return;
        }
        let mut recorded = lock(&self.recorded);
        if recorded.len() == KEPT_REQUESTS {
            recorded.pop_front();
        }
        recorded.push_back(request());
    }

    pub(crate) fn recorded(&self) -> Vec<RecordedRequest> {
        lock(&self.recorded).iter().cloned().collect()
    }

    pub(crate) fn forget_recorded(&self) {
        lock(&self.recorded).clear();
    }

    /// Remembers a token; false when it was ordered to be expired.
    pub(crate) fn still_good(&self, token: &str) -> bool {
        if lock(&self.expired_tokens).contains(token) {
            return false;
        }
        lock(&self.seen_tokens).insert(token.to_owned());
        true
    }

    pub(crate) fn expire_tokens(&self) {
        lock(&self.expired_tokens).extend(lock(&self.seen_tokens).drain());
    }

    /// Wants the listener there or away, and waits until it is. Without a listener of its own, does nothing.
    pub(crate) async fn switch(&self, wanted: bool) {
        if self.listening.receiver_count() == 0 {
            return;
        }
        let mut watching = self.listening.subscribe();
        self.listening
            .send_modify(|listening| listening.wanted = wanted);
        // The sender lives in self, so waiting cannot fail.
        let _ = watching.wait_for(|listening| listening.is == wanted).await;
    }
}
