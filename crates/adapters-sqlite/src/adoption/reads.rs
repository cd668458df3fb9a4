use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool},
};
use jiff::Timestamp;
use ports::adoption::{Kept, Read};

use crate::{error::Fault, statement::statement};

statement!(
    /// Nobody at the source saw what others wrote here: a mark that would go past such a message is none.
    Target { source: String, message: String, user: String } -> (BigInt, BigInt, BigInt, BigInt) =
    "SELECT m.room_id, u.id, m.position, m.sent_at \
     FROM hims_adopted_ids i JOIN chat_messages m ON m.id = i.id \
     JOIN hims_adopted_ids u ON u.source = ?1 AND u.part = 'users' AND u.key = ?3 \
     WHERE i.source = ?1 AND i.part = 'messages' AND i.key = ?2 AND m.position > 0 \
         AND NOT EXISTS (SELECT 1 FROM chat_participants p JOIN chat_messages n ON n.room_id = p.room_id \
             AND n.position > coalesce(p.read_position, 0) AND n.position < m.position \
             WHERE p.room_id = m.room_id AND p.user_id = u.id AND n.user_id IS NOT u.id AND NOT EXISTS ( \
                 SELECT 1 FROM hims_adopted_ids a WHERE a.part = 'messages' AND a.id = n.id))"
);

statement!(HasStep { room: i64, user: i64, position: i64 } -> Bool =
    "SELECT EXISTS (SELECT 1 FROM chat_receipts WHERE room_id = ?1 AND user_id = ?2 AND kind = 'read' AND position = ?3)");

statement!(
    /// Of two times the later.
    KeepSteps { room: i64, user: i64, position: i64, at: i64 } =
    "INSERT INTO chat_receipts (room_id, user_id, kind, position, at) \
     SELECT ?1, ?2, kind.value, ?3, ?4 FROM json_each('[\"delivered\", \"read\"]') kind WHERE true \
     ON CONFLICT (room_id, user_id, kind, position) DO UPDATE SET at = excluded.at WHERE at < excluded.at"
);

statement!(
    MoveMark {
        room: i64,
        user: i64,
        position: i64
    } = "UPDATE chat_participants SET read_position = max(coalesce(read_position, 0), ?3), \
         delivered_position = max(coalesce(delivered_position, 0), ?3) \
     WHERE room_id = ?1 AND user_id = ?2 AND (coalesce(read_position, 0) < ?3 OR coalesce(delivered_position, 0) < ?3)"
);

pub(super) fn keep(
    connection: &mut SqliteConnection,
    source: &str,
    reads: Vec<Read>,
    kept: &mut Kept,
) -> Result<(), Fault> {
    for Read { message, user, at } in reads {
        let source = source.to_owned();
        let target: Option<(i64, i64, i64, i64)> = Target {
            source,
            message,
            user,
        }
        .row(connection)?;
        if let Some((room, user, position, sent_at)) = target {
            let at = at.map_or(sent_at, Timestamp::as_microsecond);
            kept.read_on += step(connection, room, user, position, at)?;
        }
    }
    Ok(())
}

/// Keeps a step of a mark; how many marks moved. Only a new one moves the mark: its owner may have gone back since.
pub(super) fn step(
    connection: &mut SqliteConnection,
    room: i64,
    user: i64,
    position: i64,
    at: i64,
) -> Result<usize, Fault> {
    let is_known: Option<bool> = HasStep {
        room,
        user,
        position,
    }
    .row(connection)?;
    KeepSteps {
        room,
        user,
        position,
        at,
    }
    .run(connection)?;
    if is_known == Some(true) {
        return Ok(0);
    }
    let moved = MoveMark {
        room,
        user,
        position,
    }
    .run(connection)?;
    Ok(moved)
}
