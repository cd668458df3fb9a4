//! Whom the other application takes into rooms or out of them, and what it calls the rooms.

use diesel::sql_types::{BigInt, Nullable};
use ports::PatientRefKey;

use super::SOME;
use crate::{error::Fault, fixed::fixed, rooms::participants, writer::Work};

fixed!(Noted { most: i64 } -> (BigInt, BigInt, Nullable<BigInt>) =
    "SELECT id, room_id, user_id FROM hims_changed_people ORDER BY id LIMIT ?1");

fixed!(Done { upto: i64 } = "DELETE FROM hims_changed_people WHERE id <= ?1");

pub(super) fn follow(work: &mut Work<'_>, key: &PatientRefKey) -> Result<(), Fault> {
    let noted: Vec<(i64, i64, Option<i64>)> = Noted { most: SOME }.rows(work.connection)?;
    for (_, room, doctor) in &noted {
        match doctor {
            Some(doctor) => participants::changed_elsewhere(work, key, *room, *doctor)?,
            None => participants::tell_room(work, key, *room)?,
        }
    }
    if let Some((upto, _, _)) = noted.last() {
        Done { upto: *upto }.run(work.connection)?;
    }
    Ok(())
}
