use std::collections::BTreeSet;

use domain::{Body, Content, Denied, Event, Message, MessageText, Reason, StaffId};
use ports::Error;

use super::read;
use crate::{error::Fault, fixed::fixed, rooms::bump, sql::now, writer::Work};

fixed!(
    KeepVersion {
        message: i64,
        at: i64
    } = "INSERT INTO chat_message_versions (message_id, version, text, replaced_at) \
     SELECT m.id, 1 + (SELECT count(*) FROM chat_message_versions v WHERE v.message_id = m.id), m.message, ?2 \
     FROM chat_messages m WHERE m.id = ?1"
);

fixed!(SetText { message: i64, text: Option<String>, at: i64, position: i64 } =
    "UPDATE chat_messages SET message = ?2, edited_at = ?3, changed_position = ?4, \
         updated_at = datetime(?3 / 1000000, 'unixepoch') WHERE id = ?1");

fixed!(
    /// The text stays in the row, for audit; the other application sees a soft-deleted message.
    SetRecalled { message: i64, at: i64, position: i64 } =
    "UPDATE chat_messages SET recalled_at = ?2, changed_position = ?3, \
         deleted_at = datetime(?2 / 1000000, 'unixepoch'), \
         updated_at = datetime(?2 / 1000000, 'unixepoch') WHERE id = ?1"
);

/// See [`ports::Messages::edit`].
pub(super) fn edit(
    work: &mut Work<'_>,
    room: i64,
    doctor: i64,
    message: i64,
    content: &Content,
) -> Result<Message, Fault> {
    let found = own(work, room, doctor, message)?;
    let Body::Written { text, attachments } = &found.body else {
        return Err(Error::conflict("a recalled message cannot be edited").into());
    };
    let kept: BTreeSet<_> = attachments.iter().map(|file| &file.id).collect();
    if content.attachments().iter().collect::<BTreeSet<_>>() != kept {
        return Err(Error::invalid("attachment_ids", "must stay as they were sent").into());
    }
    if content.text() == text.as_ref() {
        return Ok(found);
    }
    let at = now();
    KeepVersion { message, at }.run(work.connection)?;
    let set = SetText {
        message,
        text: content.text().map(MessageText::as_str).map(str::to_owned),
        at,
        position: bump(work.connection, room)?,
    };
    set.run(work.connection)?;
    let changed = read::one(work.connection, room, doctor, Some(message))?;
    work.tell(room, Event::MessageEdited(changed.clone()))?;
    Ok(changed)
}

/// See [`ports::Messages::recall`].
pub(super) fn recall(
    work: &mut Work<'_>,
    room: i64,
    doctor: i64,
    message: i64,
) -> Result<Message, Fault> {
    let found = own(work, room, doctor, message)?;
    if found.is_recalled() {
        return Ok(found);
    }
    let set = SetRecalled {
        message,
        at: now(),
        position: bump(work.connection, room)?,
    };
    set.run(work.connection)?;
    let changed = read::one(work.connection, room, doctor, Some(message))?;
    work.tell(room, Event::MessageRecalled(changed.clone()))?;
    Ok(changed)
}

fn own(work: &mut Work<'_>, room: i64, doctor: i64, message: i64) -> Result<Message, Fault> {
    let found = read::one(work.connection, room, doctor, Some(message))?;
    if found.author.id == StaffId::from(doctor) {
        Ok(found)
    } else {
        Err(Denied::because(Reason::NotTheAuthor).into())
    }
}
