//! The in-process half of the live port: what adapters publish into and streams read from.
//!
//! Every doctor with a connection has one *feed*: a bounded ring of events with a running number.
//! A stream is a position in that ring, so resuming after a lost connection, a slow reader and
//! several tabs are one mechanism: whoever fell out of the ring is told to resynchronise, and
//! nobody waits for anybody.

mod availability_feed;
mod feed;
mod standing;
mod typing;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use domain::{Availability, Event, Profile, RoomId, StaffId};
use tokio::sync::mpsc;

use self::{
    availability_feed::AvailabilityFeed, feed::Feed, standing::Standing, typing::TypingBoard,
};
use crate::{AvailabilityNews, AvailabilityStream, EventId, EventStream, LiveEvent};

/// How long a feed without readers is kept for them to come back.
const FEED_IS_KEPT: Duration = Duration::from_secs(600);

/// A doctor's first connection opened, or the last one closed. A hint: with tabs opening and
/// closing at once the order is not certain, so ask [`Hub::is_connected`] before acting on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The doctor who is connected.
    pub doctor: StaffId,
    /// Opened, or closed.
    pub open: bool,
}

/// Fans events out to the doctors connected to this process.
pub struct Hub {
    state: Mutex<State>,
    connections: mpsc::UnboundedSender<Connection>,
    said: AvailabilityFeed,
}

struct State {
    feeds: HashMap<StaffId, Arc<Feed>>,
    typing: TypingBoard,
}

impl Hub {
    /// An empty hub. Opened and closed connections are told to `connections`, for presence.
    pub fn new(connections: mpsc::UnboundedSender<Connection>) -> Arc<Self> {
        let state = State {
            feeds: HashMap::new(),
            typing: TypingBoard::default(),
        };
        Arc::new(Self {
            state: Mutex::new(state),
            connections,
            said: AvailabilityFeed::default(),
        })
    }

    /// Tells an event to those of `audience` who are connected. The event is shared, never copied.
    ///
    /// Of a message that was edited or recalled only the words that stand now are kept to be told again.
    pub fn publish<'a>(&self, audience: impl IntoIterator<Item = &'a StaffId>, event: Event) {
        let feeds: Vec<Arc<Feed>> = {
            let state = self.state();
            audience
                .into_iter()
                .filter_map(|doctor| state.feeds.get(doctor).cloned())
                .collect()
        };
        if feeds.is_empty() {
            return;
        }
        let event = Arc::new(LiveEvent::new(event));
        let standing = Standing::after(&event);
        for feed in feeds {
            feed.push(event.clone(), standing.as_ref());
        }
    }

    /// A doctor's stream from now on, or from `resume` where the feed still reaches back to it.
    pub fn subscribe(self: &Arc<Self>, doctor: &StaffId, resume: Option<&EventId>) -> EventStream {
        // Counted in under the lock, so that a sweep cannot drop the feed in between.
        let (feed, is_first) = {
            let mut state = self.state();
            let feed = state.feeds.entry(doctor.clone()).or_default().clone();
            let is_first = feed.open();
            (feed, is_first)
        };
        if is_first {
            let _ = self.connections.send(Connection {
                doctor: doctor.clone(),
                open: true,
            });
        }
        feed::stream(self.clone(), doctor.clone(), feed, resume)
    }

    /// Whether the doctor has a connection to this process.
    pub fn is_connected(&self, doctor: &StaffId) -> bool {
        self.state()
            .feeds
            .get(doctor)
            .is_some_and(|feed| feed.has_readers())
    }

    /// Everyone with a connection to this process.
    pub fn connected(&self) -> Vec<StaffId> {
        let state = self.state();
        state
            .feeds
            .iter()
            .filter(|(_, feed)| feed.has_readers())
            .map(|(doctor, _)| doctor.clone())
            .collect()
    }

    /// Tells what a doctor says of being available now.
    pub fn say(&self, doctor: StaffId, availability: Option<Availability>) {
        self.said.tell(AvailabilityNews::Said(doctor, availability));
    }

    /// Streams the availability that doctors state from now on.
    pub fn said(&self) -> AvailabilityStream {
        self.said.listen()
    }

    /// Makes every stream load its state afresh: events may have been missed.
    pub fn resync_all(&self) {
        self.said.tell(AvailabilityNews::Missed);
        for feed in self.state().feeds.values() {
            feed.forget();
        }
    }

    /// Makes a doctor's streams load their state afresh.
    pub fn resync(&self, doctor: &StaffId) {
        if let Some(feed) = self.state().feeds.get(doctor) {
            feed.forget();
        }
    }

    /// Ends a doctor's streams once they have told what they know: nothing new is heard of any more, and
    /// whoever reads them is to notice. They can be resumed.
    pub fn end(&self, doctor: &StaffId) {
        if let Some(feed) = self.state().feeds.get(doctor) {
            feed.end();
        }
    }

    /// The doctor takes no part in the room any more. What was told until now is not told again on
    /// a resumed stream, and of who types there they hear no more.
    pub fn left(&self, room: &RoomId, doctor: &StaffId) {
        let mut state = self.state();
        state.typing.leave(room, doctor);
        if let Some(feed) = state.feeds.get(doctor) {
            feed.forbid_replay();
        }
    }

    /// A doctor types in a room, or stopped. Only the change is told.
    pub fn typing(
        &self,
        room: &RoomId,
        doctor: &Profile,
        typing: bool,
        audience: &[StaffId],
        now: Instant,
    ) {
        if self.state().typing.set(room, doctor, typing, audience, now) {
            self.tell_typing(room, doctor, typing, audience);
        }
    }

    /// Lets typing lapse that was not repeated, and drops feeds nobody came back to. To be called
    /// about once a second.
    pub fn sweep(&self, now: Instant) {
        let lapsed = {
            let mut state = self.state();
            state
                .feeds
                .retain(|_, feed| !feed.is_abandoned(now, FEED_IS_KEPT));
            state.typing.lapsed(now)
        };
        for typing in lapsed {
            self.tell_typing(&typing.room, &typing.doctor, false, &typing.audience);
        }
    }

    fn tell_typing(&self, room: &RoomId, doctor: &Profile, typing: bool, audience: &[StaffId]) {
        let others = audience.iter().filter(|other| **other != doctor.id);
        self.publish(
            others,
            Event::Typing {
                room: room.clone(),
                doctor: doctor.clone(),
                typing,
            },
        );
    }

    fn closed(&self, doctor: &StaffId) {
        let _ = self.connections.send(Connection {
            doctor: doctor.clone(),
            open: false,
        });
    }

    /// The state is whole after every statement, so a panic elsewhere leaves it usable.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
