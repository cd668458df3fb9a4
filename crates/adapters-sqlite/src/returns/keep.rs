//! Changes of messages that a room brings back from the other backend.

use diesel::{SqliteConnection, sql_types::BigInt};
use domain::{AttachmentId, Message, MessageText};
use jiff::Timestamp;
use legacy::{WrittenRow, staff_keys};
use ports::{Error, RemoteChange};

use super::{find, next_place};
use crate::{error::Fault, messages::mentions, statement::statement};

statement!(
    /// A client id that somebody's message of the room has already is left out: one message counts as
    /// sent, and both are kept.
    Insert { room: i64, author: i64, text: Option<String>, kind: &'static str, reply_to: Option<i64>,
             at: i64, position: i64, client_id: Option<String>, urgency: &'static str, reason: Option<String>,
             has_mentions: bool, edited_at: Option<i64>, recalled_at: Option<i64> } -> BigInt =
    "INSERT INTO chat_messages (room_id, user_id, message, type, reply_to_id, sent_at, position, \
         changed_position, client_id, urgency, urgent_reason, has_mentions, edited_at, recalled_at, deleted_at, \
         created_at, updated_at) \
     SELECT ?1, (SELECT id FROM users WHERE id = ?2), ?3, ?4, ?5, ?6, ?7, ?7, \
         CASE WHEN NOT EXISTS (SELECT 1 FROM chat_messages m \
             WHERE m.room_id = ?1 AND m.user_id = ?2 AND m.client_id = ?8) THEN ?8 END, \
         ?9, ?10, ?11, ?12, ?13, hims_laravel(?13), \
         hims_laravel(?6), hims_laravel(?6) \
     RETURNING id"
);
statement!(
    Name {
        name: String,
        message: i64
    } = "INSERT INTO hims_returned_messages (stream_message, message_id) VALUES (?1, ?2)"
);
statement!(
    SetActive { room: i64, at: i64 } =
        "UPDATE chat_rooms SET active_at = max(coalesce(active_at, 0), ?2) WHERE id = ?1"
);
statement!(
    Attach {
        file: i64,
        message: i64
    } = "UPDATE chat_attachments SET message_id = ?2, \
         created_at = (SELECT sent_at FROM chat_messages WHERE id = ?2) WHERE id = ?1"
);
statement!(
    NameFile {
        name: String,
        file: i64
    } = "INSERT INTO hims_returned_files (stream_file, attachment_id) VALUES (?1, ?2)"
);
statement!(
    KeepVersion {
        message: i64,
        at: i64
    } = "INSERT INTO chat_message_versions (message_id, version, text, replaced_at) \
     SELECT m.id, 1 + (SELECT count(*) FROM chat_message_versions v WHERE v.message_id = m.id), m.message, ?2 \
     FROM chat_messages m WHERE m.id = ?1"
);
statement!(SetText { message: i64, text: Option<String>, at: i64, position: i64, has_mentions: bool } =
    "UPDATE chat_messages SET message = ?2, edited_at = ?3, changed_position = ?4, has_mentions = ?5, \
         updated_at = hims_laravel(?3) WHERE id = ?1");
statement!(
    SetRecalled {
        message: i64,
        at: i64,
        position: i64
    } = "UPDATE chat_messages SET recalled_at = ?2, changed_position = ?3, \
         deleted_at = hims_laravel(?2), \
         updated_at = hims_laravel(?2) WHERE id = ?1 AND recalled_at IS NULL"
);
statement!(
    Acknowledge {
        message: i64,
        doctor: i64,
        at: i64
    } = "INSERT INTO chat_acknowledgements (message_id, user_id, at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING"
);

/// Keeps a change that a room brings back. A change of a message that is not here is left out.
pub(super) fn keep(
    connection: &mut SqliteConnection,
    room: i64,
    since: &RemoteChange,
) -> Result<(), Fault> {
    let name = match since {
        RemoteChange::Written { message, files } => {
            return match find(connection, room, &message.id)? {
                Some(_) => Ok(()),
                None => write(connection, room, message, files),
            };
        }
        RemoteChange::Edited { message, .. }
        | RemoteChange::Recalled { message, .. }
        | RemoteChange::Acknowledged { message, .. } => message,
    };
    let Some(message) = find(connection, room, name)? else {
        return Ok(());
    };
    match since {
        RemoteChange::Written { .. } => {}
        RemoteChange::Edited {
            text, mentions, at, ..
        } => edit(connection, (room, message), text.as_ref(), mentions, *at)?,
        RemoteChange::Recalled { at, .. } => {
            let (at, position) = (at.as_microsecond(), next_place(connection, room)?);
            let recalled = SetRecalled {
                message,
                at,
                position,
            };
            recalled.run(connection)?;
        }
        RemoteChange::Acknowledged { mark, .. } => {
            if let Some(doctor) = mark.doctor.as_i64() {
                let at = mark.at.as_microsecond();
                let acknowledge = Acknowledge {
                    message,
                    doctor,
                    at,
                };
                acknowledge.run(connection)?;
            }
        }
    }
    Ok(())
}

fn write(
    connection: &mut SqliteConnection,
    room: i64,
    message: &Message,
    files: &[(AttachmentId, AttachmentId)],
) -> Result<(), Fault> {
    let reply_to = match &message.reply_to {
        Some(name) => find(connection, room, name)?,
        None => None,
    };
    let row = WrittenRow::of(message, !files.is_empty());
    let at = row.sent_at;
    let insert = Insert {
        room,
        author: row.author,
        text: row.text,
        kind: row.kind,
        reply_to,
        at,
        position: next_place(connection, room)?,
        client_id: row.client_id,
        urgency: row.urgency,
        reason: row.urgent_reason,
        has_mentions: !row.mentions.is_empty(),
        edited_at: row.edited_at,
        recalled_at: row.recalled_at,
    };
    let id: Option<i64> = insert.row(connection)?;
    let id = id.ok_or_else(|| Error::internal("a new message has no id"))?;
    let name = message.id.to_string();
    Name { name, message: id }.run(connection)?;
    SetActive { room, at }.run(connection)?;
    mentions::add(connection, id, &row.mentions)?;
    for (there, here) in files {
        let file = here.as_i64().unwrap_or(-1);
        Attach { file, message: id }.run(connection)?;
        let name = there.to_string();
        NameFile { name, file }.run(connection)?;
    }
    Ok(())
}

fn edit(
    connection: &mut SqliteConnection,
    (room, message): (i64, i64),
    text: Option<&MessageText>,
    mentioned: &[domain::StaffId],
    at: Timestamp,
) -> Result<(), Fault> {
    let (at, mentioned) = (at.as_microsecond(), staff_keys(mentioned));
    KeepVersion { message, at }.run(connection)?;
    mentions::replace(connection, message, &mentioned)?;
    let set = SetText {
        message,
        text: text.map(MessageText::as_str).map(str::to_owned),
        at,
        position: next_place(connection, room)?,
        has_mentions: !mentioned.is_empty(),
    };
    set.run(connection)?;
    Ok(())
}
