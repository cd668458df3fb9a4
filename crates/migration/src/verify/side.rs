use std::{collections::VecDeque, sync::Arc};

use domain::{MessageId, RoomId, StaffId};
use jiff::Timestamp;
use ports::{ErrorKind, Intake, MessageRecord, RECORDS_AT_ONCE, Records, Result, legacy_name};

use super::Sides;

/// A message as both sides must have it.
pub(super) struct Said {
    pub(super) id: MessageId,
    pub(super) author: StaffId,
    pub(super) sent_at: Timestamp,
    /// Of a recalled message nothing.
    pub(super) text: String,
    pub(super) files: usize,
    pub(super) is_recalled: bool,
    edited_at: Option<Timestamp>,
}

impl Said {
    /// Whether the other side's is what became of this later.
    pub(super) fn was_changed_later_in(&self, there: &Self) -> bool {
        let is_same = self.id == there.id;
        is_same && (there.is_recalled && !self.is_recalled || there.edited_at > self.edited_at)
    }

    pub(super) fn difference(&self, there: &Self, may_change: bool) -> Option<&'static str> {
        if self.id != there.id {
            return Some("is missing or in another place");
        }
        if self.author != there.author {
            return Some("has another author");
        }
        if self.sent_at != there.sent_at {
            return Some("has another time");
        }
        if may_change && self.was_changed_later_in(there) {
            return None;
        }
        if self.is_recalled != there.is_recalled {
            return Some("is recalled on one side only");
        }
        if self.text != there.text {
            return Some("has another text");
        }
        (self.files != there.files).then_some("has other files")
    }
}

/// The messages of a room on one side, a page at a time.
pub(super) struct Side {
    records: Arc<dyn Records>,
    /// Of the legacy side: what the other makes of a message.
    intake: Option<Arc<dyn Intake>>,
    room: RoomId,
    page: VecDeque<MessageRecord>,
    after: Option<MessageId>,
    is_over: bool,
    others: u64,
}

impl Side {
    pub(super) fn legacy(sides: &Sides, room: &RoomId) -> Self {
        Self::new(sides.legacy.clone(), Some(sides.intake.clone()), room)
    }

    pub(super) fn stream(sides: &Sides, room: &RoomId) -> Self {
        Self::new(sides.stream.clone(), None, room)
    }

    fn new(records: Arc<dyn Records>, intake: Option<Arc<dyn Intake>>, room: &RoomId) -> Self {
        Self {
            records,
            intake,
            room: room.clone(),
            page: VecDeque::new(),
            after: None,
            is_over: false,
            others: 0,
        }
    }

    /// Messages that have no counterpart by their name.
    pub(super) fn others(&self) -> u64 {
        self.others
    }

    /// The next message that the other side must have.
    pub(super) async fn next(&mut self) -> Result<Option<Said>> {
        loop {
            if self.page.is_empty() && !self.is_over {
                self.load().await?;
            }
            let Some(record) = self.page.pop_front() else {
                return Ok(None);
            };
            match self.read(record) {
                Some(said) => return Ok(Some(said)),
                None => self.others += 1,
            }
        }
    }

    async fn load(&mut self) -> Result<()> {
        let page = match self.records.messages(&self.room, self.after.as_ref()).await {
            Ok(page) => page,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        self.is_over = page.len() < RECORDS_AT_ONCE;
        self.after = page.last().map(|record| record.message.id.clone());
        self.page = page.into();
        Ok(())
    }

    fn read(&self, record: MessageRecord) -> Option<Said> {
        let is_recalled = record.message.is_recalled();
        let own = record.message.text().map_or("", |text| text.as_str());
        let (id, text, extra) = match &self.intake {
            Some(intake) => {
                let text = intake.text_for(&record);
                let extra = usize::from(text != own);
                (record.message.id.clone(), text, extra)
            }
            None => (legacy_name(&record.message.id)?, own.to_owned(), 0),
        };
        Some(Said {
            id,
            author: record.message.author.id.clone(),
            sent_at: record.message.sent_at,
            files: record.message.attachments().len() + extra,
            text: if is_recalled { String::new() } else { text },
            is_recalled,
            edited_at: record.message.edited_at,
        })
    }
}
