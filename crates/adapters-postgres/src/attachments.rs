mod unsent;

use async_trait::async_trait;
use bytes::Bytes;
use diesel::sql_types::{BigInt, Nullable, Text};
use domain::{Attachment, AttachmentId, Doctor, RoomId};
use legacy::{FileRow, key, room_key, staff_key};
use ports::{Attachments, Error, Fetched, NewAttachment, Result};

pub(crate) use self::unsent::{keep_sweeping, remove_noted, sweep};
use crate::{
    sql::{FileColumns, file_columns, takes_part},
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// A file of `$2` in room `$1`, if they take part: its name, media type, size, width and height.
    NewFile(BigInt, BigInt, Text, Text, BigInt, Nullable<BigInt>, Nullable<BigInt>) -> BigInt
        = concat!("INSERT INTO chat_attachments (room_id, user_id, name, media_type, size, width, height)
            SELECT $1, $2, $3, $4, $5, $6, $7 WHERE ", takes_part!("$1", "$2"), " RETURNING id");

    /// File `$1` as `$2` may see it: before it is sent only its uploader, then all participants
    /// until its message is recalled.
    FindFile(BigInt, BigInt) -> FileColumns
        = concat!("SELECT ", file_columns!(), " FROM chat_attachments a
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
        let picture = file.picture.as_ref().map(|picture| picture.size);
        let new = NewFile::with((
            number,
            doctor,
            file.name.as_str(),
            file.media_type.as_str(),
            self.files.size_of(file)?,
            picture.map(|picture| i64::from(picture.width)),
            picture.map(|picture| i64::from(picture.height)),
        ));
        let mut connection = self.pool.get().await?;
        let id: Option<i64> = connection.first(new).await?;
        drop(connection);
        let id = id.ok_or_else(|| Error::not_found("room"))?;
        if let Err(error) = self.files.put(id, file).await {
            unsent::discard(self, id, doctor).await?;
            return Err(error);
        }
        Ok(Attachment {
            id: AttachmentId::from(id),
            room: room.clone(),
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: file.bytes.len() as u64,
            picture,
        })
    }

    async fn describe(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Attachment> {
        let id = key(attachment.as_i64(), "attachment")?;
        let doctor = key(doctor.id().as_i64(), "attachment")?;
        let mut connection = self.pool.get().await?;
        let found: Option<FileRow> = connection.first(FindFile::with((id, doctor))).await?;
        found
            .and_then(FileRow::into_attachment)
            .ok_or_else(|| Error::not_found("attachment"))
    }

    async fn fetch(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Fetched> {
        let attachment = self.describe(doctor, attachment).await?;
        let content = self.files.open(key(attachment.id.as_i64(), "attachment")?);
        Ok(Fetched {
            content: content.await?,
            attachment,
        })
    }

    async fn thumbnail(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Bytes> {
        let found = self.describe(doctor, attachment).await?;
        if found.picture.is_none() {
            return Err(Error::not_found("attachment"));
        }
        let id = key(found.id.as_i64(), "attachment")?;
        self.files.thumbnail(id).await
    }

    async fn discard(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<()> {
        let id = key(attachment.as_i64(), "attachment")?;
        let doctor = key(doctor.id().as_i64(), "attachment")?;
        if unsent::discard(self, id, doctor).await? {
            Ok(())
        } else {
            Err(Error::not_found("attachment"))
        }
    }
}
