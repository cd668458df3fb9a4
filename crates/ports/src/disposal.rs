use async_trait::async_trait;
use domain::{AttachmentId, MessageId, RoomId, RoomKind, StaffId};
use jiff::Timestamp;

use crate::{Error, Result};

/// A room, as far as its retention goes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DisposalRoom {
    /// The room's id.
    pub id: RoomId,
    /// Its kind: of a patient, direct, or a group.
    pub kind: RoomKind,
    /// Everybody who takes part or ever did, as far as that is kept.
    pub people: Vec<StaffId>,
}

impl DisposalRoom {
    /// A room of these people.
    pub fn new(id: RoomId, kind: RoomKind, people: Vec<StaffId>) -> Self {
        Self { id, kind, people }
    }
}

/// A message that is old enough.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DueMessage {
    /// The message's id.
    pub id: MessageId,
    /// Whoever wrote it, where that is known.
    pub author: Option<StaffId>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// Its files that are still there, also those of a recalled message.
    pub files: Vec<AttachmentId>,
}

impl DueMessage {
    /// A message with these files, of an author who is not known.
    pub fn new(id: MessageId, sent_at: Timestamp, files: Vec<AttachmentId>) -> Self {
        Self {
            id,
            author: None,
            sent_at,
            files,
        }
    }
}

/// The outcome of a removal, also of one that was broken off.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Removal {
    /// Messages that were there and are gone.
    pub messages: usize,
    /// Files that were there and are gone, with messages or alone.
    pub files: usize,
    /// The failure that left something of it where it was, or bytes of files in their store. It goes on when the removal is asked
    /// for again; bytes also go by the service's own sweep.
    pub broken_off: Option<Error>,
}

impl Removal {
    /// A removal of so many messages and files.
    pub fn of(messages: usize, files: usize) -> Self {
        Self {
            messages,
            files,
            broken_off: None,
        }
    }

    /// The same, broken off by a failure.
    #[must_use]
    pub fn broken_off(mut self, failure: Error) -> Self {
        self.broken_off = Some(failure);
        self
    }

    /// A removal whose rows are gone, and then the bytes of its files, unless their store failed.
    #[must_use]
    pub fn then_bytes(mut self, outcome: Result<()>) -> Self {
        if let Err(failure) = outcome {
            self.files = 0;
            self.broken_off = Some(failure);
        }
        self
    }
}

/// Most rooms or messages a call of [`Disposal`] answers or takes.
pub const DISPOSED_AT_ONCE: usize = 500;

/// Removes for good what the hospital's rules no longer keep.
///
/// Contract: this asks no doctor and no rule: [`GuardedRetention`](crate::GuardedRetention) does, and nothing else may
/// call it. A removed message is in no list, search, count, export or version any more, whoever looks, and its files are
/// gone with it; answers to it stay and answer nothing.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Disposal: Send + Sync {
    /// Rooms in one order that does not change, after the given one: at most [`DISPOSED_AT_ONCE`], fewer only at the
    /// end. Also rooms that doctors no longer see: those that another application deleted, or that moved to another
    /// backend and left their messages.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn rooms<'a>(&self, after: Option<&'a RoomId>) -> Result<Vec<DisposalRoom>>;

    /// Messages of a room that were sent before a moment, in one order, also recalled ones and those that another
    /// application deleted and left in its table: at most [`DISPOSED_AT_ONCE`] after the given one, fewer only at the end.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn due<'a>(
        &self,
        room: &RoomId,
        before: Timestamp,
        after: Option<&'a DueMessage>,
    ) -> Result<Vec<DueMessage>>;

    /// Removes messages of a room, at most [`DISPOSED_AT_ONCE`], with all that belongs to them: earlier versions,
    /// mentions, acknowledgements, files. What is gone already counts for nothing. Broken off, it says how much is gone, and
    /// goes on when it is called again.
    ///
    /// # Errors
    /// Those where nothing is gone: `Conflict` when something of another application's stands in the way; `Unavailable`.
    async fn remove_messages(&self, room: &RoomId, messages: &[MessageId]) -> Result<Removal>;

    /// Removes files of messages that stay, at most [`DISPOSED_AT_ONCE`] messages'. In the message the file is one
    /// that was removed ([`Attachment::is_removed`](domain::Attachment::is_removed)), without its name.
    /// Broken off, it says how many files are gone, and goes on when it is called again.
    ///
    /// # Errors
    /// `Unavailable`, and then nothing is gone.
    async fn remove_files(&self, room: &RoomId, messages: &[DueMessage]) -> Result<Removal>;

    /// To be called after the last removal of a run: clears what a store keeps of removed rows behind the scenes, such
    /// as words in a search index and free pages of a file.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn clear_traces(&self) -> Result<()>;
}
