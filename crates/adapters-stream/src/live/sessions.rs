use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use domain::{Doctor, RoomId, StaffId};
use ports::{Error, Result, hub::Connection};
use tokio::{
    sync::{mpsc, watch},
    time::{MissedTickBehavior, interval, timeout},
};

use super::{lost::Lost, pending_removals::PendingRemovals, session};
use crate::{client::Event, store::Store};

/// How long a page waits for its doctor's socket.
const PATIENCE: Duration = Duration::from_secs(10);

/// Webhook events that wait for a session; more than these are found again by the next look.
const WAITING: usize = 256;

/// How a doctor's socket is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Not wanted, and closed.
    Idle,
    /// Being opened.
    Connecting,
    /// Open, and everything before was told.
    Live,
    /// It could not be opened; it is tried again.
    Failed,
}

/// The doctors who listen, or did a moment ago.
#[derive(Default)]
pub(crate) struct Sessions {
    map: Mutex<HashMap<StaffId, Handle>>,
    pub(super) lost: Lost,
}

#[derive(Clone)]
struct Handle {
    going: PendingRemovals,
    /// As the directory knows them now: connecting writes it to Stream.
    doctor: watch::Sender<Doctor>,
    wanted: watch::Sender<bool>,
    state: watch::Receiver<State>,
    hooks: mpsc::Sender<Arc<Event>>,
}

impl Sessions {
    /// Removes a session nobody wants; whether it may end.
    pub(super) fn may_end(&self, doctor: &StaffId, wanted: &watch::Receiver<bool>) -> bool {
        let mut map = self.map();
        if *wanted.borrow() {
            return false;
        }
        map.remove(doctor);
        true
    }

    /// Hands a webhook's event to every session; each takes what is its doctor's.
    pub(crate) fn hook(&self, event: Event) {
        let event = Arc::new(event);
        for handle in self.map().values() {
            // A full queue is no loss: such a session looks at its rooms when its socket is back.
            let _ = handle.hooks.try_send(event.clone());
        }
    }

    /// A doctor is taken out of a room, or stays after all.
    pub(crate) fn goes(&self, doctor: &StaffId, room: &RoomId, goes: bool) {
        match self.map().get(doctor) {
            Some(handle) if goes => handle.going.begins(room),
            Some(handle) => handle.going.ends(room),
            None => {}
        }
    }

    pub(super) fn want(&self, doctor: &StaffId, wanted: bool) {
        if let Some(handle) = self.map().get(doctor) {
            handle.wanted.send_replace(wanted);
        }
    }

    fn map(&self) -> MutexGuard<'_, HashMap<StaffId, Handle>> {
        self.map.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Sees to it that the doctor is told of what happens from now on.
    pub(super) async fn listen(&self, doctor: &Doctor) -> Result<()> {
        let unavailable = || Error::unavailable("Stream tells us nothing of what happens now");
        let mut state = self.wanted_session(doctor);
        let settled = state.wait_for(|state| matches!(state, State::Live | State::Failed));
        let settled = timeout(PATIENCE, settled)
            .await
            .map_err(|_| unavailable())?;
        match settled.map(|state| *state) {
            Ok(State::Live) => Ok(()),
            _ => Err(unavailable()),
        }
    }

    /// Waits for the last word of rooms that the doctor was taken out of a moment ago.
    pub(super) async fn forget_what_goes(&self, doctor: &Doctor) {
        let going = self
            .sessions
            .map()
            .get(doctor.id())
            .map(|handle| handle.going.clone());
        let Some(going) = going else { return };
        for room in going.end().await {
            self.hub.left(&room, doctor.id());
        }
    }

    fn wanted_session(&self, doctor: &Doctor) -> watch::Receiver<State> {
        let mut map = self.sessions.map();
        let handle = map.entry(doctor.id().clone()).or_insert_with(|| {
            let going = PendingRemovals::default();
            let (known, as_known) = watch::channel(doctor.clone());
            let (wanted, is_wanted) = watch::channel(true);
            let (tell, state) = watch::channel(State::Connecting);
            let (hooks, hooked) = mpsc::channel(WAITING);
            tokio::spawn(session::run(
                self.me.clone(),
                as_known,
                is_wanted,
                tell,
                hooked,
                going.clone(),
            ));
            Handle {
                going,
                doctor: known,
                wanted,
                state,
                hooks,
            }
        });
        handle.doctor.send_if_modified(|known| {
            let is_news = known != doctor;
            if is_news {
                *known = doctor.clone();
            }
            is_news
        });
        handle.wanted.send_replace(true);
        handle.state.clone()
    }
}

/// Somebody who waits for a doctor's socket. Whoever gives up does not keep it open.
pub(super) struct Waiter<'a> {
    store: &'a Store,
    doctor: &'a StaffId,
}

impl<'a> Waiter<'a> {
    pub(super) fn new(store: &'a Store, doctor: &'a StaffId) -> Self {
        Self { store, doctor }
    }
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let connected = self.store.hub.is_connected(self.doctor);
        self.store.sessions.want(self.doctor, connected);
    }
}

/// Drops what is kept for pages that do not come back.
pub(crate) async fn sweep_feeds(store: Weak<Store>) {
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(store) = store.upgrade() else { return };
        store.hub.sweep(Instant::now());
    }
}

/// Keeps sockets as long as pages listen.
pub(crate) async fn watch_connections(
    store: Weak<Store>,
    mut connections: mpsc::UnboundedReceiver<Connection>,
) {
    while let Some(connection) = connections.recv().await {
        let Some(store) = store.upgrade() else { return };
        let connected = store.hub.is_connected(&connection.doctor);
        store.sessions.want(&connection.doctor, connected);
    }
}
