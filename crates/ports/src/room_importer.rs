use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use domain::RoomId;

use crate::{MessageRecord, Result, RoomRecord};

/// The backend that rooms of the legacy backend move to. It reads what it needs, files for example,
/// from their [`Records`](crate::Records).
///
/// Contract: what a room, a message or a file becomes there follows from its own id, so every call
/// can be repeated, and what was broken off anywhere is ended by doing it again.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RoomImporter: Send + Sync {
    /// Returns the id of the room in the other backend.
    ///
    /// # Errors
    /// `Invalid` for a room with an id too long for the other backend.
    fn room_for(&self, room: &RoomRecord) -> Result<RoomId>;

    /// Returns the text of the message there: the same, unless it is too long for the backend. Then these
    /// words stand in its place, and the message is attached to them as a file.
    fn text_for(&self, message: &MessageRecord) -> String;

    /// An empty shipment, for much at once.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn batch(&self) -> Result<Box<dyn ImportBatch>>;

    /// Shows a room that was moved, by the name it has there, to its participants. Before that it is
    /// none for them. Doing it again changes nothing.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable`.
    async fn open_up(&self, room: &RoomId) -> Result<()>;

    /// Takes a room from its participants again, by the name it has there: it is none for them any
    /// more. Doing it again changes nothing.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable`.
    async fn shut(&self, room: &RoomId) -> Result<()>;

    /// Brings whatever of a shipped room is new or different by now, message by message in the
    /// room's order, and who takes part and has read what. `looked` is told how many messages were compared with the
    /// backend's each time some were. Messages that were compared are remembered until another room is caught up with, so that a call
    /// that was refused in the middle goes on from there, and the next one asks for nothing but what is new.
    ///
    /// # Errors
    /// `NotFound` for a room that was not shipped; `Conflict` for a difference that cannot be put
    /// right; `RateLimited`; `Unavailable`.
    async fn catch_up(&self, room: &RoomRecord, looked: &Looked) -> Result<()>;

    /// Brings the messages of a room that lives here which are not here: another application wrote
    /// them into the tables of the old one. What is here stays as it is.
    ///
    /// # Errors
    /// `NotFound` for a room that was not shipped; `Unavailable`.
    async fn bring_new(&self, room: &RoomRecord) -> Result<()>;
}

/// Counts messages that were looked at, for whoever shows how far something has come.
#[derive(Debug, Default)]
pub struct Looked(AtomicU64);

impl Looked {
    /// So many more were.
    pub fn add(&self, messages: usize) {
        self.0.fetch_add(messages as u64, Ordering::Relaxed);
    }

    /// How many were.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Rooms on their way, gathered until they are sent as one.
///
/// Contract: rooms are packed one after the other: the room, its messages in order, its end. Memory
/// does not grow with what is packed.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ImportBatch: Send {
    /// Begins a room.
    ///
    /// # Errors
    /// As [`RoomImporter::room_for`]; `Unavailable`.
    async fn begin(&mut self, room: &RoomRecord) -> Result<()>;

    /// Packs the next messages of the room. Their files go at once.
    ///
    /// # Errors
    /// `Invalid`, naming what is wrong with one, when the backend would refuse it; `Unavailable`.
    async fn messages(&mut self, messages: &[MessageRecord]) -> Result<()>;

    /// Ends the room.
    ///
    /// # Errors
    /// `Invalid`, as for messages; `Unavailable`.
    async fn end(&mut self) -> Result<()>;

    /// How large it is, in bytes.
    fn size(&self) -> u64;

    /// Sends it and waits until the backend has all of it; then it is empty. In the middle of a room
    /// this sends what is packed of it.
    ///
    /// # Errors
    /// `Conflict`, with the backend's own words, when it refuses; `Unavailable`.
    async fn send(&mut self) -> Result<()>;
}
