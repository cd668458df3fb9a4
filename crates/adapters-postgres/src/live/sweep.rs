use std::time::Duration;

use diesel::sql_types::BigInt;
use ports::Result;
use tokio::{sync::mpsc, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;

use super::tail::Note;
use crate::{
    pool::Pool,
    statement::{Statement, statement},
};

const EVERY: Duration = Duration::from_secs(1);

statement! {
    /// The rooms in which something was committed within ten seconds, and how far they came.
    Moved() -> (BigInt, BigInt)
        = "SELECT id, last_position FROM chat_rooms
            WHERE changed_at > clock_timestamp() - interval '10 seconds'";
}

/// Makes good what was committed without a hint, by an instance that crashed in between.
pub(crate) async fn sweep(pool: Pool, tail: mpsc::Sender<Note>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        // An unreachable database is swept a second later.
        let Ok(moved) = moved(&pool).await else {
            continue;
        };
        for (room, last) in moved {
            let _ = tail.send(Note::Moved { room, last }).await;
        }
    }
}

async fn moved(pool: &Pool) -> Result<Vec<(i64, i64)>> {
    pool.get().await?.all(Moved::with(())).await
}
