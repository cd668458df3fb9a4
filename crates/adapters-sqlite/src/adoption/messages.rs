use std::collections::BTreeSet;

use diesel::{SqliteConnection, sql_types::BigInt};
use jiff::Timestamp;
use ports::adoption::{Message, Reply};

use super::{ids, settle};
use crate::{error::Fault, fixed::fixed};

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
