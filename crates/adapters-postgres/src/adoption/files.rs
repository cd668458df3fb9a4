use diesel::sql_types::{BigInt, Nullable, Text};
use ports::{
    Result,
    adoption::{File, KeptFile},
};

use super::{find_id, say_id};
use crate::{
    pool::Connection,
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// A file of message `$2` of source `$1` that its author has not sent yet: its name, media type,
    /// size, width and height.
    NewFile(Text, Text, Text, Text, BigInt, Nullable<BigInt>, Nullable<BigInt>) -> BigInt
        = "INSERT INTO chat_attachments (room_id, user_id, name, media_type, size, width, height)
            SELECT m.room_id, m.user_id, $3, $4, $5, $6, $7
            FROM hims_adopted_ids i JOIN chat_messages m ON m.id = i.id
            WHERE i.source = $1 AND i.part = 'messages' AND i.key = $2 AND m.user_id IS NOT NULL
            RETURNING id";

    /// The placeholder that is kept under key `$2` of source `$1`, if its room lives here.
    Replaced(Text, Text) -> BigInt
        = "SELECT f.id FROM hims_adopted_ids i JOIN chat_attachments f ON f.id = i.id JOIN chat_rooms r ON r.id = f.room_id
            WHERE i.source = $1 AND i.part = 'files' AND i.key = $2 AND i.said IS NOT NULL AND r.moved_at IS NULL
                AND f.message_id IS NOT NULL";

    /// Removes placeholder `$1`, notes it, and has its message be changed.
    DropPlaceholder(BigInt) -> ()
        = "WITH gone AS (DELETE FROM chat_attachments WHERE id = $1 RETURNING id, room_id, message_id), noted AS (
                INSERT INTO hims_removed_files (attachment_id) SELECT id FROM gone ON CONFLICT DO NOTHING
            ), room AS (
                UPDATE chat_rooms r SET last_position = r.last_position + 1, changed_at = clock_timestamp()
                FROM gone WHERE r.id = gone.room_id RETURNING r.last_position
            )
            UPDATE chat_messages m SET changed_position = room.last_position FROM gone, room WHERE m.id = gone.message_id";

    /// File `$3` becomes that message's.
    Send(Text, Text, BigInt) -> ()
        = "WITH said AS (
                UPDATE chat_messages m SET type = 'file' FROM hims_adopted_ids i
                WHERE i.source = $1 AND i.part = 'messages' AND i.key = $2 AND m.id = i.id
                RETURNING m.id, m.sent_at
            )
            UPDATE chat_attachments a SET message_id = said.id, created_at = said.sent_at FROM said WHERE a.id = $3";
}

/// The row first, which gives the bytes their key; then the bytes; then the row becomes the message's.
pub(super) async fn keep(store: &Store, source: &str, file: File) -> Result<bool> {
    let mut connection = store.pool.get().await?;
    let known = find_id(&mut connection, source, "files", &file.key).await?;
    if known.is_some()
        && (file.is_placeholder || replaced(&mut connection, source, &file).await?.is_none())
    {
        return Ok(false);
    }
    let picture = file.file.picture.as_ref().map(|picture| picture.size);
    let new = NewFile::with((
        source,
        file.message.as_str(),
        file.file.name.as_str(),
        file.file.media_type.as_str(),
        store.files.size_of(&file.file)?,
        picture.map(|picture| i64::from(picture.width)),
        picture.map(|picture| i64::from(picture.height)),
    ));
    let id: Option<i64> = connection.first(new).await?;
    drop(connection);
    let Some(id) = id else {
        return Ok(false);
    };
    store.files.put(id, &file.file).await?;
    let mut transaction = store.pool.begin().await?;
    let sent = send(&mut transaction, source, &file, id).await;
    transaction.end(sent).await?;
    if known.is_some() {
        crate::attachments::remove_noted(&store.pool, &store.files).await?;
    }
    Ok(true)
}

/// The placeholder that a file takes the place of.
async fn replaced(connection: &mut Connection, source: &str, file: &File) -> Result<Option<i64>> {
    let replaced = Replaced::with((source, file.key.as_str()));
    connection.first(replaced).await
}

async fn send(transaction: &mut Connection, source: &str, file: &File, id: i64) -> Result<()> {
    if let Some(placeholder) = replaced(transaction, source, file).await? {
        let drop = DropPlaceholder::with((placeholder,));
        transaction.run(drop).await?;
    }
    let send = Send::with((source, file.message.as_str(), id));
    transaction.run(send).await?;
    let said = file.is_placeholder.then_some(KeptFile::PLACEHOLDER);
    say_id(transaction, source, ("files", &file.key), id, said).await
}
