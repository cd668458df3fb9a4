use async_trait::async_trait;
use bytes::Bytes;
use domain::{Attachment, AttachmentId, Doctor, FileName, RoomId};

use crate::Result;

/// A file on its way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAttachment {
    /// Name to show.
    pub name: FileName,
    /// Media type, found by content.
    pub media_type: String,
    /// The file.
    pub bytes: Bytes,
}

/// Files of rooms.
///
/// Contract: a file is reached through its room, and membership is checked on every call. It
/// becomes part of the conversation when a message carries it; until then only its uploader sees
/// it.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Attachments: Send + Sync {
    /// Stores a file for a message of the doctor's to come. Each call stores another.
    ///
    /// # Errors
    /// `NotFound` when the doctor is not in the room; `TooLarge`; `Unsupported`; `Unavailable`.
    async fn upload(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        file: &NewAttachment,
    ) -> Result<Attachment>;

    /// What a file is, without its bytes.
    ///
    /// # Errors
    /// `NotFound` when there is none, it is in a room the doctor is not in, it is another's that
    /// was not sent, or its message was recalled; `Unavailable`.
    async fn describe(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Attachment>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// As [`Attachments::describe`].
    async fn fetch(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Bytes>;
}
