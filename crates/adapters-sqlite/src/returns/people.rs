//! Participants, and their delivery and read marks, that a room brings back.

use std::collections::HashMap;

use diesel::{SqliteConnection, sql_types::BigInt};
use domain::{MessageId, ParticipantChange, ReceiptKind};
use jiff::Timestamp;
use ports::{ReceiptStep, RoomRecord};

use super::places;
use crate::{
    error::Fault,
    sql::{is_participant, now},
    statement::{json_list, statement},
};

statement!(
    Join {
        room: i64,
        doctor: i64,
        at: i64
    } = "INSERT INTO chat_participants (room_id, user_id, joined_at, created_at, updated_at, \
         read_position, delivered_position, changed_position) \
     SELECT r.id, u.id, hims_laravel(?3), hims_laravel(?3), \
         hims_laravel(?3), 0, 0, r.last_position \
     FROM chat_rooms r JOIN users u ON u.id = ?2 WHERE r.id = ?1 \
         AND NOT EXISTS (SELECT 1 FROM chat_participants p WHERE p.room_id = ?1 AND p.user_id = ?2)"
);
statement!(
    Rejoin {
        room: i64,
        doctor: i64,
        at: i64
    } = "UPDATE chat_participants SET left_at = NULL, joined_at = hims_laravel(?3) \
     WHERE room_id = ?1 AND user_id = ?2 AND left_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM chat_participants p \
         WHERE p.room_id = ?1 AND p.user_id = ?2 AND p.left_at IS NULL)"
);
statement!(
    /// The end of participation for doctors of the room who are not in the list `?2`. A person who is no doctor now is
    /// in no list of the other backend, which says nothing about them: they stay.
    Part { room: i64, but: String, at: i64 } = concat!(
    "UPDATE chat_participants SET left_at = hims_laravel(?3) \
     WHERE room_id = ?1 AND left_at IS NULL AND user_id NOT IN (SELECT value FROM json_each(?2)) \
         AND user_id IN (SELECT p.user_id FROM chat_participants p JOIN users u ON u.id = p.user_id \
             WHERE p.room_id = ?1 AND ", is_participant!(), ")")
);
statement!(
    Note { room: i64, doctor: i64, by: Option<i64>, change: &'static str, at: i64 } =
    "INSERT INTO hims_participant_changes (room_id, user_id, by_id, change, at) SELECT ?1, ?2, ?3, ?4, ?5 \
     WHERE NOT EXISTS (SELECT 1 FROM hims_participant_changes c \
         WHERE c.room_id = ?1 AND c.user_id = ?2 AND c.change = ?4 AND c.at = ?5)"
);
statement!(KeepStep { room: i64, doctor: i64, kind: &'static str, position: i64, at: i64 } =
    "INSERT INTO chat_receipts (room_id, user_id, kind, position, at) VALUES (?1, ?2, ?3, ?4, ?5) \
     ON CONFLICT DO NOTHING");
statement!(Furthest { room: i64, doctor: i64, kind: &'static str } -> BigInt =
    "SELECT coalesce(max(position), 0) FROM chat_receipts WHERE room_id = ?1 AND user_id = ?2 AND kind = ?3");
statement!(
    /// Marks that others were told are not told again. The time of reading changes with what others wrote only: to that of the
    /// newest step, or to just before the first message that is unread again.
    SetMarks { room: i64, doctor: i64, read: i64, told: Option<i64>, delivered: i64, at: i64 } =
    "UPDATE chat_participants AS p SET read_position = ?3, told_position = ?4, delivered_position = ?5, \
         last_read_at = CASE WHEN NOT EXISTS (SELECT 1 FROM chat_messages m WHERE m.room_id = ?1 AND m.user_id IS NOT ?2 \
                 AND m.position > min(coalesce(p.read_position, 0), ?3) \
                 AND m.position <= max(coalesce(p.read_position, 0), ?3)) THEN last_read_at \
             WHEN coalesce(p.read_position, 0) < ?3 THEN hims_laravel(coalesce((SELECT max(c.at) FROM chat_receipts c \
                 WHERE c.room_id = ?1 AND c.user_id = ?2 AND c.kind = 'read' \
                     AND c.position > coalesce(p.read_position, 0)), ?6)) \
             ELSE hims_laravel((SELECT m.sent_at FROM chat_messages m WHERE m.room_id = ?1 AND m.user_id IS NOT ?2 \
                 AND m.position > ?3 ORDER BY m.position LIMIT 1) - 1000000) END \
     WHERE p.room_id = ?1 AND p.user_id = ?2"
);

pub(super) fn keep(
    connection: &mut SqliteConnection,
    room: i64,
    there: &RoomRecord,
    steps: &[ReceiptStep],
) -> Result<(), Fault> {
    let at = now();
    let mut here = Vec::new();
    for (participant, _) in &there.participants {
        let Some(doctor) = participant.doctor.id.as_i64() else {
            continue;
        };
        let joined = participant.joined_at.map_or(at, Timestamp::as_microsecond);
        let at = joined;
        Rejoin { room, doctor, at }.run(connection)?;
        Join { room, doctor, at }.run(connection)?;
        here.push(doctor);
    }
    let but = json_list(&here);
    Part { room, but, at }.run(connection)?;
    for change in &there.changes {
        note(connection, room, change)?;
    }
    let places = keep_steps(connection, room, there, steps)?;
    for (participant, through) in &there.participants {
        let Some(doctor) = participant.doctor.id.as_i64() else {
            continue;
        };
        let read = through.as_ref().and_then(|name| places.get(name.as_str()));
        set_marks(connection, (room, doctor), read.copied().unwrap_or(0), at)?;
    }
    Ok(())
}

fn note(
    connection: &mut SqliteConnection,
    room: i64,
    change: &ParticipantChange,
) -> Result<(), Fault> {
    let Some(doctor) = change.doctor.id.as_i64() else {
        return Ok(());
    };
    let note = Note {
        room,
        doctor,
        by: change.by.as_ref().and_then(|by| by.id.as_i64()),
        change: change.change.as_str(),
        at: change.at.as_microsecond(),
    };
    note.run(connection)?;
    Ok(())
}

/// The places of all messages that are named.
fn keep_steps(
    connection: &mut SqliteConnection,
    room: i64,
    there: &RoomRecord,
    steps: &[ReceiptStep],
) -> Result<HashMap<String, i64>, Fault> {
    let through = there
        .participants
        .iter()
        .filter_map(|(_, through)| through.as_ref());
    let names: Vec<MessageId> = steps
        .iter()
        .map(|step| &step.message)
        .chain(through)
        .cloned()
        .collect();
    let places = places(connection, room, &names)?;
    let places: HashMap<String, i64> = places
        .into_iter()
        .map(|(name, _, place)| (name, place))
        .collect();
    for step in steps {
        let (Some(doctor), Some(position)) =
            (step.doctor.as_i64(), places.get(step.message.as_str()))
        else {
            continue;
        };
        let keep = KeepStep {
            room,
            doctor,
            kind: step.kind.as_str(),
            position: *position,
            at: step.at.as_microsecond(),
        };
        keep.run(connection)?;
    }
    Ok(places)
}

fn set_marks(
    connection: &mut SqliteConnection,
    (room, doctor): (i64, i64),
    read: i64,
    at: i64,
) -> Result<(), Fault> {
    let mut furthest = |kind: ReceiptKind| -> Result<i64, Fault> {
        let kind = kind.as_str();
        let furthest = Furthest { room, doctor, kind };
        let found: Option<i64> = furthest.row(connection)?;
        Ok(found.unwrap_or(0))
    };
    let (told, delivered) = (
        furthest(ReceiptKind::Read)?,
        furthest(ReceiptKind::Delivered)?,
    );
    let set = SetMarks {
        room,
        doctor,
        read,
        told: (told > read).then_some(told),
        delivered: delivered.max(read).max(told),
        at,
    };
    set.run(connection)?;
    Ok(())
}
