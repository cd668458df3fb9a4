use async_trait::async_trait;
use bytes::Bytes;
use diesel::sql_types::{BigInt, Text};
use domain::{Attachment, AttachmentId, Doctor, FileName, RoomId};
use legacy::{CAPABILITIES, key, room_key, staff_key};
use ports::{Attachments, Error, NewAttachment, Result};

use crate::{
    fixed::fixed,
    rooms::Membership,
    sql::{is_participant, now},
    store::Store,
};

fixed!(
    Insert { room: i64, doctor: i64, name: String, media_type: String, size: i64, at: i64 } -> BigInt =
    "INSERT INTO chat_attachments (room_id, user_id, name, media_type, size, created_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id"
);

fixed!(Remove { id: i64 } = "DELETE FROM chat_attachments WHERE id = ?1 AND message_id IS NULL");

fixed!(
    /// Seen by the participants once it is sent, and not any more once that is recalled; before, by
    /// its uploader alone.
    Visible { id: i64, doctor: i64 } -> (BigInt, BigInt, Text, Text, BigInt) = concat!(
    "SELECT a.id, a.room_id, a.name, a.media_type, a.size FROM chat_attachments a \
     JOIN chat_rooms r ON r.id = a.room_id \
     JOIN chat_participants p ON p.room_id = a.room_id AND p.user_id = ?2 JOIN users u ON u.id = p.user_id \
     LEFT JOIN chat_messages m ON m.id = a.message_id \
     WHERE a.id = ?1 AND r.deleted_at IS NULL AND ", is_participant!(), " \
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
        let size = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
        if size > CAPABILITIES.max_attachment_bytes {
            return Err(Error::too_large("a file holds at most 25 MiB"));
        }
        let insert = Insert {
            room: room_id,
            doctor,
            name: file.name.as_str().to_owned(),
            media_type: file.media_type.clone(),
            size: i64::try_from(size).unwrap_or(i64::MAX),
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
        if let Err(error) = self.files.put(id, file.bytes.clone()).await {
            self.writer
                .write(move |work| Ok(Remove { id }.run(work.connection).map(drop)?))
                .await?;
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
        let visible = Visible {
            id: key(attachment.as_i64(), "attachment")?,
            doctor: key(doctor.id().as_i64(), "attachment")?,
        };
        let found: Option<(i64, i64, String, String, i64)> = self
            .readers
            .read(move |connection| Ok(visible.row(connection)?))
            .await?;
        let (id, room, name, media_type, size) = found.ok_or_else(none)?;
        Ok(Attachment {
            id: AttachmentId::from(id),
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
