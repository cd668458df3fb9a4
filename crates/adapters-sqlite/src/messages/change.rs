use std::collections::BTreeSet;

use domain::{Body, Content, Denied, Event, Message, MessageText, Reason, StaffId};
use ports::Error;

use super::{mentions, read};
use crate::{error::Fault, rooms::bump, sql::now, statement::statement, writer::Work};

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
    /// The text stays in the row, for audit; the other application sees a soft-deleted message.
    SetRecalled { message: i64, at: i64, position: i64 } =
    "UPDATE chat_messages SET recalled_at = ?2, changed_position = ?3, \
         deleted_at = hims_laravel(?2), \
         updated_at = hims_laravel(?2) WHERE id = ?1"
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
    let (same_text, same_mentions) = (
        content.text() == text.as_ref(),
        content.mentions() == found.mentions,
    );
    if same_text && same_mentions {
        return Ok(found);
    }
    let at = now();
    if !same_text {
        KeepVersion { message, at }.run(work.connection)?;
    }
    if !same_mentions {
        let is_new = |id: &&StaffId| !found.mentions.contains(*id);
        let new: Vec<_> = content.mentions().iter().filter(is_new).cloned().collect();
        mentions::check(work.connection, room, &new)?;
        let all = content.mentions().iter().filter_map(StaffId::as_i64);
        mentions::replace(work.connection, message, &all.collect::<Vec<_>>())?;
    }
    let set = SetText {
        message,
        text: content.text().map(MessageText::as_str).map(str::to_owned),
        at,
        position: bump(work.connection, room)?,
        has_mentions: !content.mentions().is_empty(),
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
