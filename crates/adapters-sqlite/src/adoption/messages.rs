use std::collections::BTreeSet;

use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool},
};
use jiff::Timestamp;
use ports::adoption::{Kept, Message, Reply, Unlocked};

use super::{ids, settle};
use crate::{error::Fault, rooms::bump, sql::now, statement::statement};

statement!(
    /// Its place is the next one below 0 until the room is settled.
    New { room: i64, author: Option<i64>, text: Option<String>, kind: &'static str, at: i64, deleted_at: Option<i64> } -> BigInt =
    "INSERT INTO chat_messages (room_id, user_id, message, type, sent_at, created_at, updated_at, deleted_at, \
         position, changed_position) \
     SELECT ?1, ?2, ?3, ?4, ?5, hims_laravel(?5), hims_laravel(?5), \
         hims_laravel(?6), next.position, next.position \
     FROM (SELECT coalesce(min(position), 0) - 1 AS position FROM chat_messages WHERE room_id = ?1 AND position < 0) next \
     RETURNING id"
);

statement!(
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

statement!(
    /// The room of a message that is locked, if it lives here.
    RoomOfLocked { message: i64, locked: &'static str } -> (BigInt, Bool) =
    "SELECT m.room_id, m.position > 0 FROM chat_messages m JOIN chat_rooms r ON r.id = m.room_id \
     WHERE m.id = ?1 AND m.message = ?2 AND r.moved_at IS NULL"
);

statement!(
    SetWords {
        message: i64,
        text: String,
        position: Option<i64>
    } = "UPDATE chat_messages SET message = ?2, changed_position = coalesce(?3, changed_position) WHERE id = ?1"
);

statement!(
    /// The room of a message that was not deleted, if it lives here.
    RoomOfWritten { message: i64 } -> (BigInt, Bool) =
    "SELECT m.room_id, m.position > 0 FROM chat_messages m JOIN chat_rooms r ON r.id = m.room_id \
     WHERE m.id = ?1 AND m.deleted_at IS NULL AND r.moved_at IS NULL"
);

statement!(
    SetDeleted { message: i64, at: i64, position: Option<i64> } =
    "UPDATE chat_messages SET deleted_at = hims_laravel(?2), \
         changed_position = coalesce(?3, changed_position) WHERE id = ?1"
);

statement!(
    /// The room of a message that says something else, if it lives here and nobody changed the message here.
    RoomOfEdited { source: String, key: String, text: Option<String>, locked: &'static str, sent_at: i64 } -> (BigInt, BigInt, Bool) =
    "SELECT m.id, m.room_id, m.position > 0 FROM hims_adopted_ids a JOIN chat_messages m ON m.id = a.id \
         JOIN chat_rooms r ON r.id = m.room_id \
     WHERE a.source = ?1 AND a.part = 'messages' AND a.key = ?2 AND m.message IS NOT ?3 AND m.message IS NOT ?4 \
         AND m.sent_at = ?5 \
         AND m.deleted_at IS NULL AND m.recalled_at IS NULL AND m.gone_at IS NULL AND NOT m.has_mentions \
         AND r.moved_at IS NULL \
         AND a.versions = (SELECT count(*) FROM chat_message_versions v WHERE v.message_id = m.id) \
         AND NOT EXISTS (SELECT 1 FROM hims_changed_messages c WHERE c.message_id = m.id)"
);

statement!(
    KeepVersion {
        message: i64,
        at: i64
    } = "INSERT INTO chat_message_versions (message_id, version, text, replaced_at) \
     SELECT m.id, 1 + (SELECT count(*) FROM chat_message_versions v WHERE v.message_id = m.id), m.message, ?2 \
     FROM chat_messages m WHERE m.id = ?1"
);

statement!(
    CountVersion {
        source: String,
        key: String
    } = "UPDATE hims_adopted_ids SET versions = versions + 1 WHERE source = ?1 AND part = 'messages' AND key = ?2"
);

statement!(
    SetEdited { message: i64, text: Option<String>, at: i64, position: Option<i64> } =
    "UPDATE chat_messages SET message = ?2, edited_at = ?3, updated_at = hims_laravel(?3), \
         changed_position = coalesce(?4, changed_position) WHERE id = ?1"
);

/// Keeps what is new, deletes what was deleted since and edits what was edited.
pub(super) fn keep(
    connection: &mut SqliteConnection,
    source: &str,
    messages: Vec<Message>,
    kept: &mut Kept,
) -> Result<(), Fault> {
    let mut rooms = BTreeSet::new();
    for message in messages {
        if let Some(known) = ids::find(connection, source, "messages", &message.key)? {
            if let Some(at) = message.deleted_at {
                kept.deleted += usize::from(delete(connection, known, at)?);
            } else {
                kept.edited += usize::from(edit(connection, source, message)?);
            }
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
        kept.messages += 1;
    }
    for room in rooms {
        settle::if_settled(connection, room)?;
    }
    Ok(())
}

/// Deletes a message; whether it was not deleted before.
fn delete(connection: &mut SqliteConnection, message: i64, at: Timestamp) -> Result<bool, Fault> {
    let found: Option<(i64, bool)> = RoomOfWritten { message }.row(connection)?;
    let Some(position) = change_of(connection, found)? else {
        return Ok(false);
    };
    let at = at.as_microsecond();
    SetDeleted {
        message,
        at,
        position,
    }
    .run(connection)?;
    Ok(true)
}

/// Has a message say what it says at its source now; whether it said something else.
fn edit(connection: &mut SqliteConnection, source: &str, message: Message) -> Result<bool, Fault> {
    if message.text.as_deref() == Some(Message::LOCKED) {
        return Ok(false);
    }
    let found = RoomOfEdited {
        source: source.to_owned(),
        key: message.key.clone(),
        text: message.text.clone(),
        locked: Message::LOCKED,
        sent_at: message.sent_at.as_microsecond(),
    };
    let found: Option<(i64, i64, bool)> = found.row(connection)?;
    let Some((id, room, is_settled)) = found else {
        return Ok(false);
    };
    let position = change_of(connection, Some((room, is_settled)))?.flatten();
    let at = message
        .changed_at
        .map_or_else(now, Timestamp::as_microsecond);
    KeepVersion { message: id, at }.run(connection)?;
    let (source, key, text) = (source.to_owned(), message.key, message.text);
    CountVersion { source, key }.run(connection)?;
    SetEdited {
        message: id,
        text,
        at,
        position,
    }
    .run(connection)?;
    Ok(true)
}

/// The position of a change in a room that was found, if any was; none in one that was not settled yet.
fn change_of(
    connection: &mut SqliteConnection,
    found: Option<(i64, bool)>,
) -> Result<Option<Option<i64>>, Fault> {
    let bumped =
        |(room, is_settled): (i64, bool)| is_settled.then(|| bump(connection, room)).transpose();
    found.map(bumped).transpose()
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
    let Some(position) = change_of(connection, found)? else {
        return Ok(false);
    };
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
