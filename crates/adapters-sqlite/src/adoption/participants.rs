use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool, Nullable},
};
use jiff::Timestamp;
use ports::adoption::{Kept, Participant};

use super::{ids, reads};
use crate::{error::Fault, sql::now, statement::statement};

statement!(IsThere { room: i64, user: i64 } -> Bool =
    "SELECT EXISTS (SELECT 1 FROM chat_participants WHERE room_id = ?1 AND user_id = ?2)");

statement!(NewestAt { room: i64, at: i64, before: i64 } -> Nullable<BigInt> =
    "SELECT max(position) FROM chat_messages WHERE room_id = ?1 AND position > 0 AND sent_at <= ?2 AND position < ?3");

statement!(LivesHere { room: i64 } -> Bool = "SELECT moved_at IS NULL FROM chat_rooms WHERE id = ?1");

statement!(
    /// The first message that was not brought.
    FirstOwn { room: i64 } -> BigInt =
    "SELECT m.position FROM chat_messages m WHERE m.room_id = ?1 AND m.position > 0 AND NOT EXISTS ( \
         SELECT 1 FROM hims_adopted_ids a WHERE a.part = 'messages' AND a.id = m.id) ORDER BY m.position LIMIT 1"
);

statement!(
    /// The place up to which somebody has read who read until `?3` at the source: before the first message that came
    /// later, or that somebody else wrote here. Whoever went back here stays there.
    ReadTo { room: i64, user: i64, at: i64 } -> Nullable<BigInt> =
    "SELECT max(m.position) FROM chat_participants p JOIN chat_messages m ON m.room_id = p.room_id \
     WHERE p.room_id = ?1 AND p.user_id = ?2 AND p.left_at IS NULL \
         AND coalesce(p.told_position, 0) <= coalesce(p.read_position, 0) AND m.position > coalesce(p.read_position, 0) \
         AND m.position < coalesce((SELECT n.position FROM chat_messages n \
             WHERE n.room_id = ?1 AND n.position > coalesce(p.read_position, 0) AND (n.sent_at > ?3 \
                 OR n.user_id IS NOT ?2 AND NOT EXISTS (SELECT 1 FROM hims_adopted_ids a \
                     WHERE a.part = 'messages' AND a.id = n.id)) ORDER BY n.position LIMIT 1), 9223372036854775807)"
);

statement!(
    /// Somebody left since they were kept. A change of a place is one that somebody made here.
    Leave { room: i64, user: i64, left_at: i64, at: i64 } =
    "UPDATE chat_participants SET left_at = hims_laravel(?3), updated_at = hims_laravel(?4) \
     WHERE room_id = ?1 AND user_id = ?2 AND left_at IS NULL AND changed_position = 0 \
         AND (joined_at IS NULL OR hims_micros(joined_at) <= ?3)"
);

statement!(
    New { room: i64, user: i64, joined_at: Option<i64>, left_at: Option<i64>, last_read_at: Option<i64> } =
    "INSERT INTO chat_participants (room_id, user_id, joined_at, left_at, last_read_at, created_at, updated_at, \
         read_position, delivered_position) \
     SELECT ?1, ?2, hims_laravel(?3), hims_laravel(?4), \
         hims_laravel(?5), hims_laravel(?3), hims_laravel(?3), \
         mark.position, mark.position \
     FROM (SELECT coalesce(max(position), 0) AS position FROM chat_receipts \
           WHERE room_id = ?1 AND user_id = ?2 AND kind = 'read') mark"
);

/// Keeps who is new, and what happened to others since. The room of the last one and its first message that was not
/// brought are handed on: participants come room by room.
pub(super) fn keep(
    connection: &mut SqliteConnection,
    source: &str,
    participant: &Participant,
    own: &mut Option<(i64, i64)>,
    kept: &mut Kept,
) -> Result<(), Fault> {
    let room = ids::find(connection, source, "rooms", &participant.room)?;
    let user = ids::find(connection, source, "users", &participant.user)?;
    let (Some(room), Some(user)) = (room, user) else {
        return Ok(());
    };
    let key = participant.key();
    let before = ids::said(connection, source, "participants", &key)?;
    let is_there: Option<bool> = IsThere { room, user }.row(connection)?;
    match (is_there, &before) {
        (Some(true), _) => {
            let lives_here: Option<bool> = LivesHere { room }.row(connection)?;
            if lives_here != Some(true) {
                return Ok(());
            }
            since(
                connection,
                (room, user),
                participant,
                before.flatten(),
                kept,
            )?;
        }
        // The other application took them out with their row.
        (_, Some(_)) => return Ok(()),
        (_, None) => new(connection, (room, user), participant, own, kept)?,
    }
    let said = participant.said();
    ids::say(
        connection,
        source,
        ("participants", &key),
        room,
        Some(&said),
    )
}

/// Takes over whatever happened at the source since the last time to somebody who is there.
fn since(
    connection: &mut SqliteConnection,
    (room, user): (i64, i64),
    participant: &Participant,
    before: Option<String>,
    kept: &mut Kept,
) -> Result<(), Fault> {
    if let Some(left_at) = participant.left_at
        && before != Some(participant.said())
    {
        let leave = Leave {
            room,
            user,
            left_at: left_at.as_microsecond(),
            at: now(),
        };
        kept.left += leave.run(connection)?;
    }
    let Some(at) = participant.last_read_at else {
        return Ok(());
    };
    let at = at.as_microsecond();
    let read_to: Option<Option<i64>> = ReadTo { room, user, at }.row(connection)?;
    if let Some(position) = read_to.flatten() {
        kept.read_on += reads::step(connection, room, user, position, at)?;
    }
    Ok(())
}

fn new(
    connection: &mut SqliteConnection,
    (room, user): (i64, i64),
    participant: &Participant,
    own: &mut Option<(i64, i64)>,
    kept: &mut Kept,
) -> Result<(), Fault> {
    let micros = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
    let last_read_at = micros(participant.last_read_at);
    if let Some(at) = last_read_at {
        let first_own = match *own {
            Some((of, position)) if of == room => position,
            _ => {
                let found: Option<i64> = FirstOwn { room }.row(connection)?;
                own.insert((room, found.unwrap_or(i64::MAX))).1
            }
        };
        let before = first_own;
        let newest: Option<Option<i64>> = NewestAt { room, at, before }.row(connection)?;
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
