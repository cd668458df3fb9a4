//! Places for messages that were brought, once all of a room are there.

use diesel::sql_types::{Array, BigInt};
use ports::Result;

use crate::{
    messages::post::LockRooms,
    pool::Connection,
    statement::{Statement, statement},
};

/// Most messages of a room that get their places in one transaction.
const AT_ONCE: i64 = 20_000;

statement! {
    Unsettled() -> BigInt = "SELECT room_id FROM chat_messages WHERE position < 0 LIMIT 1";

    /// Those of rooms `$1` that were settled before.
    Settled(Array<BigInt>) -> BigInt
        = "SELECT id FROM chat_rooms WHERE id = ANY ($1) AND last_position > 0 ORDER BY id";

    /// Gives the oldest `$2` unsettled messages of the locked room `$1` the next places; how many.
    Settle(BigInt, BigInt) -> BigInt
        = "WITH waiting AS MATERIALIZED (
                SELECT id, row_number() OVER (ORDER BY sent_at, id) AS n FROM chat_messages
                WHERE room_id = $1 AND position < 0 ORDER BY sent_at, id LIMIT $2
            ), settled AS (
                UPDATE chat_messages m SET position = r.last_position + w.n, changed_position = r.last_position + w.n
                FROM waiting w, chat_rooms r WHERE m.id = w.id AND r.id = $1
                RETURNING m.sent_at
            ), total AS (SELECT count(*) AS count, max(sent_at) AS newest FROM settled)
            UPDATE chat_rooms SET last_position = last_position + total.count,
                active_at = greatest(active_at, total.newest), changed_at = clock_timestamp()
            FROM total WHERE id = $1 RETURNING total.count";
}

/// Settles some of a room; whether there may be more to do.
pub(super) async fn next(transaction: &mut Connection) -> Result<bool> {
    let room: Option<i64> = transaction.first(Unsettled::with(())).await?;
    let Some(room) = room else {
        return Ok(false);
    };
    settle(transaction, room).await?;
    Ok(true)
}

/// Settles what came to rooms that were settled before: their doctors read it already.
pub(super) async fn those_settled(transaction: &mut Connection, rooms: &[i64]) -> Result<()> {
    let settled: Vec<i64> = transaction.all(Settled::with((rooms,))).await?;
    for room in settled {
        settle(transaction, room).await?;
    }
    Ok(())
}

async fn settle(transaction: &mut Connection, room: i64) -> Result<()> {
    let _: Vec<i64> = transaction.all(LockRooms::with((vec![room],))).await?;
    let _: Vec<i64> = transaction.all(Settle::with((room, AT_ONCE))).await?;
    Ok(())
}
