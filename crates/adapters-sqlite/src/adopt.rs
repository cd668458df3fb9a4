//! Messages that the other application writes straight into the table have no position. They are
//! given one, in the order they were written, and then are messages like any other.

use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool, Nullable},
};
use domain::Event;
use legacy::{MessageRow, NaiveZone};
use ports::Result;

use crate::{
    error::Fault,
    rooms::bump,
    sql::{MessageColumns, message_columns, now},
    statement::{json_list, statement},
    store::Store,
    writer::Work,
};

// Every statement here names the index that holds nothing but such rows; left to itself SQLite
// reads the positions of the whole table, twice a second.

/// Most messages adopted in one transaction while doctors are waiting for the writer.
const SOME: i64 = 200;

/// Clocks may differ by so much, in microseconds.
const FUTURE: i64 = 300_000_000;

statement!(AnyUnadopted {} -> Bool =
    "SELECT EXISTS (SELECT 1 FROM chat_messages m INDEXED BY hims_messages_unadopted JOIN chat_rooms r ON r.id = m.room_id WHERE m.position IS NULL)");

/// Messages without a position in the order of their times. One whose time cannot be read comes after
/// the one before it by number.
macro_rules! unadopted {
    () => {
        "known AS MATERIALIZED (SELECT m.id, m.room_id, r.last_position, \
             max(m.id) FILTER (WHERE hims_micros(m.created_at) IS NOT NULL) \
                 OVER (PARTITION BY m.room_id ORDER BY m.id) AS like_id \
             FROM chat_messages m INDEXED BY hims_messages_unadopted JOIN chat_rooms r ON r.id = m.room_id \
             WHERE m.position IS NULL), \
         sorted AS MATERIALIZED (SELECT k.id, k.room_id, k.last_position, hims_order(l.created_at) AS at \
             FROM known k LEFT JOIN chat_messages l ON l.id = k.like_id)"
    };
}

statement!(Unadopted { most: i64 } -> (BigInt, BigInt) = concat!("WITH ", unadopted!(),
    " SELECT id, room_id FROM sorted ORDER BY at, id LIMIT ?1"));

statement!(
    Adopt {
        message: i64,
        position: i64
    } = "UPDATE chat_messages SET position = ?2, changed_position = ?2, \
         sent_at = coalesce(sent_at, hims_micros(created_at)) WHERE id = ?1"
);

statement!(Adopted { message: i64 } -> MessageColumns = concat!(
    "SELECT ", message_columns!(), " FROM chat_messages m LEFT JOIN users u ON u.id = m.user_id WHERE m.id = ?1"));

statement!(
    Activate { room: i64, at: i64 } =
        "UPDATE chat_rooms SET active_at = max(coalesce(active_at, 0), ?2) WHERE id = ?1"
);

statement!(RoomsToAdopt {} -> BigInt =
    "SELECT m.room_id FROM chat_messages m INDEXED BY hims_messages_unadopted JOIN chat_rooms r ON r.id = m.room_id WHERE m.position IS NULL \
     UNION SELECT room_id FROM chat_messages INDEXED BY hims_messages_untimed WHERE sent_at IS NULL AND position > 0");

statement!(
    AdoptAll {} = concat!(
        "WITH ",
        unadopted!(),
        " UPDATE chat_messages SET position = f.position, changed_position = f.position, \
         sent_at = coalesce(sent_at, hims_micros(created_at)) \
     FROM (SELECT id, last_position + row_number() OVER (PARTITION BY room_id ORDER BY at, id) AS position FROM sorted) f \
     WHERE f.id = chat_messages.id"
    )
);

statement!(
    /// Gives those without a time one between their neighbours in the room. The last of a room was written
    /// just now, at `?1`; or, where that is none, some time after the one before it.
    Estimate { now: Option<i64>, at_all: i64 } =
    "WITH first AS MATERIALIZED (SELECT room_id, min(position) AS position \
         FROM chat_messages INDEXED BY hims_messages_untimed WHERE sent_at IS NULL AND position > 0 GROUP BY room_id), \
     span AS MATERIALIZED (SELECT f.room_id, coalesce((SELECT b.position FROM chat_messages b \
             WHERE b.room_id = f.room_id AND b.position > 0 AND b.position < f.position AND b.sent_at IS NOT NULL \
             ORDER BY b.position DESC LIMIT 1), f.position) AS position FROM first f), \
     near AS MATERIALIZED (SELECT m.id, m.room_id, m.sent_at, \
             max(m.position) FILTER (WHERE m.sent_at IS NOT NULL) OVER (PARTITION BY m.room_id ORDER BY m.position) AS before, \
             min(m.position) FILTER (WHERE m.sent_at IS NOT NULL) OVER (PARTITION BY m.room_id ORDER BY m.position DESC) AS after \
         FROM span s CROSS JOIN chat_messages m ON m.room_id = s.room_id AND m.position >= s.position), \
     times AS MATERIALIZED (SELECT n.id, b.sent_at AS before, a.sent_at AS after, hims_micros(r.created_at) AS opened \
         FROM near n JOIN chat_rooms r ON r.id = n.room_id \
         LEFT JOIN chat_messages b ON b.room_id = n.room_id AND b.position = n.before \
         LEFT JOIN chat_messages a ON a.room_id = n.room_id AND a.position = n.after WHERE n.sent_at IS NULL) \
     UPDATE chat_messages SET sent_at_estimated = 1, sent_at = coalesce(t.before + (t.after - t.before) / 2, t.after, \
         max(t.before, ?1), ?1, t.before, t.opened, ?2) \
     FROM times t WHERE t.id = chat_messages.id"
);

statement!(
    CatchUp { rooms: String } = "UPDATE chat_rooms SET \
         last_position = max(last_position, (SELECT max(m.position) FROM chat_messages m WHERE m.room_id = chat_rooms.id)), \
         active_at = max(coalesce(active_at, 0), (SELECT m.sent_at FROM chat_messages m \
             WHERE m.room_id = chat_rooms.id AND m.position > 0 ORDER BY m.position DESC LIMIT 1)) \
     WHERE id IN (SELECT value FROM json_each(?1))"
);

statement!(
    /// Read marks of the other application, taken over: a message that a doctor had read there is read here too.
    TakeOverReadMarks { rooms: String } =
    "WITH reader AS MATERIALIZED (SELECT id, room_id, hims_micros(last_read_at) + 1000000 AS before \
         FROM chat_participants WHERE read_position IS NULL AND last_read_at IS NOT NULL \
             AND room_id IN (SELECT value FROM json_each(?1))), \
     mark AS MATERIALIZED (SELECT p.id, (SELECT max(m.position) FROM chat_messages m \
             WHERE m.room_id = p.room_id AND m.position > 0 AND m.sent_at < p.before) AS position FROM reader p) \
     UPDATE chat_participants SET read_position = mark.position, delivered_position = mark.position \
     FROM mark WHERE mark.id = chat_participants.id"
);

/// Adopts whatever there is, before anybody reads. In one go: a HIMS may bring years of messages.
pub(crate) fn all(connection: &mut SqliteConnection) -> Result<(), Fault> {
    let rooms: Vec<i64> = RoomsToAdopt {}.rows(connection)?;
    if rooms.is_empty() {
        return Ok(());
    }
    let rooms = json_list(rooms);
    AdoptAll {}.run(connection)?;
    let (now, at_all) = (None, now());
    Estimate { now, at_all }.run(connection)?;
    let touched = rooms.clone();
    CatchUp { rooms: touched }.run(connection)?;
    TakeOverReadMarks { rooms }.run(connection)?;
    Ok(())
}

statement!(
    /// How many of the newest messages were sent after `?1`, and the newest of those.
    SentAfter { at: i64 } -> (BigInt, Nullable<BigInt>) =
    "SELECT count(*), max(id) FROM (SELECT id, sent_at FROM chat_messages WHERE position > 0 \
         ORDER BY id DESC LIMIT 10000) WHERE sent_at > ?1"
);

/// Warns of messages whose time is still to come: the best sign that the other application writes its
/// times in another zone.
pub(crate) fn warn_of_future(
    connection: &mut SqliteConnection,
    zone: &NaiveZone,
) -> Result<(), Fault> {
    let at = now() + FUTURE;
    let found: Option<(i64, Option<i64>)> = SentAfter { at }.row(connection)?;
    if let Some((messages @ 1.., Some(newest))) = found {
        tracing::warn!(
            messages,
            newest,
            zone = zone.name(),
            "messages lie in the future: HIMS_LEGACY_TIME_ZONE must name the zone in which the other application \
             writes its times"
        );
    }
    Ok(())
}

/// Adopts what was written since the last look, and tells it live. Looking costs the writer
/// nothing when there is nothing.
pub(crate) async fn tick(store: &Store) -> Result<()> {
    loop {
        let any = store
            .readers
            .read(|connection| Ok(AnyUnadopted {}.row(connection)?))
            .await?;
        if any != Some(true) {
            return Ok(());
        }
        store.writer.write(some).await?;
    }
}

fn some(work: &mut Work<'_>) -> Result<(), Fault> {
    let found: Vec<(i64, i64)> = Unadopted { most: SOME }.rows(work.connection)?;
    for (message, room) in &found {
        let adopt = Adopt {
            message: *message,
            position: bump(work.connection, *room)?,
        };
        adopt.run(work.connection)?;
    }
    let (now, at_all) = (Some(now()), now());
    Estimate { now, at_all }.run(work.connection)?;
    for (message, room) in found {
        let row: Option<MessageRow> = Adopted { message }.row(work.connection)?;
        if let Some(row) = row {
            let at = row.sent.at;
            Activate { room, at }.run(work.connection)?;
            work.tell(room, Event::MessagePosted(row.into_message()?))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn looking_for_new_rows_looks_at_new_rows_only() {
        let plan = AnyUnadopted::plan();
        assert!(!plan.contains("SCAN r"), "{plan}");
        assert!(
            plan.contains("USING INDEX hims_messages_unadopted"),
            "{plan}"
        );
    }
}
