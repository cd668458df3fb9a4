//! Messages that the other application writes straight into the table have no position. They are
//! given one, in the order they were written, and then are messages like any other.

use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool},
};
use domain::Event;
use legacy::MessageRow;
use ports::Result;

use crate::{
    error::Fault,
    fixed::{fixed, json_list},
    rooms::bump,
    sql::{MessageColumns, message_columns, now},
    store::Store,
    writer::Work,
};

// Every statement here names the index that holds nothing but such rows; left to itself SQLite
// reads the positions of the whole table, twice a second.

/// Most messages adopted in one transaction while doctors are waiting for the writer.
const SOME: i64 = 200;

fixed!(AnyUnadopted {} -> Bool =
    "SELECT EXISTS (SELECT 1 FROM chat_messages m INDEXED BY hims_messages_unadopted JOIN chat_rooms r ON r.id = m.room_id WHERE m.position IS NULL)");

fixed!(Unadopted { most: i64 } -> (BigInt, BigInt) =
    "SELECT m.id, m.room_id FROM chat_messages m INDEXED BY hims_messages_unadopted JOIN chat_rooms r ON r.id = m.room_id \
     WHERE m.position IS NULL ORDER BY m.created_at, m.id LIMIT ?1");

fixed!(
    Adopt {
        message: i64,
        position: i64,
        at: i64
    } = "UPDATE chat_messages SET position = ?2, changed_position = ?2, \
         sent_at = coalesce(sent_at, unixepoch(created_at) * 1000000, ?3) WHERE id = ?1"
);

fixed!(Adopted { message: i64 } -> MessageColumns = concat!(
    "SELECT ", message_columns!(), " FROM chat_messages m LEFT JOIN users u ON u.id = m.user_id WHERE m.id = ?1"));

fixed!(
    Activate { room: i64, at: i64 } =
        "UPDATE chat_rooms SET active_at = max(coalesce(active_at, 0), ?2) WHERE id = ?1"
);

fixed!(RoomsToAdopt {} -> BigInt =
    "SELECT DISTINCT m.room_id FROM chat_messages m INDEXED BY hims_messages_unadopted JOIN chat_rooms r ON r.id = m.room_id WHERE m.position IS NULL");

fixed!(
    AdoptAll {} = "UPDATE chat_messages SET position = f.position, changed_position = f.position, \
         sent_at = coalesce(sent_at, unixepoch(created_at) * 1000000, 0) \
     FROM (SELECT m.id, r.last_position + row_number() OVER (PARTITION BY m.room_id ORDER BY m.created_at, m.id) \
               AS position \
           FROM chat_messages m INDEXED BY hims_messages_unadopted JOIN chat_rooms r ON r.id = m.room_id WHERE m.position IS NULL) f \
     WHERE f.id = chat_messages.id"
);

fixed!(
    CatchUp { rooms: String } = "UPDATE chat_rooms SET \
         last_position = max(last_position, (SELECT max(m.position) FROM chat_messages m WHERE m.room_id = chat_rooms.id)), \
         active_at = max(coalesce(active_at, 0), (SELECT m.sent_at FROM chat_messages m \
             WHERE m.room_id = chat_rooms.id AND m.position > 0 ORDER BY m.position DESC LIMIT 1)) \
     WHERE id IN (SELECT value FROM json_each(?1))"
);

fixed!(
    /// What a doctor had read in the other application is read here too.
    TakeOverReadMarks { rooms: String } =
    "UPDATE chat_participants SET \
         read_position = (SELECT max(m.position) FROM chat_messages m \
             WHERE m.room_id = chat_participants.room_id AND m.created_at <= chat_participants.last_read_at), \
         delivered_position = (SELECT max(m.position) FROM chat_messages m \
             WHERE m.room_id = chat_participants.room_id AND m.created_at <= chat_participants.last_read_at) \
     WHERE read_position IS NULL AND last_read_at IS NOT NULL \
         AND room_id IN (SELECT value FROM json_each(?1))"
);

/// Adopts whatever there is, before anybody reads. In one go: a HIMS may bring years of messages.
pub(crate) fn all(connection: &mut SqliteConnection) -> Result<(), Fault> {
    let rooms: Vec<i64> = RoomsToAdopt {}.rows(connection)?;
    if rooms.is_empty() {
        return Ok(());
    }
    let rooms = json_list(rooms);
    AdoptAll {}.run(connection)?;
    let touched = rooms.clone();
    CatchUp { rooms: touched }.run(connection)?;
    TakeOverReadMarks { rooms }.run(connection)?;
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
    for (message, room) in found {
        let adopt = Adopt {
            message,
            position: bump(work.connection, room)?,
            at: now(),
        };
        adopt.run(work.connection)?;
        let row: Option<MessageRow> = Adopted { message }.row(work.connection)?;
        if let Some(row) = row {
            let at = row.sent_at;
            Activate { room, at }.run(work.connection)?;
            work.tell(room, Event::MessagePosted(row.into_message()?))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixed::Planned;

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
