//! How far doctors read in the other application.

use diesel::sql_types::{BigInt, Nullable};
use ports::PatientRefKey;

use super::SOME;
use crate::{
    error::Fault, receipts::read_elsewhere, rooms::Membership, sql::now, statement::statement,
    writer::Work,
};

statement!(Noted { most: i64 } -> (BigInt, BigInt) =
    "SELECT room_id, user_id FROM hims_changed_reads LIMIT ?1");

statement!(
    Done {
        room: i64,
        doctor: i64
    } = "DELETE FROM hims_changed_reads WHERE room_id = ?1 AND user_id = ?2"
);

statement!(LastRead { room: i64, doctor: i64 } -> Nullable<BigInt> =
    "SELECT max(hims_micros(last_read_at)) FROM chat_participants WHERE room_id = ?1 AND user_id = ?2");

statement!(
    /// The message up to which everything was there at time `?3`, in whole seconds as the other application
    /// counts, and its place; none if that is no further than `?2`.
    ReadTo { room: i64, read: i64, at: i64 } -> (BigInt, BigInt) =
    "SELECT m.id, m.position FROM chat_messages m WHERE m.room_id = ?1 AND m.position > ?2 \
         AND m.position < coalesce((SELECT n.position FROM chat_messages n WHERE n.room_id = ?1 AND n.position > ?2 \
             AND n.sent_at >= ?3 + 1000000 ORDER BY n.position LIMIT 1), 9223372036854775807) \
     ORDER BY m.position DESC LIMIT 1"
);

statement!(
    /// Of a room that is or was in the other chat: what the other application says is no change of ours.
    Follow { room: i64, doctor: i64 } =
    "UPDATE hims_moved_reads SET read_at = (SELECT max(hims_micros(p.last_read_at)) FROM chat_participants p \
         WHERE p.room_id = ?1 AND p.user_id = ?2) WHERE room_id = ?1 AND user_id = ?2"
);

pub(super) fn follow(work: &mut Work<'_>, key: &PatientRefKey) -> Result<(), Fault> {
    let noted: Vec<(i64, i64)> = Noted { most: SOME }.rows(work.connection)?;
    for (room, doctor) in noted {
        Follow { room, doctor }.run(work.connection)?;
        one(work, key, room, doctor)?;
        Done { room, doctor }.run(work.connection)?;
    }
    Ok(())
}

/// A mark follows forward only: who marked something unread here goes on having it unread.
fn one(work: &mut Work<'_>, key: &PatientRefKey, room: i64, doctor: i64) -> Result<(), Fault> {
    let Ok(membership) = Membership::of(work.connection, room, doctor) else {
        return Ok(());
    };
    let last_read: Option<Option<i64>> = LastRead { room, doctor }.row(work.connection)?;
    let Some(at) = last_read.flatten().map(|at| at.min(now())) else {
        return Ok(());
    };
    let read = membership.read;
    let read_to: Option<(i64, i64)> = ReadTo { room, read, at }.row(work.connection)?;
    match read_to {
        Some((message, position)) => read_elsewhere(
            work,
            key,
            (room, doctor),
            &membership,
            (message, position),
            at,
        ),
        None => Ok(()),
    }
}
