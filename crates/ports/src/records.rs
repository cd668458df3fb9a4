use async_trait::async_trait;
use bytes::Bytes;
use domain::{
    Attachment, AttachmentId, Message, MessageId, MessageText, Participant, ParticipantChange,
    PatientRef, RoomId, RoomKind, RoomTitle, StaffId, Version,
};
use jiff::Timestamp;

use crate::{Result, stream_name};

/// A room as a whole, without what is said in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRecord {
    /// The id of the room in its backend.
    pub id: RoomId,
    /// The kind of room, and its subject.
    pub kind: RoomKind,
    /// Whether it is the one room that opening its patient or pair leads to; the table of another
    /// application may hold more. Always so of a group.
    pub is_first: bool,
    /// Its title, where it has one.
    pub title: Option<RoomTitle>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// The present participants, each with the last message that they count as having read themselves.
    pub participants: Vec<(Participant, Option<MessageId>)>,
    /// The changes of participants, oldest first, as far as they are kept.
    pub changes: Vec<ParticipantChange>,
    /// Grows with everything that happens in the room but receipts: posting, editing, recalling,
    /// joining, leaving.
    pub version: u64,
}

/// A message as it is kept, with what readers are not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRecord {
    /// As participants see it, with its receipts.
    pub message: Message,
    /// The text of a recalled message, where it is kept.
    pub original: Option<MessageText>,
    /// The files that a recalled message had, where they are kept.
    pub withdrawn: Vec<Attachment>,
    /// The versions before its edits, oldest first, where they are kept.
    pub versions: Vec<Version>,
    /// The id in the other backend, of a legacy message that was written there
    /// and carried back.
    pub written_as: Option<MessageId>,
    /// The same of the message that it answers.
    pub answers_as: Option<MessageId>,
}

/// Most rooms or messages a call of [`Records`] answers.
pub const RECORDS_AT_ONCE: usize = 500;

/// Rooms as a whole, whoever takes part in them: for the hospital's records and for moving rooms to
/// another backend.
///
/// Contract: this is not for doctors, and no page, route or [`Chat`](crate::Chat) leads here. Whoever
/// uses it runs commands on the server; a use that shows words to somebody stores an audit entry
/// first.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Records: Send + Sync {
    /// Ids of rooms in one order that does not change, after the given one: at most
    /// [`RECORDS_AT_ONCE`], fewer only at the end.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn rooms<'a>(&self, after: Option<&'a RoomId>) -> Result<Vec<RoomId>>;

    /// The rooms of the patients who are on a ward now, whatever the case.
    ///
    /// # Errors
    /// `Unsupported` where the backend knows no patients; `Unavailable`.
    async fn rooms_on_ward(&self, ward: &str) -> Result<Vec<RoomId>>;

    /// The rooms of a patient in one order that does not change, after the given one: at most
    /// [`RECORDS_AT_ONCE`], fewer only at the end. At Stream there is the one that opening the patient
    /// leads to; any other came from the legacy backend, whose [`Moves`](crate::Moves) know it.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn rooms_of_patient<'a>(
        &self,
        patient: &PatientRef,
        after: Option<&'a RoomId>,
    ) -> Result<Vec<RoomId>>;

    /// A room.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable`.
    async fn room(&self, room: &RoomId) -> Result<RoomRecord>;

    /// How many messages a room holds; none where the backend cannot tell without reading them.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn size(&self, room: &RoomId) -> Result<Option<u64>>;

    /// Messages of a room in its order, after the given one or from the first: at most
    /// [`RECORDS_AT_ONCE`], fewer only at the end. `Message::author` is whoever wrote it, also where
    /// they are no doctor any more.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` when `after` is no message of the room; `Unavailable`.
    async fn messages<'a>(
        &self,
        room: &RoomId,
        after: Option<&'a MessageId>,
    ) -> Result<Vec<MessageRecord>>;

    /// The bytes of a file, sent or not.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable`.
    async fn file(&self, file: &AttachmentId) -> Result<Bytes>;

    /// The small picture of a file that is one.
    ///
    /// # Errors
    /// `NotFound` where it has none; `Unavailable`.
    async fn thumbnail(&self, file: &AttachmentId) -> Result<Bytes>;
}

impl MessageRecord {
    /// The id that a legacy message has or will have at Stream; none for an id that is too long.
    pub fn name_there(&self) -> Option<MessageId> {
        let written_as = self.written_as.clone();
        written_as.or_else(|| stream_name(&self.message.id))
    }

    /// The same of the message that it answers.
    pub fn answered_there(&self) -> Option<MessageId> {
        let answers_as = self.answers_as.clone();
        answers_as.or_else(|| stream_name(self.message.reply_to.as_ref()?))
    }
}

impl RoomRecord {
    /// Whether somebody takes part now.
    pub fn has(&self, doctor: &StaffId) -> bool {
        let ids = self.participants.iter().map(|(one, _)| &one.doctor.id);
        ids.into_iter().any(|id| id == doctor)
    }
}
