//! Live events, over all instances.
//!
//! Whoever commits something announces it: to this process's [`tail`], which publishes every
//! room's events in the order of their positions, and by [`hints`] to the other instances, whose
//! tails fetch what they lack. The table is the truth; a hint that gets lost is made good by a
//! [`sweep`].

pub(crate) mod adopt;
pub(crate) mod changes;
mod follow;
pub(crate) mod listen;
mod memberships;
pub(crate) mod notify;
pub(crate) mod presence;
pub(crate) mod sweep;
pub(crate) mod tail;
pub(crate) mod wire;

use std::sync::Arc;

use async_trait::async_trait;
use domain::{Doctor, Event, Presence, RoomId, StaffId};
use legacy::{room_key, staff_key};
use ports::{Error, EventId, EventStream, Live, Result};
use tokio::sync::{mpsc, oneshot};

use self::{
    notify::Hints,
    tail::Note,
    wire::{Signal, TypingSignal},
};
use crate::store::Store;

/// Hands on events that this process has committed: to its own tail, and as hints to the other instances.
#[derive(Clone)]
pub(crate) struct Announcer {
    pub(crate) tail: mpsc::Sender<Note>,
    pub(crate) hints: Arc<Hints>,
}

impl Announcer {
    /// Tells the events of a room at consecutive positions from `first`.
    pub(crate) fn events(&self, room: i64, first: i64, events: Vec<Event>) {
        let last = first + i64::try_from(events.len()).unwrap_or(0) - 1;
        self.note(Note::Events {
            room,
            first,
            events,
        });
        self.hints.room(room, last);
    }

    /// Tells that a room has come to `last`; what came is fetched.
    pub(crate) fn moved(&self, room: i64, last: i64) {
        self.note(Note::Moved { room, last });
        self.hints.room(room, last);
    }

    /// Tells something that is not kept.
    pub(crate) fn signal(&self, signal: Signal) {
        self.note(Note::Signal(signal.clone()));
        self.hints.signal(signal);
    }

    /// Waits until everything told until now has been published here.
    pub(crate) async fn settle(&self) {
        let (sender, settled) = oneshot::channel();
        // An ended tail has nothing left to publish.
        if self.tail.send(Note::Settle(sender)).await.is_ok() {
            let _ = settled.await;
        }
    }

    /// A note that finds no room is dropped: the sweep brings its events a little later.
    fn note(&self, note: Note) {
        let _ = self.tail.try_send(note);
    }
}

#[async_trait]
impl Live for Store {
    async fn typing(&self, doctor: &Doctor, room: &RoomId, typing: bool) -> Result<()> {
        let (room, id) = (room_key(room)?, staff_key(doctor)?);
        if !self.stands(room, id).await?.takes_part() {
            return Err(Error::not_found("room"));
        }
        self.announcer.signal(Signal::Typing(TypingSignal {
            room,
            doctor: id,
            typing,
        }));
        Ok(())
    }

    async fn presence(&self, _doctor: &Doctor, of: &[StaffId]) -> Result<Vec<Presence>> {
        let mut presences = presence::of(&self.pool, of).await?;
        for presence in &mut presences {
            // What the table says of our own connections can be a moment behind.
            presence.online |= self.hub.is_connected(&presence.doctor);
        }
        Ok(presences)
    }

    async fn events(&self, doctor: &Doctor, resume: Option<EventId>) -> Result<EventStream> {
        // What was answered before is not news to a stream that begins now.
        self.announcer.settle().await;
        Ok(self.hub.subscribe(doctor.id(), resume.as_ref()))
    }
}
