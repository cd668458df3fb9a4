//! The messages of a room, a page at a time.

use domain::MessageId;
use ports::{MessageRecord, RECORDS_AT_ONCE, Records, Result, legacy_name};

use crate::{
    merged::{LeftBehind, merged},
    room_location::RoomLocation,
    sources::{Side, Sources},
};

/// A message, and where its files are.
pub(crate) struct Read {
    pub(crate) record: MessageRecord,
    pub(crate) side: Side,
}

/// A room being read from its first message to its last.
pub(crate) struct Conversation<'a> {
    records: &'a dyn Records,
    found: &'a RoomLocation,
    left_behind: Option<LeftBehind<'a>>,
    after: Option<MessageId>,
    is_over: bool,
}

impl<'a> Conversation<'a> {
    pub(crate) fn open(sources: &'a Sources, found: &'a RoomLocation) -> Result<Self> {
        let from = found.moved_from.as_ref().or(found.copy_of.as_ref());
        Ok(Self {
            records: sources.records(found.side)?,
            found,
            left_behind: from.map(|room| LeftBehind::of(&*sources.legacy, room)),
            after: None,
            is_over: false,
        })
    }

    /// The next messages; none at the end.
    pub(crate) async fn next(&mut self) -> Result<Vec<Read>> {
        let side = self.found.side;
        let mut read = Vec::new();
        while read.is_empty() && !self.is_over {
            let page = self.records.messages(&self.found.room, self.after.as_ref());
            let page = page.await?;
            self.is_over = page.len() < RECORDS_AT_ONCE;
            self.after = page.last().map(|record| record.message.id.clone());
            for record in page {
                if let Some(record) = self.whole(record).await? {
                    read.push(Read { record, side });
                }
            }
        }
        if read.is_empty()
            && self.found.copy_of.is_none()
            && let Some(left_behind) = &mut self.left_behind
        {
            let side = Side::Legacy;
            let rest = left_behind.rest(&self.found.room).await?.into_iter();
            read.extend(rest.map(|record| Read { record, side }));
        }
        Ok(read)
    }

    /// With what the other side knows of it; none for a copy that is told elsewhere.
    async fn whole(&mut self, record: MessageRecord) -> Result<Option<MessageRecord>> {
        let before = match &mut self.left_behind {
            Some(left_behind) => left_behind.take(&record.message.id).await?,
            None => None,
        };
        let is_copy = before.is_some() || legacy_name(&record.message.id).is_some();
        if is_copy && self.found.copy_of.is_some() {
            return Ok(None);
        }
        Ok(Some(match before {
            Some(before) => merged(record, before),
            None => record,
        }))
    }
}
