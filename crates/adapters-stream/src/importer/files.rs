//! Files of messages that move, and messages that are too long for Stream and become one.

use bytes::Bytes;
use domain::{Attachment, FileName, MessageId, RoomId, StaffId};
use ports::{Error, ErrorKind, MessageRecord, Result};
use serde_json::Value;

use super::StreamImporter;
use crate::{
    attachments::{StoredFile, removed_on_the_wire},
    ids,
    users::SERVICE,
};

/// Most characters of a message at Stream, as the channel type is set up.
pub(super) const MOST_CHARACTERS: usize = 20_000;

const TEXT: &str = "text/plain; charset=utf-8";

const LOST: &str = "This file was missing in the legacy chat when its room was moved.\n";

/// The note that replaces a text too long for Stream; `None` for any other text.
pub(super) fn long_text(text: &str) -> Option<String> {
    let characters = text.chars().count();
    (characters > MOST_CHARACTERS).then(|| {
        format!("This message has {characters} characters, more than Stream Chat takes. It is attached as a file.")
    })
}

impl StreamImporter {
    /// The files of a message as its line carries them, brought where they are not there yet.
    pub(super) async fn files_of(
        &self,
        room: &RoomId,
        id: &MessageId,
        record: &MessageRecord,
    ) -> Result<Vec<Value>> {
        let message = &record.message;
        let mut wires = Vec::new();
        for file in message.attachments() {
            let moved = Attachment {
                id: ids::moved_file(&file.id)?,
                room: room.clone(),
                ..file.clone()
            };
            if file.is_removed() {
                wires.push(removed_on_the_wire(&moved.id));
                continue;
            }
            let stored = match self.store.record(&moved.id).await? {
                Some(stored) => stored,
                None => self.bring(id, moved, file).await?,
            };
            wires.push(stored.on_the_wire());
        }
        if let Some(text) = message
            .text()
            .filter(|text| long_text(text.as_str()).is_some())
        {
            let moved = Attachment {
                id: ids::moved_text(&message.id)?,
                room: room.clone(),
                name: FileName::or_plain("message.txt"),
                media_type: TEXT.to_owned(),
                size: text.as_str().len() as u64,
                picture: None,
            };
            let stored = match self.store.record(&moved.id).await? {
                Some(stored) => stored,
                None => {
                    let bytes = Bytes::from(text.as_str().to_owned());
                    self.store.carry_file(id, moved, bytes, None).await?
                }
            };
            wires.push(stored.on_the_wire());
        }
        Ok(wires)
    }

    async fn bring(
        &self,
        message: &MessageId,
        mut moved: Attachment,
        file: &Attachment,
    ) -> Result<StoredFile> {
        let bytes = match self.from.file(&file.id).await {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return self.lost(message, moved).await;
            }
            Err(error) => return Err(error),
        };
        let thumbnail = match file.picture {
            Some(_) => self.from.thumbnail(&file.id).await.ok(),
            None => None,
        };
        if thumbnail.is_none() {
            moved.picture = None;
        }
        self.store
            .carry_file(message, moved, bytes, thumbnail)
            .await
    }

    /// Says in place of a file whose bytes are gone that there was one.
    async fn lost(&self, message: &MessageId, mut moved: Attachment) -> Result<StoredFile> {
        let bytes = Bytes::from_static(LOST.as_bytes());
        moved.media_type = TEXT.to_owned();
        moved.size = bytes.len() as u64;
        moved.picture = None;
        moved.name = FileName::or_plain(&format!("{} (missing).txt", moved.name.as_str()));
        self.store.carry_file(message, moved, bytes, None).await
    }
}

/// In whose name files and their records are kept that nobody uploaded at Stream.
pub(crate) fn service() -> Result<StaffId> {
    StaffId::parse(SERVICE).map_err(|_| Error::internal("no id for the service"))
}
