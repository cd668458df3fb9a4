use ports::{ErrorKind, Move, Result};

use super::Movers;

/// Brings what another application wrote into rooms that live in the other backend already, and opens
/// rooms there that a broken-off move or return left shut; how many rooms it was. Several may do it at
/// once.
///
/// # Errors
/// `Unavailable`; what was not brought is the next time.
pub async fn carry(movers: &Movers) -> Result<u64> {
    let behind = movers.moves.behind().await?;
    let mut rooms = 0;
    for one in behind {
        rooms += u64::from(carry_one(movers, &one).await?);
    }
    for one in movers.moves.left_shut().await? {
        open(movers, &one).await?;
        rooms += 1;
    }
    Ok(rooms)
}

/// Shows a moved room to those who take part.
pub(super) async fn open(movers: &Movers, one: &Move) -> Result<()> {
    movers.importer.open_up(&one.stream).await?;
    movers.moves.opened(&one.legacy).await
}

/// Of one room; whether it is there still.
pub(super) async fn carry_one(movers: &Movers, one: &Move) -> Result<bool> {
    let record = match movers.records.room(&one.legacy).await {
        Ok(record) => record,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    movers.importer.bring_new(&record).await?;
    movers.moves.carried(&one.legacy, record.version).await?;
    Ok(true)
}
