//! Rooms that come back from the other backend with what happened there.

mod keep;
mod people;

use async_trait::async_trait;
use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Text},
};
use domain::{AttachmentId, MessageId, RoomId, StaffId};
use legacy::{PlaceRow, carried_key, key, out_of_order, room_key, under_names};
use ports::{
    MessageRecord, NewAttachment, ReceiptStep, RemoteChange, Result, RoomRecord, RoomRestore,
};

use crate::{
    error::Fault,
    messages::read::{Columns, Row, messages},
    records::whole,
    rooms::no_room,
    sql::now,
    statement::{json_list, statement},
    store::Store,
};

statement!(RoomIs { room: i64 } -> BigInt = "SELECT id FROM chat_rooms WHERE id = ?1 AND deleted_at IS NULL");

statement!(
    /// `?2` is a list of [name, key or null].
    PlacesOf { room: i64, names: String } -> (Text, BigInt, BigInt) =
    "SELECT w.value ->> 0, m.id, m.position FROM json_each(?2) w \
     CROSS JOIN chat_messages m ON m.id = coalesce(w.value ->> 1, \
         (SELECT n.message_id FROM hims_returned_messages n WHERE n.stream_message = w.value ->> 0)) \
     WHERE m.room_id = ?1 AND m.position > 0"
);

statement!(These { room: i64, messages: String } -> Columns =
    messages!("m.position > 0", "m.id IN (SELECT value FROM json_each(?2))", "-1"));

statement!(
    NewFile { room: i64, author: i64, name: String, media_type: String, size: i64,
              width: Option<i64>, height: Option<i64>, at: i64 } -> BigInt =
    "INSERT INTO chat_attachments (room_id, user_id, name, media_type, size, width, height, created_at) \
     SELECT id, ?2, ?3, ?4, ?5, ?6, ?7, ?8 FROM chat_rooms WHERE id = ?1 AND deleted_at IS NULL RETURNING id"
);

statement!(
    SetPlace {
        message: i64,
        position: i64
    } = "UPDATE chat_messages SET position = ?2, changed_position = ?2 WHERE id = ?1"
);
statement!(
    SetMentionPlace {
        message: i64,
        position: i64
    } = "UPDATE chat_mentions SET position = ?2 WHERE message_id = ?1"
);
statement!(NextPlace { room: i64 } -> BigInt =
    "UPDATE chat_rooms SET last_position = last_position + 1 WHERE id = ?1 RETURNING last_position");

#[async_trait]
impl RoomRestore for Store {
    async fn known(
        &self,
        room: &RoomId,
        names: &[MessageId],
    ) -> Result<Vec<(MessageId, MessageRecord)>> {
        let (room, names) = (room_key(room)?, names.to_vec());
        self.readers
            .read(move |connection| known(connection, room, &names))
            .await
    }

    /// The row comes first, as its key names the file.
    async fn keep_file(
        &self,
        room: &RoomId,
        author: &StaffId,
        file: &NewAttachment,
    ) -> Result<AttachmentId> {
        let picture = file.picture.as_ref().map(|picture| picture.size);
        let new = NewFile {
            room: room_key(room)?,
            author: key(author.as_i64(), "author")?,
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
                let id: Option<i64> = new.row(work.connection)?;
                id.ok_or_else(|| no_room().into())
            })
            .await?;
        self.files.put(id, file).await?;
        Ok(AttachmentId::from(id))
    }

    async fn keep(&self, room: &RoomId, since: &[RemoteChange]) -> Result<()> {
        let (room, since) = (room_key(room)?, since.to_vec());
        self.writer
            .write(move |work| {
                require(work.connection, room)?;
                since
                    .iter()
                    .try_for_each(|one| keep::keep(work.connection, room, one))
            })
            .await
    }

    async fn set_order<'a>(
        &self,
        room: &RoomId,
        after: Option<&'a MessageId>,
        names: &[MessageId],
    ) -> Result<()> {
        let room = room_key(room)?;
        let all: Vec<MessageId> = after.into_iter().chain(names).cloned().collect();
        self.writer
            .write(move |work| set_order(work.connection, room, &all))
            .await
    }

    async fn keep_people(
        &self,
        room: &RoomId,
        there: &RoomRecord,
        steps: &[ReceiptStep],
    ) -> Result<()> {
        let (room, there, steps) = (room_key(room)?, there.clone(), steps.to_vec());
        self.writer
            .write(move |work| {
                require(work.connection, room)?;
                people::keep(work.connection, room, &there, &steps)?;
                work.forget_audience(room);
                Ok(())
            })
            .await
    }
}

fn require(connection: &mut SqliteConnection, room: i64) -> Result<(), Fault> {
    let known: Option<i64> = RoomIs { room }.row(connection)?;
    known.map(drop).ok_or_else(|| no_room().into())
}

/// Name, key and place of those of these that are here.
fn places(
    connection: &mut SqliteConnection,
    room: i64,
    names: &[MessageId],
) -> Result<Vec<PlaceRow>, Fault> {
    let names = json_list(names.iter().map(|name| (name.as_str(), carried_key(name))));
    Ok(PlacesOf { room, names }.rows(connection)?)
}

/// The key of one.
fn find(
    connection: &mut SqliteConnection,
    room: i64,
    name: &MessageId,
) -> Result<Option<i64>, Fault> {
    let found = places(connection, room, std::slice::from_ref(name))?;
    Ok(found.first().map(|(_, id, _)| *id))
}

/// The room's next place.
fn next_place(connection: &mut SqliteConnection, room: i64) -> Result<i64, Fault> {
    let place: Option<i64> = NextPlace { room }.row(connection)?;
    place.ok_or_else(|| no_room().into())
}

fn known(
    connection: &mut SqliteConnection,
    room: i64,
    names: &[MessageId],
) -> Result<Vec<(MessageId, MessageRecord)>, Fault> {
    require(connection, room)?;
    let places = places(connection, room, names)?;
    let messages = json_list(places.iter().map(|(_, id, _)| *id));
    let rows: Vec<Row> = These { room, messages }.rows(connection)?;
    let records = whole(connection, rows)?;
    Ok(under_names(places, records))
}

fn set_order(
    connection: &mut SqliteConnection,
    room: i64,
    names: &[MessageId],
) -> Result<(), Fault> {
    require(connection, room)?;
    let places = places(connection, room, names)?;
    for message in out_of_order(&places, names) {
        let position = next_place(connection, room)?;
        SetPlace { message, position }.run(connection)?;
        SetMentionPlace { message, position }.run(connection)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn messages_are_found_by_their_names() {
        assert_eq!(PlacesOf::scanned(), ["w"]);
        let plan = PlacesOf::plan();
        assert!(
            plan.contains("SEARCH m USING INTEGER PRIMARY KEY"),
            "{plan}"
        );
    }
}
