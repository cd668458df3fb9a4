//! Bringing another application's chat into the tables of ours.

mod records;
mod taking_back;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use domain::RoomId;
use jiff::Timestamp;

pub use records::{
    Batch, File, KeptFile, Message, Note, Participant, Read, Renamed, Reply, Room, RoomKind,
    TableOf, Unlocked, User,
};
pub use taking_back::{BroughtRoom, Stays, TakenRest};

use crate::Result;

/// Of what was asked for, what belongs to somebody here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Known {
    pub emails: BTreeSet<String>,
    pub mrns: BTreeSet<String>,
}

/// The member of staff that a user of a source became here.
#[derive(Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct KeptUser {
    pub key: String,
    /// In lower case; at `adopted.invalid` of somebody who was made.
    pub email: String,
    pub name: String,
}

/// Without who it is.
impl std::fmt::Debug for KeptUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeptUser({})", self.key)
    }
}

/// A message of a source that was kept before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct KeptMessage {
    pub key: String,
    pub sent_at: Timestamp,
}

/// How many rows were made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Kept {
    pub users: usize,
    pub rooms: usize,
    pub messages: usize,
    /// Messages that got their words.
    pub unlocked: usize,
    /// Messages that were deleted at their source since.
    pub deleted: usize,
    /// Messages whose text changed at their source since.
    pub edited: usize,
    /// Rooms whose title changed at their source since.
    pub renamed: usize,
    pub participants: usize,
    /// Participants that were kept before and left at their source since.
    pub left: usize,
    /// Marks of participants that were kept before and read on at their source since.
    pub read_on: usize,
}

impl std::ops::AddAssign for Kept {
    fn add_assign(&mut self, more: Self) {
        self.users += more.users;
        self.rooms += more.rooms;
        self.messages += more.messages;
        self.unlocked += more.unlocked;
        self.deleted += more.deleted;
        self.edited += more.edited;
        self.renamed += more.renamed;
        self.participants += more.participants;
        self.left += more.left;
        self.read_on += more.read_on;
    }
}

/// The tables of the legacy chat, open to somebody else's rows.
///
/// Contract: a thing is named by its *source*, a word for the database it comes from, and its key
/// there, a text. A row that was kept under a key is never made again. Only these changes at its source are carried
/// since: a text, also one that nobody had the key of, a message that was deleted, the title of a room, somebody who left
/// or read on, and a file that was missing. Nothing that somebody did here is undone by it, and nothing changes in a room
/// that lives in another backend now. So every call can be repeated, and an adoption that was broken off anywhere is
/// ended by doing all of it again. A call keeps everything it is given, or nothing.
///
/// Messages have no place in their room until [`Adoption::settle`] gives them one in the order of
/// their times, and a room is nobody's until its participants are kept. So whoever brings users,
/// rooms and messages, settles, and only then brings reads, files and participants, shows every
/// room whole.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Adoption: Send + Sync {
    /// Finds which of these e-mail addresses, in lower case, belong to users here, and which of these
    /// MRNs to patients. At most 1,000 of each.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn known(&self, emails: &[String], mrns: &[String]) -> Result<Known>;

    /// Looks up which of these keys of files were kept before, and how. At most 1,000.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn kept_files(&self, source: &str, keys: &[String])
    -> Result<BTreeMap<String, KeptFile>>;

    /// Looks up the members of staff that users of a source became, of those that were kept before. At most 1,000.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn kept_users(&self, source: &str, keys: &[String]) -> Result<Vec<KeptUser>>;

    /// Looks up when messages of a source were sent, of those that were kept before and are here. At most 1,000.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn kept_messages(&self, source: &str, keys: &[String]) -> Result<Vec<KeptMessage>>;

    /// Looks up the tables of a source that its parts came from, by part: two chats of one database number their
    /// rooms alike.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn kept_tables(&self, source: &str) -> Result<BTreeMap<String, String>>;

    /// Keeps what is new of a batch, in the order of its fields.
    ///
    /// A message whose room was never kept, a read or reply whose message was not, and a
    /// participant whose room or user was not, are left out. Messages of a room that was settled
    /// before get the next places at once.
    ///
    /// A message that was kept before and is deleted now shows as recalled. One that says something else now is edited,
    /// and what it said is kept as a version, unless it was edited, recalled or deleted here, or was sent at another time:
    /// then it is another message. Words of a locked message are
    /// a change of its room like an edit, but not marked as one; a message that no longer says
    /// [`Message::LOCKED`] stays as it is. So does every message whose room lives in another backend now.
    ///
    /// A room has the title that it has at the source since, unless it was given another one here.
    ///
    /// A participant who was kept as one of the room and has left at the source since the last call leaves here as well,
    /// unless somebody here has let them in or out since, or the room lives in another backend now. So does whoever read on
    /// there have read here, up to the first message that was written here and is unread: nobody there saw it.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn keep(&self, source: &str, batch: Batch) -> Result<Kept>;

    /// Keeps a file of a message that was kept; whether it is new. Without its message it is left
    /// out. A file takes the place of its placeholder, unless the room lives in another backend now. What an interrupted
    /// call leaves is nobody's and removed like any file that was not sent.
    ///
    /// # Errors
    /// `TooLarge`; `Unavailable`.
    async fn keep_file(&self, source: &str, file: File) -> Result<bool>;

    /// Gives messages of one room their places, in the order of their times, and of their coming
    /// where times are equal; whether there may be more to do.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn settle(&self) -> Result<bool>;

    /// Names of the sources that something was brought from and is kept, in alphabetical order.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn sources(&self) -> Result<Vec<String>>;

    /// Lists the rooms that were brought from a source and are still here, by their numbers, after the given one: at
    /// most [`BROUGHT_AT_ONCE`], fewer only at the end.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn brought_rooms<'a>(
        &self,
        source: &str,
        after: Option<&'a RoomId>,
    ) -> Result<Vec<BroughtRoom>>;

    /// Looks up a room that was brought; none when it was not, or is not here any more.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn brought_room(&self, room: &RoomId) -> Result<Option<BroughtRoom>>;

    /// Takes a room back with all that was brought into it, so that a later adoption brings it again; as
    /// [`Self::brought_room`] found it in the same transaction. A room that stays is left as it is. Bytes of files go
    /// after the transaction, and a call that is broken off leaves them to the next sweep.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn take_back(&self, room: &RoomId) -> Result<Option<BroughtRoom>>;

    /// Takes back the rest of a source, none of whose rooms is here any more: users who were made for it and are
    /// nothing else here, notes, and the memory of what its rows became.
    ///
    /// # Errors
    /// `Conflict` while a room of it is here; `Unavailable`.
    async fn take_back_rest(&self, source: &str) -> Result<TakenRest>;
}

/// Most rooms that a call of [`Adoption::brought_rooms`] answers.
pub const BROUGHT_AT_ONCE: usize = 100;
