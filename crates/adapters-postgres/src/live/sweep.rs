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

    /// The database's clock.
    Clock() -> BigInt = "SELECT hims_micros(clock_timestamp())";

    /// The doctors in the rooms that moved to the other chat from time `$1` on, and when the last of each one's rooms
    /// did.
    MovedAway(BigInt) -> (BigInt, BigInt)
        = "SELECT p.user_id, hims_micros(max(r.moved_at)) FROM chat_rooms r
            JOIN chat_participants p ON p.room_id = r.id AND p.left_at IS NULL
            WHERE r.moved_at > to_timestamp(0) + $1 * interval '1 microsecond' GROUP BY p.user_id";
}

/// Makes good what was committed without a hint, by an instance that crashed in between; and has those
/// load afresh whose rooms were moved to the other chat, which hints at nothing.
pub(crate) async fn sweep(pool: Pool, tail: mpsc::Sender<Note>, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut moved_away_until: Option<i64> = None;
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
        if let Ok(doctors) = moved_away(&pool, &mut moved_away_until).await
            && !doctors.is_empty()
        {
            let _ = tail.send(Note::Afresh { doctors }).await;
        }
    }
}

async fn moved(pool: &Pool) -> Result<Vec<(i64, i64)>> {
    pool.get().await?.all(Moved::with(())).await
}

async fn moved_away(pool: &Pool, until: &mut Option<i64>) -> Result<Vec<i64>> {
    let mut connection = pool.get().await?;
    let Some(since) = *until else {
        *until = connection.first(Clock::with(())).await?;
        return Ok(Vec::new());
    };
    let rows: Vec<(i64, i64)> = connection.all(MovedAway::with((since,))).await?;
    *until = rows.iter().map(|(_, at)| *at).max().or(*until);
    Ok(rows.into_iter().map(|(doctor, _)| doctor).collect())
}
