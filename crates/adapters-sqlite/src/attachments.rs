mod unsent;

use async_trait::async_trait;
use bytes::Bytes;
use diesel::sql_types::BigInt;
use domain::{Attachment, AttachmentId, Doctor, RoomId};
use legacy::{FileRow, key, room_key, staff_key};
use ports::{Attachments, Error, Fetched, NewAttachment, Result};

use crate::{
    rooms::Membership,
    sql::{FileColumns, file_columns, is_participant, now, removed_file},
    statement::statement,
    store::Store,
};

statement!(
    Insert { room: i64, doctor: i64, name: String, media_type: String, size: i64,
             width: Option<i64>, height: Option<i64>, at: i64 } -> BigInt =
    "INSERT INTO chat_attachments (room_id, user_id, name, media_type, size, width, height, created_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) RETURNING id"
);

statement!(
    /// Seen by the participants once it is sent, and not any more once that is recalled; before, by
    /// its uploader alone.
    Visible { id: i64, doctor: i64 } -> FileColumns = concat!(
    "SELECT ", file_columns!(), " FROM chat_attachments a \
     JOIN chat_rooms r ON r.id = a.room_id \
     JOIN chat_participants p ON p.room_id = a.room_id AND p.user_id = ?2 JOIN users u ON u.id = p.user_id \
     LEFT JOIN chat_messages m ON m.id = a.message_id \
     WHERE a.id = ?1 AND a.media_type <> '", removed_file!(), "' AND r.deleted_at IS NULL AND r.moved_at IS NULL AND ", is_participant!(), " \
     AND CASE WHEN a.message_id IS NULL THEN a.user_id = ?2 \
              ELSE m.recalled_at IS NULL AND m.deleted_at IS NULL END"
));

#[async_trait]
impl Attachments for Store {
    /// The row first, which gives the file its key; without the file the row goes again.
    async fn upload(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        file: &NewAttachment,
    ) -> Result<Attachment> {
        let (room_id, doctor) = (room_key(room)?, staff_key(doctor)?);
        let picture = file.picture.as_ref().map(|picture| picture.size);
        let insert = Insert {
            room: room_id,
            doctor,
            name: file.name.as_str().to_owned(),
            media_type: file.media_type.clone(),
            size: self.files.size_of(file)?,
            width: picture.map(|picture| picture.width.into()),
            height: picture.map(|picture| picture.height.into()),
            at: now(),
        };
        let id = self
            .writer
            .write(move |work| {
                Membership::of(work.connection, room_id, doctor)?;
                let id: Option<i64> = insert.row(work.connection)?;
                id.ok_or_else(|| Error::internal("a new file has no id").into())
            })
            .await?;
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
        let visible = Visible {
            id: key(attachment.as_i64(), "attachment")?,
            doctor: key(doctor.id().as_i64(), "attachment")?,
        };
        let found: Option<FileRow> = self
            .readers
            .read(move |connection| Ok(visible.row(connection)?))
            .await?;
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

pub(crate) use unsent::{remove_noted, sweep};
