use std::time::Duration;

use domain::RoomId;
use ports::{Move, MoveState, Result, patiently};

use super::{Moved, Movers, Which, carrying::open, copying::chosen, looked_at};
use crate::Progress;

/// How often a room is caught up with before it is held, and then again.
const UNHELD: u32 = 2;
const HELD: u32 = 4;

/// How long sends wait at most. A room is let go as soon as it is switched.
const HOLD: Duration = Duration::from_secs(20);

/// Switches every chosen room that was copied.
pub(super) async fn switch_all(
    movers: &Movers,
    which: &Which,
    moved: &mut Moved,
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<()> {
    let mut after: Option<RoomId> = None;
    loop {
        let known = movers.moves.list(after.as_ref()).await?;
        let Some(last) = known.last() else {
            return Ok(());
        };
        after = Some(last.legacy.clone());
        for one in known {
            if one.state == MoveState::Moved && one.is_shut && which.holds(&one.legacy) {
                // A run that was broken off right after the switch did not come to this.
                open(movers, &one).await?;
            }
            if one.state != MoveState::Copying {
                continue;
            }
            match patiently(|| switch(movers, which, &one)).await? {
                Some(true) => moved.switched += 1,
                Some(false) => moved.busy.push(one.legacy),
                None => {}
            }
            tell(looked_at("moved rooms", moved.switched));
        }
    }
}

/// Whether the room lives in the other backend now; `None` when it is none of those that move.
async fn switch(movers: &Movers, which: &Which, one: &Move) -> Result<Option<bool>> {
    for attempt in 0..UNHELD + HELD {
        if attempt >= UNHELD {
            movers.moves.hold(&one.legacy, HOLD).await?;
        }
        let Some(record) = chosen(movers, which, &one.legacy).await? else {
            return Ok(None);
        };
        movers.intake.catch_up(&record).await?;
        movers.moves.carried(&one.legacy, record.version).await?;
        if movers.moves.switch(&one.legacy, record.version).await? {
            open(movers, one).await?;
            return Ok(Some(true));
        }
    }
    Ok(Some(false))
}
