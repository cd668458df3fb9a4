use async_trait::async_trait;
use domain::{
    Content, Doctor, Message, MessageCursor, MessageId, MessagePage, NewMessage, PageSize, RoomId,
    Search, SearchPage, Version,
};

use crate::Result;

/// A message and whether an earlier call had posted it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The message.
    pub message: Message,
    /// Whether its `client_id` had been used by this doctor in this room before; then `message` is
    /// the first one, whatever this call wanted to say.
    pub repeated: bool,
}

/// Most messages of [`Messages::waiting`].
pub const MAX_WAITING: usize = 50;

/// The messages of rooms: reading, posting, editing, recalling.
///
/// Contract: per room, order is total, the same for every reader, and never changes. A reader who
/// asks for what comes after a message never misses one that is stored later.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Messages: Send + Sync {
    /// Posts a message. An `Ok` means that it is stored for good and will reach every participant.
    ///
    /// Repeating the call with the same `client_id` returns the first message.
    ///
    /// # Errors
    /// `NotFound` when the doctor is not in the room; `Invalid` when `reply_to` or an attachment
    /// is not of this room, an attachment is somebody else's or already sent, or somebody mentioned
    /// does not take part (`mention_ids`); `Unavailable`,
    /// after which only a repeat with the same `client_id` tells whether it was stored.
    async fn post(&self, doctor: &Doctor, room: &RoomId, message: &NewMessage) -> Result<Posted>;

    /// A page of a room, oldest first in the page.
    ///
    /// # Errors
    /// `NotFound` when the doctor is not in the room; `Invalid` when the cursor's message is not
    /// of this room; `Unavailable`.
    async fn page(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        cursor: &MessageCursor,
        size: PageSize,
    ) -> Result<MessagePage>;

    /// One message.
    ///
    /// # Errors
    /// `NotFound` when the doctor is not in the room or it holds no such message; `Unavailable`.
    async fn get(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<Message>;

    /// Those of the named messages that the room holds, in no order: what a page quotes without showing
    /// it. At most as many as a page holds are named. Of their receipts only the acknowledgements are
    /// told for certain.
    ///
    /// # Errors
    /// `NotFound` when the doctor is not in the room; `Unavailable`.
    async fn several(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        messages: &[MessageId],
    ) -> Result<Vec<Message>>;

    /// Changes the text of the doctor's own message and whom it mentions; every text is kept. The
    /// same again changes nothing.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` when somebody else wrote it; `Conflict` when it was recalled;
    /// `Invalid` when it would be left empty, attachments would change, or it would newly mention
    /// somebody who does not take part; `Unavailable`.
    async fn edit(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        message: &MessageId,
        content: &Content,
    ) -> Result<Message>;

    /// Takes the doctor's own message back: readers see a tombstone. Where
    /// [`Capabilities::edit_history`](crate::Capabilities::edit_history) holds, the original is kept for
    /// audit. Recalling again changes nothing.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden` when somebody else wrote it; `Unavailable`.
    async fn recall(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<Message>;

    /// Reads the earlier versions of a message, oldest first, without the current one. Nobody is told
    /// the text of a recalled message.
    ///
    /// # Errors
    /// `NotFound` as [`Messages::get`]; `Unsupported` where the backend keeps no versions;
    /// `Unavailable`.
    async fn versions(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        message: &MessageId,
    ) -> Result<Vec<Version>>;

    /// The urgent messages of others in the doctor's rooms, sent since they joined, not recalled
    /// and not yet acknowledged by them: oldest first, at most [`MAX_WAITING`]. Of their receipts
    /// only the acknowledgements are told for certain.
    ///
    /// # Errors
    /// `Unsupported` where messages cannot be acknowledged; `Unavailable`.
    async fn waiting(&self, doctor: &Doctor) -> Result<Vec<Message>>;

    /// Searches the rooms the doctor is in now, newest hit first; recalled messages are not found.
    /// A hit holds the words in its text or in the name of a file of it, as `Query::is_in` says.
    /// The rooms of a patient that the doctor is not in hold no hits.
    ///
    /// # Errors
    /// `NotFound` for a room that is not theirs; `Unsupported` where the backend has no search;
    /// `Unavailable`.
    async fn search(&self, doctor: &Doctor, search: &Search) -> Result<SearchPage>;
}
