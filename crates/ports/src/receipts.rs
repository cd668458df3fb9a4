use async_trait::async_trait;
use domain::{Doctor, MessageId, RoomId};

use crate::Result;

/// The receipts of messages: delivered, read, acknowledged.
///
/// Contract: marks only move forward, keep the time they were first made, and are told to the
/// other participants as they move. Repeating one changes nothing and tells nobody. One's own
/// messages carry no receipt of one's own. What counts as unread for oneself can be taken back with
/// [`Receipts::mark_unread`]; what others were told stays, and is not told again.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Receipts: Send + Sync {
    /// Every message up to this one has reached a signed-in browser of the doctor.
    ///
    /// # Errors
    /// `NotFound` when the doctor is not in the room or it holds no such message; `Unsupported`;
    /// `Unavailable`.
    async fn mark_delivered(&self, doctor: &Doctor, room: &RoomId, up_to: &MessageId)
    -> Result<()>;

    /// Every message up to this one was on the doctor's screen; they are delivered as well.
    ///
    /// # Errors
    /// As [`Receipts::mark_delivered`].
    async fn mark_read(&self, doctor: &Doctor, room: &RoomId, up_to: &MessageId) -> Result<()>;

    /// The doctor's own mark goes back to before this message: it and what came after it count as
    /// unread again, on all their devices at once, whose streams get the room anew. The mark only
    /// goes back here; what is unread already changes nothing. Receipts keep their times, and
    /// reading again tells others nothing they know.
    ///
    /// # Errors
    /// `NotFound` when the doctor is not in the room or it holds no such message; `Unavailable`.
    async fn mark_unread(&self, doctor: &Doctor, room: &RoomId, from: &MessageId) -> Result<()>;

    /// The doctor acts on this urgent message; it and those before it are read as well.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` for a routine or recalled message, or one's own; `Unsupported`;
    /// `Unavailable`.
    async fn acknowledge(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<()>;
}
