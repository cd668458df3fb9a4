use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool},
};
use ports::{
    Result,
    adoption::{File, KeptFile},
};

use super::ids;
use crate::{error::Fault, rooms::bump, sql::now, statement::statement, store::Store};

statement!(
    /// A file that its author has not sent yet.
    New { source: String, message: String, name: String, media_type: String, size: i64,
          width: Option<i64>, height: Option<i64>, at: i64 } -> BigInt =
    "INSERT INTO chat_attachments (room_id, user_id, name, media_type, size, width, height, created_at) \
     SELECT m.room_id, m.user_id, ?3, ?4, ?5, ?6, ?7, ?8 \
     FROM hims_adopted_ids i JOIN chat_messages m ON m.id = i.id \
     WHERE i.source = ?1 AND i.part = 'messages' AND i.key = ?2 AND m.user_id IS NOT NULL \
     RETURNING id"
);

statement!(
    Send {
        source: String,
        message: String,
        id: i64
    } = "UPDATE chat_attachments SET message_id = m.id, created_at = m.sent_at \
     FROM hims_adopted_ids i JOIN chat_messages m ON m.id = i.id \
     WHERE chat_attachments.id = ?3 AND i.source = ?1 AND i.part = 'messages' AND i.key = ?2"
);

statement!(
    SayFile {
        source: String,
        message: String
    } = "UPDATE chat_messages SET type = 'file' \
     WHERE id = (SELECT id FROM hims_adopted_ids WHERE source = ?1 AND part = 'messages' AND key = ?2)"
);

statement!(
    /// The file that is kept under a key, whether it is a placeholder, and whether its room lives here.
    Kept { source: String, key: String } -> (BigInt, BigInt, Bool) =
    "SELECT f.id, f.message_id, i.said IS NOT NULL AND r.moved_at IS NULL FROM hims_adopted_ids i \
         JOIN chat_attachments f ON f.id = i.id JOIN chat_rooms r ON r.id = f.room_id \
     WHERE i.source = ?1 AND i.part = 'files' AND i.key = ?2 AND f.message_id IS NOT NULL"
);

statement!(
    NoteRemoved { id: i64 } =
        "INSERT OR IGNORE INTO hims_removed_files (attachment_id) VALUES (?1)"
);

statement!(Remove { id: i64 } = "DELETE FROM chat_attachments WHERE id = ?1");

statement!(RoomOf { message: i64 } -> BigInt = "SELECT room_id FROM chat_messages WHERE id = ?1");

statement!(
    SetChanged {
        message: i64,
        position: i64
    } = "UPDATE chat_messages SET changed_position = ?2 WHERE id = ?1"
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
    let is_placeholder = file.is_placeholder;
    let begin = move |connection: &mut SqliteConnection| -> Result<Option<(i64, bool)>, Fault> {
        let is_known = ids::find(connection, &by, "files", &key)?.is_some();
        if is_known && (is_placeholder || replaced(connection, &by, &key)?.is_none()) {
            return Ok(None);
        }
        let id: Option<i64> = new.row(connection)?;
        Ok(id.map(|id| (id, is_known)))
    };
    let begun = store
        .writer
        .write(move |work| begin(work.connection))
        .await?;
    let Some((id, is_found)) = begun else {
        return Ok(false);
    };
    store.files.put(id, &file.file).await?;
    let source = source.to_owned();
    store
        .writer
        .write(move |work| send(work.connection, &source, &file, id))
        .await?;
    if is_found {
        crate::attachments::remove_noted(store).await?;
    }
    Ok(true)
}

/// The placeholder, and its message, that a file takes the place of.
fn replaced(
    connection: &mut SqliteConnection,
    source: &str,
    key: &str,
) -> Result<Option<(i64, i64)>, Fault> {
    let (source, key) = (source.to_owned(), key.to_owned());
    let kept: Option<(i64, i64, bool)> = Kept { source, key }.row(connection)?;
    Ok(kept.and_then(|(file, message, can_go)| can_go.then_some((file, message))))
}

fn send(
    connection: &mut SqliteConnection,
    source: &str,
    file: &File,
    id: i64,
) -> Result<(), Fault> {
    if let Some((placeholder, message)) = replaced(connection, source, &file.key)? {
        NoteRemoved { id: placeholder }.run(connection)?;
        Remove { id: placeholder }.run(connection)?;
        let room: Option<i64> = RoomOf { message }.row(connection)?;
        if let Some(room) = room {
            let position = bump(connection, room)?;
            SetChanged { message, position }.run(connection)?;
        }
    }
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
    let said = file.is_placeholder.then_some(KeptFile::PLACEHOLDER);
    ids::say(connection, source, ("files", &file.key), id, said)
}
