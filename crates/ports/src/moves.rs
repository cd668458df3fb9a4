use std::time::Duration;

use async_trait::async_trait;
use domain::{AttachmentId, MessageId, RoomId};

use crate::{MoveCounts, Result};

/// The place of a conversation that is known to both backends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MoveState {
    /// In the legacy backend, and it stays in use there; Stream has a part of it already.
    Copying,
    /// In the Stream backend. The legacy room takes nothing any more and its links lead to Stream.
    Moved,
    /// In the legacy backend again. The Stream room takes nothing any more and its links lead here.
    Returned,
}

/// A room of the legacy backend and the Stream channel that it is or becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The room in the legacy backend.
    pub legacy: RoomId,
    /// The room in the Stream backend.
    pub stream: RoomId,
    /// The stage of the move, which decides the backend that the conversation lives in.
    pub state: MoveState,
    /// Up to which version of the legacy room Stream has it; see `RoomRecord::version`.
    pub carried: u64,
    /// Whether a moved room is shown to nobody: it is opened in a moment, or goes back.
    pub is_shut: bool,
}

/// How long a room that was just moved may be shut: whoever moved it has opened it by then, or was
/// broken off.
pub const OPEN_WITHIN: Duration = Duration::from_secs(60);

/// Most moves a call of [`Moves::list`] answers.
pub const MOVES_AT_ONCE: usize = 500;

/// The record of which rooms of the two backends are one conversation, and which backend it lives in.
///
/// Contract: a conversation takes messages in one backend at any moment. In `Moved` the legacy
/// backend itself refuses, in the same transaction that would store, whatever would count in the
/// room: posts, edits, recalls, comings and goings (`ErrorKind::Moved`); and the room is in no list,
/// count or search of a doctor's there. Rows that another application inserts all the same are kept
/// and raise the room's version.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Moves: Send + Sync {
    /// Ties two rooms and says that copying has begun. Where they are tied already nothing changes,
    /// but that a returned room is copied again. Answers how it stands.
    ///
    /// # Errors
    /// `Conflict` when either is tied to another; `NotFound` when the legacy room is none;
    /// `Unavailable`.
    async fn begin(&self, legacy: &RoomId, stream: &RoomId) -> Result<Move>;

    /// Says how much Stream has; less than before changes nothing.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable`.
    async fn carried(&self, legacy: &RoomId, version: u64) -> Result<()>;

    /// Has the legacy backend refuse, as `Unavailable`, whatever would raise the room's version, so
    /// long from now, at most a minute. It ends by itself.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable`.
    async fn hold(&self, legacy: &RoomId, how_long: Duration) -> Result<()>;

    /// Makes the room `Moved` if it is `Copying` and its version is still the given one, of which
    /// Stream has everything; whether it is moved now, and then it is shut for
    /// [`OPEN_WITHIN`]. Ends a hold.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable`.
    async fn switch(&self, legacy: &RoomId, version: u64) -> Result<bool>;

    /// Says that a moved room is shown to those who take part.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable`.
    async fn opened(&self, legacy: &RoomId) -> Result<()>;

    /// Says that a moved room is going to be shown to nobody for so long from now on.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it is not moved; `Unavailable`.
    async fn shut(&self, legacy: &RoomId, how_long: Duration) -> Result<()>;

    /// Moved rooms that are shut longer than they were to be: whoever shut them was broken off. At most
    /// [`MOVES_AT_ONCE`].
    ///
    /// # Errors
    /// `Unavailable`.
    async fn left_shut(&self) -> Result<Vec<Move>>;

    /// Makes a moved room that is shut `Returned`: the legacy backend has everything and takes messages
    /// again. Doing it again changes nothing.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it was never moved; `Unavailable`, also when it is not shut any
    /// more and more may have been said.
    async fn give_back(&self, legacy: &RoomId) -> Result<()>;

    /// Counts the participants of a returned room who have another time of reading in the legacy backend than when it
    /// moved, although they have read nothing since: neither there, nor here, nor in the other application.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn changed_reads(&self, legacy: &RoomId) -> Result<u64>;

    /// The move of a legacy room.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn by_legacy(&self, room: &RoomId) -> Result<Option<Move>>;

    /// The move of a Stream room.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn by_stream(&self, room: &RoomId) -> Result<Option<Move>>;

    /// Moved rooms in which something came to the legacy backend all the same since it was carried: at
    /// most [`MOVES_AT_ONCE`].
    ///
    /// # Errors
    /// `Unavailable`.
    async fn behind(&self) -> Result<Vec<Move>>;

    /// Moves in one order that does not change, after the one of the given legacy room: at most
    /// [`MOVES_AT_ONCE`], fewer only at the end.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn list<'a>(&self, after: Option<&'a RoomId>) -> Result<Vec<Move>>;

    /// How many there are.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn count(&self) -> Result<MoveCounts>;

    /// Finds the other side's name of a message or file that was written in the other backend and carried
    /// back, by its name on one side.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn other_name(&self, name: &Name) -> Result<Option<Name>>;
}

/// A message or file as one of the backends calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Name {
    LegacyMessage(MessageId),
    StreamMessage(MessageId),
    LegacyFile(AttachmentId),
    StreamFile(AttachmentId),
}

/// Finds the other side's name of a message or file, whichever side it was written on.
///
/// # Errors
/// As [`Moves::other_name`].
pub async fn name_there(moves: &dyn Moves, name: &Name) -> Result<Option<Name>> {
    let carried = match name {
        Name::StreamMessage(id) => legacy_name(id).map(Name::LegacyMessage),
        Name::StreamFile(id) => legacy_file_name(id).map(Name::LegacyFile),
        Name::LegacyMessage(_) | Name::LegacyFile(_) => None,
    };
    if carried.is_some() {
        return Ok(carried);
    }
    let other = moves.other_name(name).await?;
    Ok(other.or_else(|| match name {
        Name::LegacyMessage(id) => stream_name(id).map(Name::StreamMessage),
        Name::LegacyFile(id) => stream_file_name(id).map(Name::StreamFile),
        Name::StreamMessage(_) | Name::StreamFile(_) => None,
    }))
}

/// Returns the id of a legacy message at Stream: the same every time; none for an id that is too long.
pub fn stream_name(legacy: &MessageId) -> Option<MessageId> {
    MessageId::parse(format!("{NAMED}{legacy}")).ok()
}

/// The legacy message that a Stream message was carried from; `None` for one that was written there.
pub fn legacy_name(stream: &MessageId) -> Option<MessageId> {
    MessageId::parse(stream.as_str().strip_prefix(NAMED)?).ok()
}

/// Returns the id of a legacy file at Stream: the same every time; none for an id that is too long.
pub fn stream_file_name(legacy: &AttachmentId) -> Option<AttachmentId> {
    AttachmentId::parse(format!("{NAMED}{legacy}")).ok()
}

/// The legacy file that a Stream file was carried from.
pub fn legacy_file_name(stream: &AttachmentId) -> Option<AttachmentId> {
    AttachmentId::parse(stream.as_str().strip_prefix(NAMED)?).ok()
}

/// Ids of messages are of one space in an app at Stream, so those from elsewhere have a prefix.
const NAMED: &str = "legacy-";
