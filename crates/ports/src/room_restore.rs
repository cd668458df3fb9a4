use async_trait::async_trait;
use domain::{AttachmentId, Mark, Message, MessageId, MessageText, ReceiptKind, RoomId, StaffId};
use jiff::Timestamp;

use crate::{MessageRecord, NewAttachment, Result, RoomRecord};

/// A change to a message in the other backend. Messages are named by their ids there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum RemoteChange {
    /// It was written there.
    Written {
        message: Box<Message>,
        /// The ids of each of its files, there and here; see [`RoomRestore::keep_file`].
        files: Vec<(AttachmentId, AttachmentId)>,
    },
    /// Its text was edited there.
    Edited {
        message: MessageId,
        text: Option<MessageText>,
        mentions: Vec<StaffId>,
        at: Timestamp,
    },
    /// It was taken back.
    Recalled { message: MessageId, at: Timestamp },
    /// Somebody acknowledged it.
    Acknowledged { message: MessageId, mark: Mark },
}

/// Somebody has got or read everything up to a message, by the name it has in the other backend.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct ReceiptStep {
    pub doctor: StaffId,
    pub kind: ReceiptKind,
    pub message: MessageId,
    pub at: Timestamp,
}

/// The legacy backend, open to what happened in the other one to a room that comes back.
///
/// Contract: messages go by the names they have in the other backend, whether they were carried
/// there or written there. Every call can be repeated and then changes nothing, and keeps all it is
/// given or nothing. It works on rooms that take nothing from doctors, as they live elsewhere.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RoomRestore: Send + Sync {
    /// Of these messages those that are here, as they are here, each with its name there. At most
    /// [`RECORDS_AT_ONCE`](crate::RECORDS_AT_ONCE).
    ///
    /// # Errors
    /// `NotFound` when there is no such room; `Unavailable`.
    async fn known(
        &self,
        room: &RoomId,
        names: &[MessageId],
    ) -> Result<Vec<(MessageId, MessageRecord)>>;

    /// Keeps a file that a message brings along. Until the message is kept it is like a file that
    /// was not sent, and removed like one.
    ///
    /// # Errors
    /// `NotFound` when there is no such room; `TooLarge`; `Unavailable`.
    async fn keep_file(
        &self,
        room: &RoomId,
        author: &StaffId,
        file: &NewAttachment,
    ) -> Result<AttachmentId>;

    /// Keeps what became of messages, in this order. A message that was written there gets the next
    /// place in the room, and keeps the time it was sent.
    ///
    /// # Errors
    /// `NotFound` when there is no such room; `Unavailable`.
    async fn keep(&self, room: &RoomId, since: &[RemoteChange]) -> Result<()>;

    /// Has kept messages stand in this order after the given one: those that do not get the next
    /// places in the room.
    ///
    /// # Errors
    /// `NotFound` when there is no such room; `Unavailable`.
    async fn set_order<'a>(
        &self,
        room: &RoomId,
        after: Option<&'a MessageId>,
        names: &[MessageId],
    ) -> Result<()>;

    /// Makes those who take part there the room's participants, each having read for themself what
    /// they have there, and keeps who came and went. The steps are those that were made there since,
    /// in the order of their messages. Whoever has read no more and no less of what others wrote keeps their time of reading.
    ///
    /// # Errors
    /// `NotFound` when there is no such room; `Unavailable`.
    async fn keep_people(
        &self,
        room: &RoomId,
        there: &RoomRecord,
        steps: &[ReceiptStep],
    ) -> Result<()>;
}
