use diesel::sql_types::{BigInt, Nullable, Text};
use ports::{Result, adoption::File};

use super::{find_id, keep_id};
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
    if find_id(&mut connection, source, "files", &file.key)
        .await?
        .is_some()
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
    Ok(true)
}

async fn send(transaction: &mut Connection, source: &str, file: &File, id: i64) -> Result<()> {
    let send = Send::with((source, file.message.as_str(), id));
    transaction.run(send).await?;
    keep_id(transaction, source, "files", &file.key, id).await
}
