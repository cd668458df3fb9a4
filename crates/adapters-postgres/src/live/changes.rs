//! Changes of a room after a position, read back from the tables in order.

use std::collections::BTreeMap;

use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use domain::{Event, Profile, RoomId, StaffId, one_line};
use legacy::MessageRow;
use ports::Result;

use crate::{
    messages::read::{self, PageColumns, PageRow},
    pool::Connection,
    sql::{MessageColumns, message_columns},
    statement::{Statement, statement},
};

statement! {
    /// How far room `$1` has come, and the participants that changed after `$2`.
    Participants(BigInt, BigInt)
        -> (BigInt, Nullable<BigInt>, Nullable<Bool>, Nullable<BigInt>, Nullable<Text>, Nullable<Text>, Nullable<Text>)
        = "SELECT r.last_position, p.changed_position, p.left_at IS NULL, u.id, u.name, u.specialty, u.grade
            FROM chat_rooms r LEFT JOIN (chat_participants p JOIN users u ON u.id = p.user_id)
                ON p.room_id = r.id AND p.changed_position > $2
            WHERE r.id = $1";

    /// Messages of room `$1` that came after `$2` and not after `$3`.
    Posted(BigInt, BigInt, BigInt) -> MessageColumns
        = concat!("SELECT ", message_columns!(), " FROM chat_messages m LEFT JOIN users u ON u.id = m.user_id
            WHERE m.room_id = $1 AND m.position > $2 AND m.position <= $3");

    /// Messages of room `$1`, there before `$2`, that changed after it and not after `$3`: id and
    /// position of the change.
    Changed(BigInt, BigInt, BigInt) -> (BigInt, BigInt)
        = "SELECT id, changed_position FROM chat_messages
            WHERE room_id = $1 AND changed_position > $2 AND changed_position <= $3
                AND changed_position <> position AND position <= $2";

    /// Message `$2` of room `$1` with its receipts.
    Whole(BigInt, BigInt) -> PageColumns = read::page!("m.id = $2", "true");
}

/// The events of a room after `seen` by position, and how far that goes. A message that came and
/// was changed since is one event, at its place; a room that has come too far is `None`.
pub(crate) async fn after(
    connection: &mut Connection,
    room: i64,
    seen: i64,
    most: i64,
) -> Result<(i64, Option<BTreeMap<i64, Event>>)> {
    let participants = connection.all(Participants::with((room, seen))).await?;
    let upto = participants
        .first()
        .map_or(seen, |row: &ParticipantRow| row.0);
    if upto - seen > most {
        return Ok((upto, None));
    }
    let mut events = BTreeMap::new();
    for (_, position, takes_part, id, name, specialty, grade) in participants {
        if let (Some(position), Some(takes_part), Some(id), Some(name)) =
            (position, takes_part, id, name)
        {
            let doctor = Profile {
                id: StaffId::from(id),
                name: one_line(&name).into(),
                specialty: specialty.map(Into::into),
                grade: grade.map(Into::into),
            };
            let room = RoomId::from(room);
            events.insert(
                position,
                if takes_part {
                    Event::ParticipantAdded { room, doctor }
                } else {
                    Event::ParticipantRemoved { room, doctor }
                },
            );
        }
    }
    let posted: Vec<MessageRow> = connection.all(Posted::with((room, seen, upto))).await?;
    for row in posted {
        events.insert(row.position, Event::MessagePosted(row.into_message()?));
    }
    let changed: Vec<(i64, i64)> = connection.all(Changed::with((room, seen, upto))).await?;
    for (message, position) in changed {
        let rows: Vec<PageRow> = connection.all(Whole::with((room, message))).await?;
        for message in read::messages(rows)? {
            let event = if message.is_recalled() {
                Event::MessageRecalled(message)
            } else {
                Event::MessageEdited(message)
            };
            events.insert(position, event);
        }
    }
    Ok((upto, Some(events)))
}

type ParticipantRow = (
    i64,
    Option<i64>,
    Option<bool>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<String>,
);
