use domain::{MessageId, RoomId};
use ports::{
    ErrorKind, ImportBatch, MessageRecord, MoveState, RECORDS_AT_ONCE, Records, Result, RoomRecord,
    retry_temporary,
};

use super::{Chats, Moved, Movers, Which, looked_at};
use crate::Progress;

/// A shipment goes when it is so large. Stream takes files of at most 300 MB; smaller ones are there
/// sooner, and less is sent again when the line breaks. Memory never holds one.
const LARGE: u64 = 64 * 1024 * 1024;

/// Counts what there is to move.
pub(super) async fn count(
    movers: &Movers,
    which: &Which,
    moved: &mut Moved,
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<()> {
    let mut after: Option<RoomId> = None;
    while let Some(rooms) = next_rooms(&*movers.records, &mut after).await? {
        for room in rooms {
            let Some(record) = chosen(movers, which, &room).await? else {
                continue;
            };
            movers.importer.room_for(&record)?;
            moved.rooms += 1;
            let mut last: Option<MessageId> = None;
            while let Some(messages) = next_messages(&*movers.records, &room, &mut last).await? {
                add(moved, movers, &messages);
                tell(looked_at("counted messages", moved.messages));
            }
        }
    }
    Ok(())
}

/// Ships every chosen room that the other backend does not have as it is.
pub(super) async fn copy(
    movers: &Movers,
    which: &Which,
    moved: &mut Moved,
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<()> {
    let mut batch = movers.importer.batch().await?;
    let mut come = Come::of(movers, which).await?;
    let mut packed: Vec<(RoomId, u64)> = Vec::new();
    let mut after: Option<RoomId> = None;
    while let Some(rooms) = next_rooms(&*movers.records, &mut after).await? {
        for room in rooms {
            let Some(record) = chosen(movers, which, &room).await? else {
                continue;
            };
            let stream = movers.importer.room_for(&record)?;
            let known = movers.moves.begin(&room, &stream).await?;
            moved.rooms += 1;
            let is_there = known.carried >= record.version.max(1);
            moved.before += u64::from(known.state == MoveState::Moved);
            if known.state == MoveState::Moved || is_there {
                come.to += movers.records.size(&room).await?.unwrap_or_default();
                continue;
            }
            pack(movers, &record, &mut *batch, (moved, &mut come), tell).await?;
            packed.push((room, record.version));
            if batch.size() > LARGE {
                ship(movers, &mut *batch, &mut packed, moved, tell).await?;
            }
        }
    }
    ship(movers, &mut *batch, &mut packed, moved, tell).await
}

/// How far the messages of all chosen rooms have been looked at.
pub(super) struct Come {
    pub(super) to: u64,
    of: u64,
}

impl Come {
    /// At the first of all messages of these rooms.
    pub(super) async fn of(movers: &Movers, which: &Which) -> Result<Self> {
        let mut come = Self { to: 0, of: 0 };
        let mut after: Option<RoomId> = None;
        while let Some(rooms) = next_rooms(&*movers.records, &mut after).await? {
            for room in rooms.iter().filter(|room| which.holds(room)) {
                come.of += movers.records.size(room).await?.unwrap_or_default();
            }
        }
        Ok(come)
    }

    /// The same of those that live in the other backend, as far as this one knows their messages.
    pub(super) async fn of_moved(back: &Chats, which: &Which) -> Result<Self> {
        let mut come = Self { to: 0, of: 0 };
        let mut after: Option<RoomId> = None;
        loop {
            let known = back.movers.moves.list(after.as_ref()).await?;
            let Some(last) = known.last() else {
                return Ok(come);
            };
            after = Some(last.legacy.clone());
            let chosen = known.iter().filter(|one| which.holds(&one.legacy));
            for one in chosen.filter(|one| one.state == MoveState::Moved) {
                let size = back.movers.records.size(&one.legacy).await?;
                come.of += size.unwrap_or_default();
            }
        }
    }

    /// Messages are written meanwhile, and then there are more.
    pub(super) fn told<'a>(&self, doing: &'a str) -> Progress<'a> {
        Progress {
            of: Some(self.of.max(self.to)),
            ..looked_at(doing, self.to)
        }
    }
}

async fn pack(
    movers: &Movers,
    record: &RoomRecord,
    batch: &mut dyn ImportBatch,
    (moved, come): (&mut Moved, &mut Come),
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<()> {
    batch.begin(record).await?;
    let mut last: Option<MessageId> = None;
    while let Some(messages) = next_messages(&*movers.records, &record.id, &mut last).await? {
        batch.messages(&messages).await?;
        add(moved, movers, &messages);
        come.to += messages.len() as u64;
        tell(come.told("copied messages"));
        if batch.size() > LARGE {
            moved.bytes += batch.size();
            batch.send().await?;
        }
    }
    batch.end().await
}

async fn ship(
    movers: &Movers,
    batch: &mut dyn ImportBatch,
    packed: &mut Vec<(RoomId, u64)>,
    moved: &mut Moved,
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<()> {
    tell(looked_at("sending, megabytes", batch.size() / 1_000_000));
    moved.bytes += batch.size();
    batch.send().await?;
    for (room, version) in packed.drain(..) {
        movers.moves.carried(&room, version).await?;
    }
    Ok(())
}

fn add(moved: &mut Moved, movers: &Movers, messages: &[MessageRecord]) {
    for record in messages {
        let text = record.message.text().map_or("", |text| text.as_str());
        moved.messages += 1;
        moved.files += record.message.attachments().len() as u64;
        moved.too_long += u64::from(movers.importer.text_for(record) != text);
    }
}

/// A room as it is now, if it is one of those that move.
pub(super) async fn chosen(
    movers: &Movers,
    which: &Which,
    room: &RoomId,
) -> Result<Option<RoomRecord>> {
    if !which.holds(room) {
        return Ok(None);
    }
    match movers.records.room(room).await {
        Ok(record) => Ok(Some(record)),
        // Deleted meanwhile.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The next ids of rooms; `None` when there are no more.
pub(crate) async fn next_rooms(
    records: &dyn Records,
    after: &mut Option<RoomId>,
) -> Result<Option<Vec<RoomId>>> {
    let rooms = records.rooms(after.as_ref()).await?;
    let Some(last) = rooms.last() else {
        return Ok(None);
    };
    *after = Some(last.clone());
    Ok(Some(rooms))
}

/// The next messages of a room; `None` when there are no more.
pub(crate) async fn next_messages(
    records: &dyn Records,
    room: &RoomId,
    after: &mut Option<MessageId>,
) -> Result<Option<Vec<MessageRecord>>> {
    // Here rather than around the whole room, which would begin again at its first message.
    let messages = retry_temporary(|| records.messages(room, after.as_ref())).await?;
    debug_assert!(messages.len() <= RECORDS_AT_ONCE);
    let Some(last) = messages.last() else {
        return Ok(None);
    };
    *after = Some(last.message.id.clone());
    Ok(Some(messages))
}
