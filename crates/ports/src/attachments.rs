use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use domain::{Attachment, AttachmentId, Doctor, FileName, Picture, RoomId};
use futures_util::{Stream, StreamExt, stream};

use crate::Result;

/// A file on its way in.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// Name to show.
    pub name: FileName,
    /// Media type, found by content.
    pub media_type: String,
    /// The file.
    pub bytes: Bytes,
    /// The picture's facts that pages need before they have loaded it; none for other files.
    pub picture: Option<NewPicture>,
}

/// The facts of a picture that are stored with it.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPicture {
    /// Width and height, in pixels.
    pub size: Picture,
    /// A small one to show in its place: a JPEG or a PNG.
    pub thumbnail: Bytes,
}

/// A file with its bytes.
pub struct Fetched {
    /// The description of the file.
    pub attachment: Attachment,
    /// The file.
    pub content: FileContent,
}

/// The bytes of a file, piece by piece: whoever reads slowly keeps no more than a piece in memory.
pub struct FileContent(Pin<Box<dyn Stream<Item = Result<Bytes>> + Send>>);

impl FileContent {
    /// A file that comes in these pieces. After an error nothing follows.
    pub fn new(pieces: impl Stream<Item = Result<Bytes>> + Send + 'static) -> Self {
        Self(Box::pin(pieces))
    }

    /// All of it.
    ///
    /// # Errors
    /// `Unavailable` when the rest does not come.
    pub async fn whole(mut self) -> Result<Bytes> {
        let Some(first) = self.next().await else {
            return Ok(Bytes::new());
        };
        let mut whole = BytesMut::from(first?);
        while let Some(piece) = self.next().await {
            whole.extend_from_slice(&piece?);
        }
        Ok(whole.freeze())
    }
}

/// A file that is in memory already.
impl From<Bytes> for FileContent {
    fn from(bytes: Bytes) -> Self {
        Self::new(stream::once(async { Ok(bytes) }))
    }
}

impl Stream for FileContent {
    type Item = Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

/// Files of rooms.
///
/// Contract: a file is reached through its room, and membership is checked on every call. It
/// becomes part of the conversation when a message carries it; until then only its uploader sees
/// it. One that no message carries after a day is removed by the backend itself.
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

    /// Describes a file, without its bytes.
    ///
    /// # Errors
    /// `NotFound` when there is none, it is in a room the doctor is not in, it is another's that
    /// was not sent, or its message was recalled; `Unavailable`.
    async fn describe(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Attachment>;

    /// A file: what it is and its bytes.
    ///
    /// # Errors
    /// As [`Attachments::describe`]. While the bytes come: `Unavailable`.
    async fn fetch(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Fetched>;

    /// The small picture of a picture.
    ///
    /// # Errors
    /// As [`Attachments::describe`], and `NotFound` when the file is no picture.
    async fn thumbnail(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Bytes>;

    /// Takes back a file of the doctor's that was not sent.
    ///
    /// # Errors
    /// `NotFound` when no such file of theirs waits to be sent; `Unavailable`.
    async fn discard(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<()>;
}

/// Shows no byte of the file.
impl fmt::Debug for NewAttachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewAttachment")
            .field("name", &self.name)
            .field("media_type", &self.media_type)
            .field("size", &self.bytes.len())
            .field("picture", &self.picture)
            .finish()
    }
}

/// Shows what it measures only.
impl fmt::Debug for NewPicture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewPicture({} x {})", self.size.width, self.size.height)
    }
}

/// Shows no byte of the file.
impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fetched({:?})", self.attachment)
    }
}
