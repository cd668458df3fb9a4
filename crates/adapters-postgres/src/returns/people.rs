//! Participants, and their delivery and read marks, that a room brings back.

use std::collections::HashMap;

use diesel::sql_types::{Array, BigInt, Nullable, Text};
use domain::MessageId;
use jiff::Timestamp;
use ports::{ReceiptStep, Result, RoomRecord};

use super::places;
use crate::{
    pool::Connection,
    sql::is_doctor,
    statement::{Statement, statement},
};

statement! {
    /// Lets `$2` take part in room `$1` since `$3`, if they do not.
    Join(BigInt, BigInt, BigInt) -> ()
        = "WITH again AS (
                UPDATE chat_participants SET left_at = NULL, joined_at = hims_laravel(hims_time($3))
                WHERE room_id = $1 AND user_id = $2 AND left_at IS NOT NULL AND NOT EXISTS (
                    SELECT FROM chat_participants p WHERE p.room_id = $1 AND p.user_id = $2 AND p.left_at IS NULL)
            )
            INSERT INTO chat_participants (room_id, user_id, joined_at, created_at, updated_at,
                read_position, delivered_position, changed_position)
            SELECT r.id, u.id, hims_laravel(hims_time($3)), hims_laravel(hims_time($3)), hims_laravel(hims_time($3)),
                0, 0, r.last_position
            FROM chat_rooms r JOIN users u ON u.id = $2 WHERE r.id = $1
                AND NOT EXISTS (SELECT FROM chat_participants p WHERE p.room_id = $1 AND p.user_id = $2)";

    /// All doctors but `$2` have left room `$1`. Who is no doctor now is in nobody's list there, which
    /// says nothing about them.
    Part(BigInt, Array<BigInt>) -> ()
        = concat!("UPDATE chat_participants p SET left_at = hims_laravel(now()) FROM users u
            WHERE p.room_id = $1 AND p.left_at IS NULL AND p.user_id <> ALL ($2) AND u.id = p.user_id AND ",
            is_doctor!("u"));

    /// `$2` came into room `$1` or went, as `$4` says, at `$5`; `$3` did it.
    Note(BigInt, BigInt, Nullable<BigInt>, Text, BigInt) -> ()
        = "INSERT INTO hims_participant_changes (room_id, user_id, by_id, change, at)
            SELECT $1, $2, $3, $4, hims_time($5) WHERE NOT EXISTS (SELECT FROM hims_participant_changes c
                WHERE c.room_id = $1 AND c.user_id = $2 AND c.change = $4 AND c.at = hims_time($5))";

    /// Steps of marks in room `$1`: doctors, kinds, places, times.
    KeepSteps(BigInt, Array<BigInt>, Array<Text>, Array<BigInt>, Array<BigInt>) -> ()
        = "INSERT INTO chat_receipts (room_id, user_id, kind, position, at)
            SELECT $1, s.doctor, s.kind, s.place, hims_time(s.at)
            FROM unnest($2, $3, $4, $5) AS s (doctor, kind, place, at) ON CONFLICT DO NOTHING";

    /// `$2` has read up to place `$3` of room `$1`. What others were told is not told again. The time of reading changes
    /// with what others wrote only: to that of the newest step, or to just before the first message that is unread again.
    SetMarks(BigInt, BigInt, BigInt) -> ()
        = "UPDATE chat_participants p SET read_position = $3,
                told_position = CASE WHEN furthest.read > $3 THEN furthest.read END,
                delivered_position = greatest(furthest.delivered, furthest.read, $3),
                last_read_at = CASE
                    WHEN NOT EXISTS (SELECT FROM chat_messages m WHERE m.room_id = $1 AND m.user_id IS DISTINCT FROM $2
                        AND m.position > least(coalesce(p.read_position, 0), $3)
                        AND m.position <= greatest(coalesce(p.read_position, 0), $3)) THEN p.last_read_at
                    WHEN coalesce(p.read_position, 0) < $3 THEN hims_laravel(coalesce((SELECT max(c.at) FROM chat_receipts c
                        WHERE c.room_id = $1 AND c.user_id = $2 AND c.kind = 'read'
                            AND c.position > coalesce(p.read_position, 0)), now()))
                    ELSE hims_laravel((SELECT m.sent_at FROM chat_messages m WHERE m.room_id = $1
                        AND m.user_id IS DISTINCT FROM $2 AND m.position > $3 ORDER BY m.position LIMIT 1)
                        - interval '1 second') END
            FROM (SELECT coalesce(max(position) FILTER (WHERE kind = 'read'), 0) AS read,
                    coalesce(max(position) FILTER (WHERE kind = 'delivered'), 0) AS delivered
                FROM chat_receipts WHERE room_id = $1 AND user_id = $2) furthest
            WHERE p.room_id = $1 AND p.user_id = $2";
}

pub(super) async fn keep(
    transaction: &mut Connection,
    room: i64,
    there: &RoomRecord,
    steps: &[ReceiptStep],
) -> Result<()> {
    let now = Timestamp::now();
    let mut here = Vec::new();
    for (participant, _) in &there.participants {
        if let Some(doctor) = participant.doctor.id.as_i64() {
            let at = participant.joined_at.unwrap_or(now).as_microsecond();
            transaction.run(Join::with((room, doctor, at))).await?;
            here.push(doctor);
        }
    }
    transaction.run(Part::with((room, here.as_slice()))).await?;
    for change in &there.changes {
        if let Some(doctor) = change.doctor.id.as_i64() {
            let by = change.by.as_ref().and_then(|by| by.id.as_i64());
            let (what, at) = (change.change.as_str(), change.at.as_microsecond());
            let note = Note::with((room, doctor, by, what, at));
            transaction.run(note).await?;
        }
    }
    let places = keep_steps(transaction, room, there, steps).await?;
    for (participant, through) in &there.participants {
        if let Some(doctor) = participant.doctor.id.as_i64() {
            let read = through.as_ref().and_then(|name| places.get(name.as_str()));
            let read = read.copied().unwrap_or(0);
            transaction
                .run(SetMarks::with((room, doctor, read)))
                .await?;
        }
    }
    Ok(())
}

/// The places of all messages that are named.
async fn keep_steps(
    transaction: &mut Connection,
    room: i64,
    there: &RoomRecord,
    steps: &[ReceiptStep],
) -> Result<HashMap<String, i64>> {
    let through = there.participants.iter();
    let through = through.filter_map(|(_, through)| through.as_ref());
    let names = steps.iter().map(|step| &step.message).chain(through);
    let names: Vec<MessageId> = names.cloned().collect();
    let places = places(transaction, room, &names).await?;
    let places: HashMap<String, i64> = places
        .into_iter()
        .map(|(name, _, place)| (name, place))
        .collect();
    let (mut doctors, mut kinds, mut at_places, mut times) = (vec![], vec![], vec![], vec![]);
    for step in steps {
        if let (Some(doctor), Some(place)) =
            (step.doctor.as_i64(), places.get(step.message.as_str()))
        {
            doctors.push(doctor);
            kinds.push(step.kind.as_str());
            at_places.push(*place);
            times.push(step.at.as_microsecond());
        }
    }
    let keep = KeepSteps::with((room, doctors, kinds, at_places, times));
    transaction.run(keep).await?;
    Ok(places)
}
