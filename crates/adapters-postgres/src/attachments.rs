use async_trait::async_trait;
use bytes::Bytes;
use diesel::sql_types::{BigInt, Text};
use domain::{Attachment, AttachmentId, Doctor, FileName, RoomId};
use legacy::{CAPABILITIES, key, room_key, staff_key};
use ports::{Attachments, Error, NewAttachment, Result};

use crate::{
    sql::takes_part,
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// A file of `$2` in room `$1`, if they take part: its name, media type and size.
    NewFile(BigInt, BigInt, Text, Text, BigInt) -> BigInt
        = concat!("INSERT INTO chat_attachments (room_id, user_id, name, media_type, size)
            SELECT $1, $2, $3, $4, $5 WHERE ", takes_part!("$1", "$2"), " RETURNING id");

    /// Removes file `$1`, which was not sent.
    DropFile(BigInt) -> () = "DELETE FROM chat_attachments WHERE id = $1 AND message_id IS NULL";

    /// File `$1` as `$2` may see it: before it is sent only its uploader, then all participants
    /// until its message is recalled.
    FindFile(BigInt, BigInt) -> (BigInt, Text, Text, BigInt)
        = concat!("SELECT a.room_id, a.name, a.media_type, a.size FROM chat_attachments a
            LEFT JOIN chat_messages m ON m.id = a.message_id
            WHERE a.id = $1 AND ", takes_part!("a.room_id", "$2"), " AND CASE WHEN a.message_id IS NULL
                THEN a.user_id = $2 ELSE m.recalled_at IS NULL AND m.deleted_at IS NULL END");
}

#[async_trait]
impl Attachments for Store {
    /// The row comes first, as its key names the file; without the file the row goes again.
    async fn upload(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        file: &NewAttachment,
    ) -> Result<Attachment> {
        let (number, doctor) = (room_key(room)?, staff_key(doctor)?);
        let size = file.bytes.len() as u64;
        if size > CAPABILITIES.max_attachment_bytes {
            return Err(Error::too_large("a file holds at most 25 MiB"));
        }
        let name = file.name.as_str();
        let bytes = i64::try_from(size).unwrap_or(i64::MAX);
        let new = NewFile::with((number, doctor, name, file.media_type.as_str(), bytes));
        let mut connection = self.pool.get().await?;
        let id: Option<i64> = connection.first(new).await?;
        drop(connection);
        let id = id.ok_or_else(|| Error::not_found("room"))?;
        if let Err(error) = self.files.put(id, file.bytes.clone()).await {
            let mut connection = self.pool.get().await?;
            connection.run(DropFile::with((id,))).await?;
            return Err(error);
        }
        Ok(Attachment {
            id: AttachmentId::from(id),
            room: room.clone(),
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size,
        })
    }

    async fn describe(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Attachment> {
        let none = || Error::not_found("attachment");
        let id = key(attachment.as_i64(), "attachment")?;
        let doctor = key(doctor.id().as_i64(), "attachment")?;
        let mut connection = self.pool.get().await?;
        let found: Option<(i64, String, String, i64)> =
            connection.first(FindFile::with((id, doctor))).await?;
        let (room, name, media_type, size) = found.ok_or_else(none)?;
        Ok(Attachment {
            id: attachment.clone(),
            room: RoomId::from(room),
            name: FileName::parse(&name).map_err(|_| none())?,
            media_type,
            size: u64::try_from(size).unwrap_or(0),
        })
    }

    async fn fetch(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Bytes> {
        let found = self.describe(doctor, attachment).await?;
        self.files.get(key(found.id.as_i64(), "attachment")?).await
    }
}
