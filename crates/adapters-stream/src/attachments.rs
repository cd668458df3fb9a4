//! Files: their bytes lie with Stream, and who may have them is written in two messages of a
//! channel that nobody is a member of.
//!
//! The *record* of a file says where it lies, whose it is and for which room; its *claim* says
//! which message carries it. Ids are unique at Stream, so of two messages that want one file only
//! one gets the claim.

mod files;
mod records;

use async_trait::async_trait;
use bytes::Bytes;
use domain::{Attachment, AttachmentId, Doctor, RoomId};
use ports::{Attachments, Error, NewAttachment, Result};

pub(crate) use self::records::StoredFile;
use crate::{client::Kind, store::Store};

#[async_trait]
impl Attachments for Store {
    async fn upload(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        file: &NewAttachment,
    ) -> Result<Attachment> {
        if file.bytes.len() as u64 > self.max_attachment_bytes {
            return Err(Error::too_large(format!(
                "a file has at most {} bytes",
                self.max_attachment_bytes
            )));
        }
        self.state(doctor, room, 1).await?;
        self.keep(doctor, room, file).await
    }

    async fn describe(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Attachment> {
        Ok(self.file_for(doctor, attachment).await?.attachment)
    }

    async fn fetch(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Bytes> {
        let file = self.file_for(doctor, attachment).await?;
        let fetched = self
            .client
            .fetch_file(&file.url, self.max_attachment_bytes)
            .await;
        fetched.map_err(|error| match error.kind() {
            Kind::NotFound => Error::unavailable("Stream does not give this file any more"),
            _ => error.into(),
        })
    }
}
