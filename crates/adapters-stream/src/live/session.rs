//! One doctor's socket, from the first page that listens to a while after the last.

use std::{
    sync::{Arc, Weak},
    time::{Duration, Instant},
};

use domain::{Doctor, Event};
use jiff::Timestamp;
use tokio::{
    sync::{mpsc, watch},
    time::interval,
};

use super::{
    pending_removals::PendingRemovals,
    presence::Online,
    published::{Published, Reached},
    rooms::Joined,
    sessions::State,
    typing::Typing,
    waiting::Waiting,
};
use crate::{
    client::{
        self,
        socket::{Listener, Reconnect, Step},
    },
    failure::told,
    store::Store,
    users::user,
};

/// A page that follows a link is away for a moment; the socket outlives that.
const LINGERS: Duration = Duration::from_secs(3);

/// How long it is remembered what a doctor was told: as long as a page may go on from there.
const REMEMBERS: Duration = Duration::from_secs(600);

/// Pause before a socket whose rooms could not be watched is opened again.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// The events one doctor was told, and the rooms and people of whom more can be told.
pub(super) struct Session {
    pub(super) store: Arc<Store>,
    pub(super) memory: Memory,
}

/// The part of a session that outlives its socket.
pub(super) struct Memory {
    pub(super) doctor: Doctor,
    pub(super) told: Published,
    pub(super) reached: Reached,
    waiting: Waiting,
    pub(super) typing: Typing,
    pub(super) online: Online,
    pub(super) rooms: Joined,
    /// Stream's time of the last thing heard: nothing before it was missed.
    pub(super) heard: Option<Timestamp>,
    /// The connection that watches.
    pub(super) connection: Option<String>,
    /// Something could not be told: the next look at the rooms tells it, or has pages load afresh.
    pub(super) has_missed: bool,
    pub(super) going: PendingRemovals,
    /// Since when there was no socket where there is to be one.
    lost_since: Option<Instant>,
    state: watch::Sender<State>,
}

/// How long pages are left to believe that they hear everything while Stream is not reached.
const SILENT_FOR: Duration = Duration::from_secs(10);

enum Work {
    Wanted,
    Socket(Step),
    Hook(Arc<client::Event>),
    Tick,
}

pub(super) async fn run(
    store: Weak<Store>,
    doctor: watch::Receiver<Doctor>,
    mut wanted: watch::Receiver<bool>,
    state: watch::Sender<State>,
    mut hooks: mpsc::Receiver<Arc<client::Event>>,
    going: PendingRemovals,
) {
    let mut memory = Memory::new(doctor.borrow().clone(), state, going);
    let mut socket: Option<Listener> = None;
    let mut open_at = Some(Instant::now());
    let mut unwanted_since = None;
    let mut ticks = interval(Duration::from_millis(500));
    loop {
        let work = tokio::select! {
            changed = wanted.changed() => match changed {
                Ok(()) => Work::Wanted,
                Err(_) => return,
            },
            step = next(&mut socket) => Work::Socket(step),
            Some(event) = hooks.recv() => Work::Hook(event),
            _ = ticks.tick() => Work::Tick,
        };
        let Some(store) = store.upgrade() else { return };
        let mut session = Session { store, memory };
        let is_wanted = *wanted.borrow();
        match work {
            Work::Wanted if is_wanted => {
                unwanted_since = None;
                if socket.is_none() && open_at.is_none() {
                    open_at = Some(Instant::now());
                }
            }
            Work::Wanted => unwanted_since = Some(Instant::now()),
            Work::Socket(step) => {
                if !session.step(step).await {
                    socket = None;
                    open_at = Some(Instant::now() + AGAIN_AFTER);
                }
            }
            Work::Hook(event) if !session.is_live() => session.memory.waiting.push(event),
            Work::Hook(_) => {}
            Work::Tick => {
                session.lapse();
                session.end_what_is_deaf();
                for event in session.memory.waiting.due(Instant::now()) {
                    session.tell(&event).await;
                }
            }
        }
        let unwanted_for = unwanted_since.map_or(Duration::ZERO, |since: Instant| since.elapsed());
        if unwanted_for > LINGERS {
            socket = None;
            open_at = None;
            session.memory.lost_since = None;
            session.settled();
            session.set(State::Idle);
        }
        let id = session.memory.doctor.id().clone();
        if unwanted_for > REMEMBERS && session.store.sessions.may_end(&id, &wanted) {
            // Nobody knows from now on what is missed: whoever comes back loads afresh.
            session.store.hub.resync(&id);
            return;
        }
        if open_at.is_some_and(|at| at <= Instant::now()) {
            open_at = None;
            session.set(State::Connecting);
            session.memory.doctor = doctor.borrow().clone();
            socket = Some(session.open());
        }
        memory = session.memory;
    }
}

async fn next(socket: &mut Option<Listener>) -> Step {
    let step = match socket {
        Some(socket) => socket.next().await,
        None => None,
    };
    match step {
        Some(step) => step,
        None => std::future::pending().await,
    }
}

impl Memory {
    fn new(doctor: Doctor, state: watch::Sender<State>, going: PendingRemovals) -> Self {
        Self {
            doctor,
            told: Published::default(),
            reached: Reached::default(),
            waiting: Waiting::default(),
            typing: Typing::default(),
            online: Online::default(),
            rooms: Joined::default(),
            heard: None,
            connection: None,
            has_missed: false,
            going,
            lost_since: None,
            state,
        }
    }
}

impl Session {
    fn open(&self) -> Listener {
        let store = &self.store;
        let (signer, clock) = (store.signer.clone(), store.clock.clone());
        let (id, lifetime) = (self.memory.doctor.id().clone(), store.life_of_tokens);
        let token = move || {
            let token = signer.token(id.as_str()).at(clock.now());
            std::future::ready(Ok(token.lives_for(lifetime).sign()))
        };
        Listener::of(&store.client, user(&self.memory.doctor), token)
            .reconnects(Reconnect::Always)
            .open()
    }

    /// Takes a step of the socket; `false` when it is of no use and another is to be opened.
    async fn step(&mut self, step: Step) -> bool {
        match step {
            Step::Connected { connection_id, .. } => {
                self.memory.connection = Some(connection_id);
                match self.catch_up().await {
                    Ok(()) => {
                        self.memory.lost_since = None;
                        self.settled();
                        self.set(State::Live);
                    }
                    Err(error) => {
                        self.lost(&error);
                        self.memory.connection = None;
                        self.set(State::Failed);
                        return false;
                    }
                }
            }
            Step::Event(event) => {
                self.tell(&event).await;
                if self.memory.has_missed {
                    self.memory.connection = None;
                    self.set(State::Connecting);
                    return false;
                }
                self.memory.heard = self.memory.heard.max(event.created_at);
            }
            Step::Lost(error) | Step::Ended(error) => {
                let was_live = self.is_live();
                if was_live {
                    self.lost(&told(error));
                }
                self.memory.connection = None;
                self.memory.lost_since.get_or_insert_with(Instant::now);
                self.set(if was_live {
                    State::Connecting
                } else {
                    State::Failed
                });
            }
            _ => {}
        }
        true
    }

    fn lost(&self, error: &ports::Error) {
        let lost = &self.store.sessions.lost;
        lost.lost(self.memory.doctor.id(), error);
    }

    fn settled(&self) {
        self.store.sessions.lost.settled(self.memory.doctor.id());
    }

    fn is_live(&self) -> bool {
        *self.memory.state.borrow() == State::Live
    }

    fn set(&self, state: State) {
        self.memory
            .state
            .send_if_modified(|now| std::mem::replace(now, state) != state);
    }

    /// A stream of which nothing new is heard ends: the page comes again, is told that Stream does not
    /// answer, and says so.
    fn end_what_is_deaf(&mut self) {
        let lost = self.memory.lost_since;
        if lost.is_some_and(|since| since.elapsed() > SILENT_FOR) {
            self.memory.lost_since = None;
            self.store.hub.end(self.memory.doctor.id());
        }
    }

    fn lapse(&mut self) {
        for event in self.memory.typing.lapsed(Instant::now()) {
            self.publish(event);
        }
    }

    /// Tells the doctor.
    pub(super) fn publish(&self, event: Event) {
        self.store.hub.publish([self.memory.doctor.id()], event);
    }

    /// Tells the doctor what was not told before.
    pub(super) fn publish_once(&mut self, key: String, event: Event) {
        if self.memory.told.is_news(key) {
            self.publish(event);
        }
    }
}
