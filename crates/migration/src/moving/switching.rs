use std::{pin::pin, time::Duration};

use domain::RoomId;
use ports::{Looked, Move, MoveState, Patience, Result};
use tokio::time::{Instant, interval_at};

use super::{Moved, Movers, Which, carrying::open, copying::chosen, looked_at};
use crate::Progress;

/// How often a room is caught up with before it is held, and then again.
const UNHELD: u32 = 2;
const HELD: u32 = 4;

/// How long sends wait at most. A room is let go as soon as it is switched.
const HOLD: Duration = Duration::from_secs(20);

/// How often it is told how far a large room has come.
const TOLD: Duration = Duration::from_secs(1);

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
            if one.state != MoveState::Copying || !which.holds(&one.legacy) {
                continue;
            }
            match switch_patiently(movers, which, &one, tell).await? {
                Some(true) => moved.switched += 1,
                Some(false) => moved.busy.push(one.legacy),
                None => {}
            }
            tell(Progress {
                of: Some(moved.rooms.saturating_sub(moved.before)),
                ..looked_at("moved rooms", moved.switched)
            });
        }
    }
}

/// Tries again as long as the other backend says later, and longer while messages of the room are compared in between:
/// a large room is more calls than the other backend takes in ten minutes.
async fn switch_patiently(
    movers: &Movers,
    which: &Which,
    one: &Move,
    tell: &mut impl FnMut(Progress<'_>),
) -> Result<Option<bool>> {
    let of = movers.records.size(&one.legacy).await?;
    let looked = Looked::default();
    let (mut patience, mut come_to) = (Patience::new(), 0);
    loop {
        let switched = {
            let mut switching = pin!(switch(movers, which, one, &looked));
            let mut ticks = interval_at(Instant::now() + TOLD, TOLD);
            loop {
                tokio::select! {
                    switched = &mut switching => break switched,
                    _ = ticks.tick() => tell(Progress {
                        of: of.map(|of| of.max(looked.count())),
                        ..looked_at("messages of a room compared", looked.count())
                    }),
                }
            }
        };
        let refusal = match switched {
            Err(refusal) => refusal,
            done => return done,
        };
        if looked.count() > come_to {
            (patience, come_to) = (Patience::new(), looked.count());
        }
        patience.wait(refusal).await?;
    }
}

/// Whether the room lives in the other backend now; `None` when it is none of those that move.
async fn switch(
    movers: &Movers,
    which: &Which,
    one: &Move,
    looked: &Looked,
) -> Result<Option<bool>> {
    for attempt in 0..UNHELD + HELD {
        if attempt >= UNHELD {
            movers.moves.hold(&one.legacy, HOLD).await?;
        }
        let Some(record) = chosen(movers, which, &one.legacy).await? else {
            return Ok(None);
        };
        movers.importer.catch_up(&record, looked).await?;
        movers.moves.carried(&one.legacy, record.version).await?;
        if movers.moves.switch(&one.legacy, record.version).await? {
            open(movers, one).await?;
            return Ok(Some(true));
        }
    }
    Ok(Some(false))
}
