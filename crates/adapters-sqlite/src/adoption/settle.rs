//! Places for messages that were brought, once all of a room are there.

use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool},
};

use crate::{error::Fault, statement::statement};

statement!(Unsettled {} -> BigInt =
    "SELECT room_id FROM chat_messages INDEXED BY hims_messages_unsettled WHERE position < 0 LIMIT 1");

statement!(IsSettled { room: i64 } -> Bool = "SELECT last_position > 0 FROM chat_rooms WHERE id = ?1");

statement!(
    Settle { room: i64 } = "UPDATE chat_messages SET position = f.position, changed_position = f.position \
     FROM (SELECT m.id, r.last_position + row_number() OVER (ORDER BY m.sent_at, m.id) AS position \
           FROM chat_messages m INDEXED BY hims_messages_unsettled JOIN chat_rooms r ON r.id = m.room_id \
           WHERE m.room_id = ?1 AND m.position < 0) f \
     WHERE f.id = chat_messages.id"
);

statement!(
    CatchUp { room: i64 } = "UPDATE chat_rooms SET \
         last_position = max(last_position, (SELECT max(m.position) FROM chat_messages m WHERE m.room_id = ?1)), \
         active_at = max(coalesce(active_at, 0), (SELECT m.sent_at FROM chat_messages m \
             WHERE m.room_id = ?1 AND m.position > 0 ORDER BY m.position DESC LIMIT 1)) \
     WHERE id = ?1"
);

/// Settles a room; whether there may be another.
pub(super) fn next(connection: &mut SqliteConnection) -> Result<bool, Fault> {
    let unsettled: Option<i64> = Unsettled {}.row(connection)?;
    let Some(room) = unsettled else {
        return Ok(false);
    };
    settle(connection, room)?;
    Ok(true)
}

/// Settles what came to a room that was settled before: its doctors read it already.
pub(super) fn if_settled(connection: &mut SqliteConnection, room: i64) -> Result<(), Fault> {
    let is_settled: Option<bool> = IsSettled { room }.row(connection)?;
    match is_settled {
        Some(true) => settle(connection, room),
        _ => Ok(()),
    }
}

fn settle(connection: &mut SqliteConnection, room: i64) -> Result<(), Fault> {
    Settle { room }.run(connection)?;
    CatchUp { room }.run(connection)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn settling_looks_at_unsettled_messages_only() {
        for plan in [Unsettled::plan(), Settle::plan()] {
            assert!(plan.contains("hims_messages_unsettled"), "{plan}");
        }
    }
}
