//! Files: their bytes lie with Stream, and who may have them is written in two messages of a
//! channel that nobody is a member of.
//!
//! The *record* of a file says where it lies, whose it is and for which room; its *claim* says
//! which message carries it. Ids are unique at Stream, so of two messages that want one file only
//! one gets the claim. A *reminder* in a channel of its own stands for each file that may not have
//! been sent, so that looking for those costs no more the longer the history is.

mod files;
mod records;
mod unsent;
mod wire;

use async_trait::async_trait;
use bytes::Bytes;
use domain::{Attachment, AttachmentId, Doctor, RoomId};
use futures_util::TryStreamExt;
use ports::{Attachments, Error, Fetched, FileContent, NewAttachment, Result};

pub(crate) use self::{
    unsent::keep_sweeping,
    wire::{StoredFile, attachment, removed_on_the_wire},
};
use crate::{
    client::{self, Kind},
    failure::told,
    store::Store,
};

/// Whether a channel holds records of files, and nothing that is said.
pub(crate) fn is_of_files(channel: &str) -> bool {
    [records::CHANNEL, unsent::CHANNEL].contains(&channel)
}

#[async_trait]
impl Attachments for Store {
    async fn upload(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        file: &NewAttachment,
    ) -> Result<Attachment> {
        if file.bytes.len() as u64 > self.max_attachment_bytes {
            let most = self.max_attachment_bytes / (1024 * 1024);
            return Err(Error::too_large(format!("a file has at most {most} MB")));
        }
        self.state(doctor, room, 1).await?;
        self.keep(doctor, room, file).await
    }

    async fn describe(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Attachment> {
        Ok(self.file_for(doctor, attachment).await?.attachment)
    }

    async fn fetch(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Fetched> {
        let file = self.file_for(doctor, attachment).await?;
        let most = self.max_attachment_bytes;
        let pieces = self.client.open_file(&file.url, most).await;
        let pieces = pieces.map_err(not_given)?.map_err(not_given);
        Ok(Fetched {
            content: FileContent::new(pieces),
            attachment: file.attachment,
        })
    }

    async fn thumbnail(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Bytes> {
        let file = self.file_for(doctor, attachment).await?;
        match file.thumbnail_url {
            Some(url) => self.bytes_at(&url).await,
            None => Err(Error::not_found("file")),
        }
    }

    async fn discard(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<()> {
        let file = self.file_for(doctor, attachment).await?;
        let is_own = file.uploader == *doctor.id();
        if is_own && self.let_go(&file, doctor.id()).await? {
            Ok(())
        } else {
            Err(Error::not_found("file"))
        }
    }
}

impl Store {
    pub(crate) async fn bytes_at(&self, url: &str) -> Result<Bytes> {
        let fetched = self.client.fetch_file(url, self.max_attachment_bytes).await;
        fetched.map_err(not_given)
    }
}

fn not_given(error: client::Error) -> Error {
    match error.kind() {
        Kind::NotFound => Error::unavailable("Stream does not give this file any more"),
        _ => told(error),
    }
}
