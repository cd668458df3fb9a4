use std::collections::BTreeSet;

use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool},
};
use jiff::Timestamp;
use ports::adoption::{Message, Reply, Unlocked};

use super::{ids, settle};
use crate::{error::Fault, fixed::fixed, rooms::bump};

fixed!(
    /// Its place is the next one below 0 until the room is settled.
    New { room: i64, author: Option<i64>, text: Option<String>, kind: &'static str, at: i64, deleted_at: Option<i64> } -> BigInt =
    "INSERT INTO chat_messages (room_id, user_id, message, type, sent_at, created_at, updated_at, deleted_at, \
         position, changed_position) \
     SELECT ?1, ?2, ?3, ?4, ?5, datetime(?5 / 1000000, 'unixepoch'), datetime(?5 / 1000000, 'unixepoch'), \
         datetime(?6 / 1000000, 'unixepoch'), next.position, next.position \
     FROM (SELECT coalesce(min(position), 0) - 1 AS position FROM chat_messages WHERE room_id = ?1 AND position < 0) next \
     RETURNING id"
);

fixed!(
    Link {
        source: String,
        message: String,
        to: String
    } = "UPDATE chat_messages SET reply_to_id = ( \
         SELECT t.id FROM hims_adopted_ids i JOIN chat_messages t ON t.id = i.id \
         WHERE i.source = ?1 AND i.part = 'messages' AND i.key = ?3 AND t.room_id = chat_messages.room_id) \
     WHERE id = (SELECT id FROM hims_adopted_ids WHERE source = ?1 AND part = 'messages' AND key = ?2) \
         AND reply_to_id IS NULL"
);

fixed!(
    /// The room of a message that is locked, if it lives here.
    RoomOfLocked { message: i64, locked: &'static str } -> (BigInt, Bool) =
    "SELECT m.room_id, m.position > 0 FROM chat_messages m JOIN chat_rooms r ON r.id = m.room_id \
     WHERE m.id = ?1 AND m.message = ?2 AND r.moved_at IS NULL"
);

fixed!(
    SetWords {
        message: i64,
        text: String,
        position: Option<i64>
    } = "UPDATE chat_messages SET message = ?2, changed_position = coalesce(?3, changed_position) WHERE id = ?1"
);

/// How many were new.
pub(super) fn keep(
    connection: &mut SqliteConnection,
    source: &str,
    messages: Vec<Message>,
) -> Result<usize, Fault> {
    let (mut count, mut rooms) = (0, BTreeSet::new());
    for message in messages {
        if ids::find(connection, source, "messages", &message.key)?.is_some() {
            continue;
        }
        let Some(room) = ids::find(connection, source, "rooms", &message.room)? else {
            continue;
        };
        let author = ids::find_some(connection, source, "users", message.author.as_deref())?;
        let new = New {
            room,
            author,
            text: message.text,
            kind: if message.author.is_some() {
                "text"
            } else {
                "system"
            },
            at: message.sent_at.as_microsecond(),
            deleted_at: message.deleted_at.map(Timestamp::as_microsecond),
        };
        let id = ids::made(new.row(connection)?)?;
        ids::keep(connection, source, "messages", &message.key, id)?;
        rooms.insert(room);
        count += 1;
    }
    for room in rooms {
        settle::if_settled(connection, room)?;
    }
    Ok(count)
}

/// Gives a locked message its words; whether it was one.
pub(super) fn unlock(
    connection: &mut SqliteConnection,
    source: &str,
    unlocked: Unlocked,
) -> Result<bool, Fault> {
    let Some(message) = ids::find(connection, source, "messages", &unlocked.key)? else {
        return Ok(false);
    };
    let locked = Message::LOCKED;
    let found: Option<(i64, bool)> = RoomOfLocked { message, locked }.row(connection)?;
    let Some((room, is_settled)) = found else {
        return Ok(false);
    };
    let position = is_settled.then(|| bump(connection, room)).transpose()?;
    let text = unlocked.text;
    SetWords {
        message,
        text,
        position,
    }
    .run(connection)?;
    Ok(true)
}

/// Says what answers what.
pub(super) fn link(
    connection: &mut SqliteConnection,
    source: &str,
    replies: Vec<Reply>,
) -> Result<(), Fault> {
    for Reply { message, to } in replies {
        let source = source.to_owned();
        Link {
            source,
            message,
            to,
        }
        .run(connection)?;
    }
    Ok(())
}
