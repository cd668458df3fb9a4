use domain::{MessageId, RoomId};
use ports::{
    ErrorKind, MessageRecord, MoveState, RECORDS_AT_ONCE, Records, Result, RoomRecord, Shipment,
};

use super::{Moved, Movers, Which, looked_at};
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
            movers.intake.room_for(&record)?;
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
    let mut shipment = movers.intake.shipment().await?;
    let mut packed: Vec<(RoomId, u64)> = Vec::new();
    let mut after: Option<RoomId> = None;
    while let Some(rooms) = next_rooms(&*movers.records, &mut after).await? {
        for room in rooms {
            let Some(record) = chosen(movers, which, &room).await? else {
                continue;
            };
            let stream = movers.intake.room_for(&record)?;
            let known = movers.moves.begin(&room, &stream).await?;
            moved.rooms += 1;
            if known.state == MoveState::Moved {
                moved.before += 1;
                continue;
            }
            if known.carried >= record.version.max(1) {
                continue;
            }
            pack(movers, &record, &mut *shipment, moved, tell).await?;
            packed.push((room, record.version));
            if shipment.size() > LARGE {
                ship(movers, &mut *shipment, &mut packed, moved, tell).await?;
            }
        }
    }
    ship(movers, &mut *shipment, &mut packed, moved, tell).await
}

async fn pack(
    movers: &Movers,
    record: &RoomRecord,
    shipment: &mut dyn Shipment,
    moved: &mut Moved,
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<()> {
    shipment.begin(record).await?;
    let mut last: Option<MessageId> = None;
    while let Some(messages) = next_messages(&*movers.records, &record.id, &mut last).await? {
        shipment.messages(&messages).await?;
        add(moved, movers, &messages);
        tell(looked_at("copied messages", moved.messages));
        if shipment.size() > LARGE {
            moved.bytes += shipment.size();
            shipment.send().await?;
        }
    }
    shipment.end().await
}

async fn ship(
    movers: &Movers,
    shipment: &mut dyn Shipment,
    packed: &mut Vec<(RoomId, u64)>,
    moved: &mut Moved,
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<()> {
    tell(looked_at("sending, megabytes", shipment.size() / 1_000_000));
    moved.bytes += shipment.size();
    shipment.send().await?;
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
        moved.too_long += u64::from(movers.intake.text_for(record) != text);
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
    let messages = records.messages(room, after.as_ref()).await?;
    debug_assert!(messages.len() <= RECORDS_AT_ONCE);
    let Some(last) = messages.last() else {
        return Ok(None);
    };
    *after = Some(last.message.id.clone());
    Ok(Some(messages))
}
