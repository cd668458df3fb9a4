//! Rooms that come back from the other backend with what happened there.

mod keep;
mod people;

use async_trait::async_trait;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use domain::{AttachmentId, MessageId, RoomId, StaffId};
use legacy::{PlaceRow, carried_key, key, out_of_order, room_key, under_names};
use ports::{
    Error, MessageRecord, NewAttachment, ReceiptStep, RemoteChange, Result, RoomRecord, RoomRestore,
};

use crate::{
    messages::read::{PageColumns, PageRow, page},
    pool::Connection,
    records::whole,
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// Locks room `$1`, whether it lives here or not.
    LockRoom(BigInt) -> BigInt
        = "SELECT id FROM chat_rooms WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE";

    RoomIs(BigInt) -> BigInt = "SELECT id FROM chat_rooms WHERE id = $1 AND deleted_at IS NULL";

    /// Name, key and place in room `$1` of those of the names `$2` that are here; `$3` are the keys of
    /// those that were carried from here.
    PlacesOf(BigInt, Array<Text>, Array<Nullable<BigInt>>) -> (Text, BigInt, BigInt)
        = "SELECT w.name, m.id, m.position FROM unnest($2, $3) AS w (name, key)
            JOIN chat_messages m ON m.id = coalesce(w.key,
                (SELECT n.message_id FROM hims_returned_messages n WHERE n.stream_message = w.name))
            WHERE m.room_id = $1 AND m.position > 0";

    /// The messages `$2`.
    These(BigInt, Array<BigInt>) -> PageColumns
        = page!("m.id = ANY ($2)", "m.position > 0");

    /// A file of `$2` in room `$1`: its name, media type, size, width and height.
    NewFile(BigInt, BigInt, Text, Text, BigInt, Nullable<BigInt>, Nullable<BigInt>) -> BigInt
        = "INSERT INTO chat_attachments (room_id, user_id, name, media_type, size, width, height)
            SELECT id, $2, $3, $4, $5, $6, $7 FROM chat_rooms WHERE id = $1 AND deleted_at IS NULL RETURNING id";

    /// Gives message `$1` the place `$2`.
    SetPlace(BigInt, BigInt) -> ()
        = "WITH mentioned AS (UPDATE chat_mentions SET position = $2 WHERE message_id = $1)
            UPDATE chat_messages SET position = $2, changed_position = $2 WHERE id = $1";

    NextPlace(BigInt) -> BigInt
        = "UPDATE chat_rooms SET last_position = last_position + 1, changed_at = clock_timestamp()
            WHERE id = $1 RETURNING last_position";
}

#[async_trait]
impl RoomRestore for Store {
    async fn known(
        &self,
        room: &RoomId,
        names: &[MessageId],
    ) -> Result<Vec<(MessageId, MessageRecord)>> {
        let room = room_key(room)?;
        let mut connection = self.pool.get().await?;
        let is_there: Option<i64> = connection.first(RoomIs::with((room,))).await?;
        is_there.ok_or_else(no_room)?;
        let places = places(&mut connection, room, names).await?;
        let ids: Vec<i64> = places.iter().map(|(_, id, _)| *id).collect();
        let rows: Vec<PageRow> = connection.all(These::with((room, ids))).await?;
        let records = whole(&mut connection, rows).await?;
        Ok(under_names(places, records))
    }

    /// The row comes first, as its key names the file.
    async fn keep_file(
        &self,
        room: &RoomId,
        author: &StaffId,
        file: &NewAttachment,
    ) -> Result<AttachmentId> {
        let picture = file.picture.as_ref().map(|picture| picture.size);
        let new = NewFile::with((
            room_key(room)?,
            key(author.as_i64(), "author")?,
            file.name.as_str(),
            file.media_type.as_str(),
            self.files.size_of(file)?,
            picture.map(|picture| i64::from(picture.width)),
            picture.map(|picture| i64::from(picture.height)),
        ));
        let mut connection = self.pool.get().await?;
        let id: Option<i64> = connection.first(new).await?;
        drop(connection);
        let id = id.ok_or_else(no_room)?;
        self.files.put(id, file).await?;
        Ok(AttachmentId::from(id))
    }

    async fn keep(&self, room: &RoomId, since: &[RemoteChange]) -> Result<()> {
        let room = room_key(room)?;
        let mut transaction = self.pool.begin().await?;
        let kept = async {
            lock(&mut transaction, room).await?;
            for one in since {
                keep::keep(&mut transaction, room, one).await?;
            }
            Ok(())
        };
        let kept = kept.await;
        transaction.end(kept).await
    }

    async fn set_order<'a>(
        &self,
        room: &RoomId,
        after: Option<&'a MessageId>,
        names: &[MessageId],
    ) -> Result<()> {
        let room = room_key(room)?;
        let all: Vec<MessageId> = after.into_iter().chain(names).cloned().collect();
        let mut transaction = self.pool.begin().await?;
        let set = set_order(&mut transaction, room, &all).await;
        transaction.end(set).await
    }

    async fn keep_people(
        &self,
        room: &RoomId,
        there: &RoomRecord,
        steps: &[ReceiptStep],
    ) -> Result<()> {
        let room = room_key(room)?;
        let mut transaction = self.pool.begin().await?;
        let kept = async {
            lock(&mut transaction, room).await?;
            people::keep(&mut transaction, room, there, steps).await
        };
        let kept = kept.await;
        transaction.end(kept).await
    }
}

async fn lock(transaction: &mut Connection, room: i64) -> Result<()> {
    let locked: Option<i64> = transaction.first(LockRoom::with((room,))).await?;
    locked.map(drop).ok_or_else(no_room)
}

fn no_room() -> Error {
    Error::not_found("room")
}

/// Name, key and place of those of these that are here.
async fn places(
    connection: &mut Connection,
    room: i64,
    names: &[MessageId],
) -> Result<Vec<PlaceRow>> {
    let keys: Vec<Option<i64>> = names.iter().map(carried_key).collect();
    let names: Vec<&str> = names.iter().map(MessageId::as_str).collect();
    connection.all(PlacesOf::with((room, names, keys))).await
}

/// The key of one.
async fn find(connection: &mut Connection, room: i64, name: &MessageId) -> Result<Option<i64>> {
    let found = places(connection, room, std::slice::from_ref(name)).await?;
    Ok(found.first().map(|(_, id, _)| *id))
}

/// The locked room's next place.
async fn next_place(transaction: &mut Connection, room: i64) -> Result<i64> {
    let place: Option<i64> = transaction.first(NextPlace::with((room,))).await?;
    place.ok_or_else(no_room)
}

async fn set_order(transaction: &mut Connection, room: i64, names: &[MessageId]) -> Result<()> {
    lock(transaction, room).await?;
    let places = places(transaction, room, names).await?;
    for message in out_of_order(&places, names) {
        let place = next_place(transaction, room).await?;
        transaction.run(SetPlace::with((message, place))).await?;
    }
    Ok(())
}
