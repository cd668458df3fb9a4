//! Messages that another application inserts straight into the table get their place here.

use std::time::Duration;

use diesel::sql_types::BigInt;
use ports::Result;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::Announcer;
use crate::{
    messages::post::LockRooms,
    pool::Pool,
    statement::{Statement, statement},
};

const EVERY: Duration = Duration::from_millis(500);

/// Most messages adopted in one transaction.
const AT_ONCE: i64 = 2_000;

statement! {
    RoomsToAdopt() -> BigInt
        = "SELECT DISTINCT m.room_id FROM chat_messages m JOIN chat_rooms r ON r.id = m.room_id
            WHERE m.position IS NULL ORDER BY m.room_id LIMIT 1000";

    /// Gives the oldest `$2` messages without a place in the locked room `$1` the next ones, in the
    /// order of their times; how many, and where the room has come to.
    Adopt(BigInt, BigInt) -> (BigInt, BigInt)
        = "WITH waiting AS MATERIALIZED (
                SELECT id, row_number() OVER (ORDER BY created_at NULLS FIRST, id) AS n FROM chat_messages
                WHERE room_id = $1 AND position IS NULL ORDER BY created_at NULLS FIRST, id LIMIT $2
            ), adopted AS (
                UPDATE chat_messages m SET position = r.last_position + w.n,
                    changed_position = r.last_position + w.n,
                    sent_at = coalesce(m.sent_at, m.created_at AT TIME ZONE 'UTC', clock_timestamp())
                FROM waiting w, chat_rooms r WHERE m.id = w.id AND r.id = $1
                RETURNING m.sent_at
            ), total AS (SELECT count(*) AS count, max(sent_at) AS newest FROM adopted)
            UPDATE chat_rooms SET last_position = last_position + total.count,
                active_at = greatest(active_at, total.newest), changed_at = clock_timestamp()
            FROM total WHERE id = $1 RETURNING total.count, last_position";

    /// Reads the marks of room `$1` off the times that the other application keeps.
    TakeOverReadMarks(BigInt) -> ()
        = "WITH mark AS (
                SELECT p.id, (SELECT m.position FROM chat_messages m
                    WHERE m.room_id = $1 AND m.position IS NOT NULL AND m.created_at <= p.last_read_at
                    ORDER BY m.position DESC LIMIT 1) AS position
                FROM chat_participants p
                WHERE p.room_id = $1 AND p.read_position IS NULL AND p.last_read_at IS NOT NULL
            )
            UPDATE chat_participants p SET read_position = mark.position, delivered_position = mark.position
            FROM mark WHERE p.id = mark.id";
}

/// Adopts what was there before us, telling nobody. What a doctor had read in the other application
/// is read here too.
///
/// # Errors
/// `Unavailable`.
pub(crate) async fn take_over(pool: &Pool) -> Result<()> {
    adopt(pool, None).await
}

async fn adopt(pool: &Pool, announcer: Option<&Announcer>) -> Result<()> {
    loop {
        let rooms: Vec<i64> = pool.get().await?.all(RoomsToAdopt::with(())).await?;
        if rooms.is_empty() {
            return Ok(());
        }
        for room in rooms {
            while !in_room(pool, announcer, room).await? {}
        }
    }
}

/// Adopts some messages of a room; whether that were all.
async fn in_room(pool: &Pool, announcer: Option<&Announcer>, room: i64) -> Result<bool> {
    let mut transaction = pool.begin().await?;
    let adopted = async {
        let _: Vec<i64> = transaction.all(LockRooms::with((vec![room],))).await?;
        let adopted: Option<(i64, i64)> = transaction.first(Adopt::with((room, AT_ONCE))).await?;
        let (count, last) = adopted.unwrap_or_default();
        let is_all = count < AT_ONCE;
        if is_all && announcer.is_none() {
            transaction.run(TakeOverReadMarks::with((room,))).await?;
        }
        Ok((is_all, last))
    };
    let adopted = adopted.await;
    let (is_all, last) = transaction.end(adopted).await?;
    if let Some(announcer) = announcer {
        announcer.moved(room, last);
    }
    Ok(is_all)
}

/// Adopts twice a second until `stop`.
pub(crate) async fn keep_adopting(pool: Pool, announcer: Announcer, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = stop.cancelled() => return,
        }
        // An unreachable database is tried again at the next tick.
        let _ = adopt(&pool, Some(&announcer)).await;
    }
}
