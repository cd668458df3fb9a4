//! Messages whose text the other application changed, or which it deleted or brought back.

use std::collections::BTreeMap;

use diesel::sql_types::{BigInt, Bool, Nullable};
use domain::Event;
use legacy::ChangedRow;

use super::SOME;
use crate::{
    columns::Text,
    error::Fault,
    messages::read::{Columns, messages, with_receipts},
    rooms::bump,
    statement::statement,
    writer::Work,
};

statement!(Noted { most: i64 } -> (BigInt, BigInt, BigInt, Nullable<Text>, BigInt) =
    "SELECT id, message_id, room_id, text, at FROM hims_changed_messages ORDER BY id LIMIT ?1");

statement!(Done { upto: i64 } = "DELETE FROM hims_changed_messages WHERE id <= ?1");

statement!(
    /// Its text, and whether readers were told already that it is recalled.
    Now { message: i64 } -> (Nullable<Text>, Bool) =
    "SELECT message, deleted_at IS NOT NULL AND recalled_at IS NOT NULL FROM chat_messages \
     WHERE id = ?1 AND position > 0"
);

statement!(
    KeepVersion {
        message: i64,
        text: String,
        at: i64
    } = "INSERT INTO chat_message_versions (message_id, version, text, replaced_at) \
     SELECT ?1, 1 + (SELECT count(*) FROM chat_message_versions v WHERE v.message_id = ?1), ?2, ?3"
);

statement!(
    /// It is recalled if it is deleted there.
    Change { message: i64, edited_at: Option<i64>, at: i64, position: i64 } =
    "UPDATE chat_messages SET changed_position = ?4, edited_at = coalesce(?2, edited_at), \
         recalled_at = CASE WHEN deleted_at IS NOT NULL THEN coalesce(recalled_at, ?3) END WHERE id = ?1"
);

statement!(
    /// Puts a recalled message without words where a deleted one was, unless its room is gone too or the
    /// number is taken again.
    Stand { message: i64, at: i64 } =
    "INSERT INTO chat_messages (id, room_id, user_id, message, type, reply_to_id, created_at, updated_at, deleted_at, \
         position, changed_position, client_id, urgency, sent_at, sent_at_estimated, recalled_at, gone_at) \
     SELECT g.message_id, g.room_id, (SELECT u.id FROM users u WHERE u.id = g.user_id), '', 'text', \
         (SELECT o.id FROM chat_messages o WHERE o.id = g.reply_to_id), g.created_at, hims_laravel(?2), hims_laravel(?2), \
         g.position, g.position, g.client_id, g.urgency, g.sent_at, g.sent_at_estimated, coalesce(g.recalled_at, ?2), ?2 \
     FROM hims_gone_messages g JOIN chat_rooms r ON r.id = g.room_id \
     WHERE g.message_id = ?1 AND NOT EXISTS (SELECT 1 FROM chat_messages m WHERE m.id = ?1)"
);

statement!(
    /// Of a message nothing is kept if its room is gone with it.
    PurgeVersions { message: i64, room: i64 } =
    "DELETE FROM chat_message_versions WHERE message_id = ?1 \
     AND NOT EXISTS (SELECT 1 FROM chat_rooms WHERE id = ?2) AND NOT EXISTS (SELECT 1 FROM chat_messages WHERE id = ?1)"
);

statement!(
    PurgeAcknowledgements {
        message: i64,
        room: i64
    } = "DELETE FROM chat_acknowledgements WHERE message_id = ?1 \
     AND NOT EXISTS (SELECT 1 FROM chat_rooms WHERE id = ?2) AND NOT EXISTS (SELECT 1 FROM chat_messages WHERE id = ?1)"
);

statement!(
    SetChanged {
        message: i64,
        position: i64
    } = "UPDATE chat_messages SET changed_position = ?2 WHERE id = ?1"
);

statement!(WasRecalled { message: i64 } -> Bool =
    "SELECT recalled_at IS NOT NULL FROM hims_gone_messages WHERE message_id = ?1");

statement!(Forget { message: i64 } = "DELETE FROM hims_gone_messages WHERE message_id = ?1");

statement!(Whole { room: i64, message: i64 } -> Columns =
    messages!("m.position > 0", "m.id = ?2", "1"));

pub(super) fn follow(work: &mut Work<'_>) -> Result<(), Fault> {
    let notes: Vec<ChangedRow> = Noted { most: SOME }.rows(work.connection)?;
    let Some(upto) = notes.last().map(|note| note.id) else {
        return Ok(());
    };
    let mut by_message: BTreeMap<i64, Vec<ChangedRow>> = BTreeMap::new();
    for note in notes {
        by_message.entry(note.message).or_default().push(note);
    }
    for (message, notes) in by_message {
        one(work, message, &notes)?;
    }
    Done { upto }.run(work.connection)?;
    Ok(())
}

fn one(work: &mut Work<'_>, message: i64, notes: &[ChangedRow]) -> Result<(), Fault> {
    let now: Option<(Option<String>, bool)> = Now { message }.row(work.connection)?;
    let mut edited_at = None;
    let text = now.as_ref().map(|(text, _)| text.as_deref());
    for (text, at) in ChangedRow::replaced(notes, text) {
        let text = text.to_owned();
        KeepVersion { message, text, at }.run(work.connection)?;
        edited_at = Some(at);
    }
    let Some((room, at)) = notes.last().map(|note| (note.room, note.at)) else {
        return Ok(());
    };
    match now {
        None => gone(work, room, message, at),
        Some((_, true)) => Ok(()),
        Some((_, false)) => {
            let change = Change {
                message,
                edited_at,
                at,
                position: bump(work.connection, room)?,
            };
            change.run(work.connection)?;
            tell(work, room, message)
        }
    }
}

fn gone(work: &mut Work<'_>, room: i64, message: i64, at: i64) -> Result<(), Fault> {
    let was_recalled: Option<bool> = WasRecalled { message }.row(work.connection)?;
    let stands = Stand { message, at }.run(work.connection)? > 0;
    Forget { message }.run(work.connection)?;
    if !stands {
        PurgeVersions { message, room }.run(work.connection)?;
        PurgeAcknowledgements { message, room }.run(work.connection)?;
    }
    if !stands || was_recalled == Some(true) {
        return Ok(());
    }
    let position = bump(work.connection, room)?;
    SetChanged { message, position }.run(work.connection)?;
    tell(work, room, message)
}

/// Tells a message as it is now.
fn tell(work: &mut Work<'_>, room: i64, message: i64) -> Result<(), Fault> {
    let rows = Whole { room, message }.rows(work.connection)?;
    if let Some(found) = with_receipts(rows)?.pop() {
        let event = if found.is_recalled() {
            Event::MessageRecalled(found)
        } else {
            Event::MessageEdited(found)
        };
        work.tell(room, event)?;
    }
    Ok(())
}
