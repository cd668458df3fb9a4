use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool, Nullable},
};
use jiff::Timestamp;
use ports::adoption::{Kept, Participant};

use super::{ids, reads};
use crate::{error::Fault, fixed::fixed, sql::now};

fixed!(IsThere { room: i64, user: i64 } -> Bool =
    "SELECT EXISTS (SELECT 1 FROM chat_participants WHERE room_id = ?1 AND user_id = ?2)");

fixed!(NewestAt { room: i64, at: i64 } -> Nullable<BigInt> =
    "SELECT max(position) FROM chat_messages WHERE room_id = ?1 AND position > 0 AND sent_at <= ?2");

fixed!(
    /// Somebody left since they were kept. A change of a place is one that somebody made here.
    Leave { room: i64, user: i64, left_at: i64, at: i64 } =
    "UPDATE chat_participants SET left_at = hims_laravel(?3), updated_at = hims_laravel(?4) \
     WHERE room_id = ?1 AND user_id = ?2 AND left_at IS NULL AND changed_position = 0 \
         AND (joined_at IS NULL OR hims_micros(joined_at) <= ?3) \
         AND NOT EXISTS (SELECT 1 FROM chat_rooms r WHERE r.id = ?1 AND r.moved_at IS NOT NULL)"
);

fixed!(
    New { room: i64, user: i64, joined_at: Option<i64>, left_at: Option<i64>, last_read_at: Option<i64> } =
    "INSERT INTO chat_participants (room_id, user_id, joined_at, left_at, last_read_at, created_at, updated_at, \
         read_position, delivered_position) \
     SELECT ?1, ?2, hims_laravel(?3), hims_laravel(?4), \
         hims_laravel(?5), hims_laravel(?3), hims_laravel(?3), \
         mark.position, mark.position \
     FROM (SELECT coalesce(max(position), 0) AS position FROM chat_receipts \
           WHERE room_id = ?1 AND user_id = ?2 AND kind = 'read') mark"
);

pub(super) fn keep(
    connection: &mut SqliteConnection,
    source: &str,
    participant: Participant,
    kept: &mut Kept,
) -> Result<(), Fault> {
    let room = ids::find(connection, source, "rooms", &participant.room)?;
    let user = ids::find(connection, source, "users", &participant.user)?;
    let (Some(room), Some(user)) = (room, user) else {
        return Ok(());
    };
    let micros = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
    let is_there: Option<bool> = IsThere { room, user }.row(connection)?;
    if is_there == Some(true) {
        if let Some(left_at) = micros(participant.left_at) {
            let at = now();
            let leave = Leave {
                room,
                user,
                left_at,
                at,
            };
            kept.left += leave.run(connection)?;
        }
        return Ok(());
    }
    let last_read_at = micros(participant.last_read_at);
    if let Some(at) = last_read_at {
        let newest: Option<Option<i64>> = NewestAt { room, at }.row(connection)?;
        if let Some(position) = newest.flatten() {
            reads::step(connection, room, user, position, at)?;
        }
    }
    let new = New {
        room,
        user,
        joined_at: micros(participant.joined_at),
        left_at: micros(participant.left_at),
        last_read_at,
    };
    kept.participants += new.run(connection)?;
    Ok(())
}
