use diesel::{SqliteConnection, sql_types::BigInt};
use ports::{Result, adoption::File};

use super::ids;
use crate::{error::Fault, fixed::fixed, sql::now, store::Store};

fixed!(
    /// A file that its author has not sent yet.
    New { source: String, message: String, name: String, media_type: String, size: i64,
          width: Option<i64>, height: Option<i64>, at: i64 } -> BigInt =
    "INSERT INTO chat_attachments (room_id, user_id, name, media_type, size, width, height, created_at) \
     SELECT m.room_id, m.user_id, ?3, ?4, ?5, ?6, ?7, ?8 \
     FROM hims_adopted_ids i JOIN chat_messages m ON m.id = i.id \
     WHERE i.source = ?1 AND i.part = 'messages' AND i.key = ?2 AND m.user_id IS NOT NULL \
     RETURNING id"
);

fixed!(
    Send {
        source: String,
        message: String,
        id: i64
    } = "UPDATE chat_attachments SET message_id = m.id, created_at = m.sent_at \
     FROM hims_adopted_ids i JOIN chat_messages m ON m.id = i.id \
     WHERE chat_attachments.id = ?3 AND i.source = ?1 AND i.part = 'messages' AND i.key = ?2"
);

fixed!(
    SayFile {
        source: String,
        message: String
    } = "UPDATE chat_messages SET type = 'file' \
     WHERE id = (SELECT id FROM hims_adopted_ids WHERE source = ?1 AND part = 'messages' AND key = ?2)"
);

/// The row first, which gives the bytes their key; then the bytes; then the row becomes the message's.
pub(super) async fn keep(store: &Store, source: &str, file: File) -> Result<bool> {
    let picture = file.file.picture.as_ref().map(|picture| picture.size);
    let new = New {
        source: source.to_owned(),
        message: file.message.clone(),
        name: file.file.name.as_str().to_owned(),
        media_type: file.file.media_type.clone(),
        size: store.files.size_of(&file.file)?,
        width: picture.map(|picture| picture.width.into()),
        height: picture.map(|picture| picture.height.into()),
        at: now(),
    };
    let (by, key) = (source.to_owned(), file.key.clone());
    let begin = move |connection: &mut SqliteConnection| -> Result<Option<i64>, Fault> {
        if ids::find(connection, &by, "files", &key)?.is_some() {
            return Ok(None);
        }
        Ok(new.row(connection)?)
    };
    let id = store
        .writer
        .write(move |work| begin(work.connection))
        .await?;
    let Some(id) = id else {
        return Ok(false);
    };
    store.files.put(id, &file.file).await?;
    let source = source.to_owned();
    store
        .writer
        .write(move |work| send(work.connection, &source, &file, id))
        .await?;
    Ok(true)
}

fn send(
    connection: &mut SqliteConnection,
    source: &str,
    file: &File,
    id: i64,
) -> Result<(), Fault> {
    let (by, message) = (source.to_owned(), file.message.clone());
    Send {
        source: by,
        message,
        id,
    }
    .run(connection)?;
    let (by, message) = (source.to_owned(), file.message.clone());
    SayFile {
        source: by,
        message,
    }
    .run(connection)?;
    ids::keep(connection, source, "files", &file.key, id)
}
