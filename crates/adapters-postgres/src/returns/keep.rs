//! Changes of messages that a room brings back from the other backend.

use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};
use domain::{AttachmentId, Message, MessageText, StaffId};
use jiff::Timestamp;
use legacy::{WrittenRow, staff_keys};
use ports::{Error, RemoteChange, Result};

use super::{find, next_place};
use crate::{
    messages::change::{Mention, Unmention},
    pool::Connection,
    statement::{Statement, statement},
};

statement! {
    /// A message that `$2` wrote in room `$1`: text, kind, the message it answers, when, its place, client id, urgency
    /// and why. A client id that another message of theirs has in the room is left out: one counts as sent, and both
    /// are kept.
    Insert(BigInt, BigInt, Nullable<Text>, Text, Nullable<BigInt>, BigInt, BigInt, Nullable<Text>, Text,
        Nullable<Text>) -> BigInt
        = "INSERT INTO chat_messages (room_id, user_id, message, type, reply_to_id, sent_at, position,
                changed_position, client_id, urgency, urgent_reason, created_at, updated_at)
            SELECT $1, (SELECT id FROM users WHERE id = $2), $3, $4, $5, hims_time($6), $7, $7,
                CASE WHEN NOT EXISTS (SELECT FROM chat_messages m
                    WHERE m.room_id = $1 AND m.user_id = $2 AND m.client_id = $8) THEN $8 END,
                $9, $10, hims_laravel(hims_time($6)), hims_laravel(hims_time($6))
            RETURNING id";

    /// Message `$1` is called `$2` there; whether it mentions anybody, when it was edited and recalled.
    Name(BigInt, Text, Bool, Nullable<BigInt>, Nullable<BigInt>) -> ()
        = "WITH named AS (INSERT INTO hims_returned_messages (message_id, stream_message) VALUES ($1, $2))
            UPDATE chat_messages SET has_mentions = $3, edited_at = hims_time($4), recalled_at = hims_time($5),
                deleted_at = hims_laravel(hims_time($5)) WHERE id = $1";

    SetActive(BigInt, BigInt) -> ()
        = "UPDATE chat_rooms SET active_at = greatest(active_at, hims_time($2)) WHERE id = $1";

    /// File `$1` is message `$2`'s, and is called `$3` there.
    Attach(BigInt, BigInt, Text) -> ()
        = "WITH named AS (INSERT INTO hims_returned_files (attachment_id, stream_file) VALUES ($1, $3))
            UPDATE chat_attachments a SET message_id = m.id, created_at = m.sent_at
            FROM chat_messages m WHERE a.id = $1 AND m.id = $2";

    /// Keeps the text of message `$1` as a version until `$2`.
    KeepVersion(BigInt, BigInt) -> ()
        = "INSERT INTO chat_message_versions (message_id, version, text, replaced_at)
            SELECT id, 1 + (SELECT count(*) FROM chat_message_versions WHERE message_id = $1), message, hims_time($2)
            FROM chat_messages WHERE id = $1";

    /// Gives message `$1` the text `$2` at `$3`, as change `$4` of its room; `$5` whether it mentions anybody.
    SetText(BigInt, Nullable<Text>, BigInt, BigInt, Bool) -> ()
        = "UPDATE chat_messages SET message = $2, edited_at = hims_time($3), changed_position = $4,
            has_mentions = $5, updated_at = hims_laravel(hims_time($3)) WHERE id = $1";

    /// Recalls message `$1` at `$2`, as change `$3` of its room.
    SetRecalled(BigInt, BigInt, BigInt) -> ()
        = "UPDATE chat_messages SET recalled_at = hims_time($2), changed_position = $3,
            deleted_at = hims_laravel(hims_time($2)), updated_at = hims_laravel(hims_time($2))
            WHERE id = $1 AND recalled_at IS NULL";

    Acknowledge(BigInt, BigInt, BigInt) -> ()
        = "INSERT INTO chat_acknowledgements (message_id, user_id, at) VALUES ($1, $2, hims_time($3))
            ON CONFLICT DO NOTHING";

    /// Those of the users `$1` that exist here.
    Known(Array<BigInt>) -> BigInt = "SELECT id FROM users WHERE id = ANY ($1)";
}

/// Keeps a change that a room brings back. A change of a message that is not here is left out.
pub(super) async fn keep(
    transaction: &mut Connection,
    room: i64,
    since: &RemoteChange,
) -> Result<()> {
    let name = match since {
        RemoteChange::Written { message, files } => {
            return match find(transaction, room, &message.id).await? {
                Some(_) => Ok(()),
                None => write(transaction, room, message, files).await,
            };
        }
        RemoteChange::Edited { message, .. }
        | RemoteChange::Recalled { message, .. }
        | RemoteChange::Acknowledged { message, .. } => message,
    };
    let Some(message) = find(transaction, room, name).await? else {
        return Ok(());
    };
    match since {
        RemoteChange::Written { .. } => Ok(()),
        RemoteChange::Edited {
            text, mentions, at, ..
        } => edit(transaction, (room, message), text.as_ref(), mentions, *at).await,
        RemoteChange::Recalled { at, .. } => {
            let place = next_place(transaction, room).await?;
            let recalled = SetRecalled::with((message, at.as_microsecond(), place));
            transaction.run(recalled).await.map(drop)
        }
        RemoteChange::Acknowledged { mark, .. } => {
            let Some(doctor) = mark.doctor.as_i64() else {
                return Ok(());
            };
            let acknowledge = Acknowledge::with((message, doctor, mark.at.as_microsecond()));
            transaction.run(acknowledge).await.map(drop)
        }
    }
}

async fn write(
    transaction: &mut Connection,
    room: i64,
    message: &Message,
    files: &[(AttachmentId, AttachmentId)],
) -> Result<()> {
    let reply_to = match &message.reply_to {
        Some(name) => find(transaction, room, name).await?,
        None => None,
    };
    let row = WrittenRow::of(message, !files.is_empty());
    let insert = Insert::with((
        room,
        row.author,
        row.text.as_deref(),
        row.kind,
        reply_to,
        row.sent_at,
        next_place(transaction, room).await?,
        row.client_id.as_deref(),
        row.urgency,
        row.urgent_reason.as_deref(),
    ));
    let id: Option<i64> = transaction.first(insert).await?;
    let id = id.ok_or_else(|| Error::internal("a new message has no id"))?;
    let mentioned = mention(transaction, id, row.mentions).await?;
    let name = Name::with((
        id,
        message.id.as_str(),
        mentioned,
        row.edited_at,
        row.recalled_at,
    ));
    transaction.run(name).await?;
    transaction
        .run(SetActive::with((room, row.sent_at)))
        .await?;
    for (there, here) in files {
        let attach = Attach::with((here.as_i64().unwrap_or(-1), id, there.as_str()));
        transaction.run(attach).await?;
    }
    Ok(())
}

async fn edit(
    transaction: &mut Connection,
    (room, message): (i64, i64),
    text: Option<&MessageText>,
    mentioned: &[StaffId],
    at: Timestamp,
) -> Result<()> {
    let at = at.as_microsecond();
    transaction.run(KeepVersion::with((message, at))).await?;
    transaction.run(Unmention::with((message,))).await?;
    let mentions = mention(transaction, message, staff_keys(mentioned)).await?;
    let place = next_place(transaction, room).await?;
    let text = text.map(MessageText::as_str);
    let set = SetText::with((message, text, at, place, mentions));
    transaction.run(set).await.map(drop)
}

/// Keeps whom a message mentions; whether anybody.
async fn mention(transaction: &mut Connection, message: i64, mentioned: Vec<i64>) -> Result<bool> {
    if mentioned.is_empty() {
        return Ok(false);
    }
    let known: Vec<i64> = transaction.all(Known::with((mentioned,))).await?;
    let is_any = !known.is_empty();
    transaction.run(Mention::with((message, known))).await?;
    Ok(is_any)
}
