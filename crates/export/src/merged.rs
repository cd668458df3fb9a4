//! The facts that only the legacy tables still hold of messages that moved: Stream keeps no earlier
//! versions, no words of recalled messages, and not every receipt.

use std::collections::VecDeque;

use domain::{Attachment, Body, Mark, MessageId, Receipts, RoomId, Version};
use ports::{MessageRecord, RECORDS_AT_ONCE, Records, Result, legacy_name, stream_file_name};

/// The legacy messages of a room that moved, read beside those of Stream, which stand in the same
/// order.
pub(crate) struct LeftBehind<'a> {
    records: &'a dyn Records,
    room: &'a RoomId,
    /// Read, and not met at Stream yet.
    waiting: VecDeque<MessageRecord>,
    after: Option<MessageId>,
    is_over: bool,
}

impl<'a> LeftBehind<'a> {
    pub(crate) fn of(records: &'a dyn Records, room: &'a RoomId) -> Self {
        Self {
            records,
            room,
            waiting: VecDeque::new(),
            after: None,
            is_over: false,
        }
    }

    /// The legacy message that is called so at Stream. One that was written there and came back once
    /// stands where it stood there: for others nothing is read ahead.
    pub(crate) async fn take(&mut self, name: &MessageId) -> Result<Option<MessageRecord>> {
        loop {
            let is_it = |one: &MessageRecord| one.name_there().as_ref() == Some(name);
            if let Some(place) = self.waiting.iter().position(is_it) {
                return Ok(self.waiting.remove(place));
            }
            let is_carried = legacy_name(name).is_some();
            if self.is_over || (!is_carried && !self.waiting.is_empty()) {
                return Ok(None);
            }
            self.load().await?;
        }
    }

    /// The next of those that were not met: another application wrote them, and they were not carried
    /// over yet. They have the names they will have at Stream. None at the end.
    pub(crate) async fn rest(&mut self, there: &RoomId) -> Result<Vec<MessageRecord>> {
        while self.waiting.is_empty() && !self.is_over {
            self.load().await?;
        }
        let rest = std::mem::take(&mut self.waiting).into_iter();
        let named = rest.map(|mut record| {
            let (name, answered) = (record.name_there(), record.answered_there());
            let message = &mut record.message;
            message.id = name.unwrap_or_else(|| message.id.clone());
            message.reply_to = answered;
            message.room = there.clone();
            record
        });
        Ok(named.collect())
    }

    async fn load(&mut self) -> Result<()> {
        let page = self.records.messages(self.room, self.after.as_ref());
        let page = page.await?;
        self.is_over = page.len() < RECORDS_AT_ONCE;
        self.after = page.last().map(|record| record.message.id.clone());
        self.waiting.extend(page);
        Ok(())
    }
}

/// A message as Stream has it, with what the legacy tables know more.
pub(crate) fn merged(mut there: MessageRecord, here: MessageRecord) -> MessageRecord {
    let (now, before) = (&mut there.message, here.message);
    there.versions = here.versions;
    there.original = here.original;
    now.receipts = Receipts {
        delivered: first_of(&now.receipts.delivered, before.receipts.delivered),
        read: first_of(&now.receipts.read, before.receipts.read),
        acknowledged: first_of(&now.receipts.acknowledged, before.receipts.acknowledged),
    };
    let Body::Written {
        text: before_text,
        attachments,
    } = before.body
    else {
        there.withdrawn = renamed(here.withdrawn);
        return there;
    };
    match &mut now.body {
        Body::Recalled { .. } => {
            there.original = before_text;
            there.withdrawn = renamed(attachments);
        }
        Body::Written { text, .. } => match now.edited_at {
            Some(edited) if Some(edited) > before.edited_at => there.versions.push(Version {
                text: before_text,
                written_at: before.edited_at.unwrap_or(before.sent_at),
                replaced_at: edited,
            }),
            // Where a text was too long for Stream a line stands in its place.
            _ => *text = before_text,
        },
    }
    there
}

/// Files as they are called at Stream.
fn renamed(mut files: Vec<Attachment>) -> Vec<Attachment> {
    for file in &mut files {
        file.id = stream_file_name(&file.id).unwrap_or_else(|| file.id.clone());
    }
    files
}

/// When each first was so.
fn first_of(there: &[Mark], here: Vec<Mark>) -> Vec<Mark> {
    let mut marks = here;
    for mark in there {
        match marks.iter_mut().find(|other| other.doctor == mark.doctor) {
            Some(other) => other.at = other.at.min(mark.at),
            None => marks.push(mark.clone()),
        }
    }
    marks
}
