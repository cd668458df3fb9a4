use std::{collections::VecDeque, sync::Arc};

use domain::{MessageId, RoomId, StaffId};
use jiff::Timestamp;
use ports::{
    ErrorKind, MessageRecord, RECORDS_AT_ONCE, Records, Result, RoomImporter, legacy_name,
    retry_temporary,
};

use crate::Chats;

/// A message as both sides must have it.
pub(super) struct MessageDigest {
    /// The id in the other backend.
    pub(super) id: MessageId,
    /// The id in the legacy backend, where it is known.
    pub(super) legacy_id: Option<MessageId>,
    /// Whether the side that does not count may have it alone: it was written there since.
    may_be_alone: bool,
    pub(super) author: StaffId,
    pub(super) sent_at: Timestamp,
    /// Of a recalled message nothing.
    pub(super) text: String,
    pub(super) files: usize,
    pub(super) is_recalled: bool,
    edited_at: Option<Timestamp>,
}

impl MessageDigest {
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
    importer: Option<Arc<dyn RoomImporter>>,
    room: RoomId,
    page: VecDeque<MessageDigest>,
    after: Option<MessageId>,
    is_over: bool,
    others: u64,
}

impl Side {
    pub(super) fn legacy(chats: &Chats, room: &RoomId) -> Self {
        Self::new(
            chats.movers.records.clone(),
            Some(chats.movers.importer.clone()),
            room,
        )
    }

    pub(super) fn stream(chats: &Chats, room: &RoomId) -> Self {
        Self::new(chats.there.clone(), None, room)
    }

    fn new(
        records: Arc<dyn Records>,
        importer: Option<Arc<dyn RoomImporter>>,
        room: &RoomId,
    ) -> Self {
        Self {
            records,
            importer,
            room: room.clone(),
            page: VecDeque::new(),
            after: None,
            is_over: false,
            others: 0,
        }
    }

    /// Messages that were passed by as written on this side since.
    pub(super) fn others(&self) -> u64 {
        self.others
    }

    /// The next message.
    pub(super) async fn next(&mut self) -> Result<Option<MessageDigest>> {
        if self.page.is_empty() && !self.is_over {
            self.load().await?;
        }
        Ok(self.page.pop_front())
    }

    /// The next message, when the side that counts has `wanted` next: what was written on this side
    /// since is passed by.
    pub(super) async fn next_for(
        &mut self,
        wanted: Option<&MessageDigest>,
    ) -> Result<Option<MessageDigest>> {
        while let Some(said) = self.next().await? {
            if wanted.is_some_and(|wanted| wanted.id == said.id) || !said.may_be_alone {
                return Ok(Some(said));
            }
            self.others += 1;
        }
        Ok(None)
    }

    async fn load(&mut self) -> Result<()> {
        let page = retry_temporary(|| self.records.messages(&self.room, self.after.as_ref())).await;
        let page = match page {
            Ok(page) => page,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        self.is_over = page.len() < RECORDS_AT_ONCE;
        self.after = page.last().map(|record| record.message.id.clone());
        self.page = page
            .into_iter()
            .filter_map(|record| self.read(record))
            .collect();
        Ok(())
    }

    fn read(&self, record: MessageRecord) -> Option<MessageDigest> {
        let is_recalled = record.message.is_recalled();
        let own = record.message.text().map_or("", |text| text.as_str());
        let message = &record.message.id;
        let (id, legacy_id, text, extra) = match &self.importer {
            Some(importer) => {
                let text = importer.text_for(&record);
                let extra = usize::from(text != own);
                (record.name_there()?, Some(message.clone()), text, extra)
            }
            None => (message.clone(), legacy_name(message), own.to_owned(), 0),
        };
        Some(MessageDigest {
            may_be_alone: match self.importer {
                Some(_) => record.written_as.is_none(),
                None => legacy_id.is_none(),
            },
            id,
            legacy_id,
            author: record.message.author.id.clone(),
            sent_at: record.message.sent_at,
            files: record.message.attachments().len() + extra,
            text: if is_recalled { String::new() } else { text },
            is_recalled,
            edited_at: record.message.edited_at,
        })
    }
}
