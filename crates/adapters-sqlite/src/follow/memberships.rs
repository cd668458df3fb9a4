//! Changes of membership and of room names that the other application makes.

use diesel::sql_types::{BigInt, Nullable};
use ports::PatientRefKey;

use crate::{error::Fault, rooms::participants, statement::statement, writer::Work};

/// Most notes that are taken at once.
const MOST: i64 = 10_000;

/// More than so many at once are no doctor's work: everybody loads afresh, which costs less than telling each.
const MANY: usize = 100;

statement!(Noted { most: i64 } -> (BigInt, BigInt, Nullable<BigInt>) =
    "SELECT id, room_id, user_id FROM hims_changed_memberships ORDER BY id LIMIT ?1");

statement!(Done { upto: i64 } = "DELETE FROM hims_changed_memberships WHERE id <= ?1");

pub(super) fn follow(work: &mut Work<'_>, key: &PatientRefKey) -> Result<(), Fault> {
    let noted: Vec<(i64, i64, Option<i64>)> = Noted { most: MOST }.rows(work.connection)?;
    let Some((upto, _, _)) = noted.last() else {
        return Ok(());
    };
    Done { upto: *upto }.run(work.connection)?;
    for (_, room, _) in &noted {
        work.forget_audience(*room);
    }
    if noted.len() > MANY {
        work.tell_afresh();
        return Ok(());
    }
    for (_, room, doctor) in noted {
        match doctor {
            Some(doctor) => participants::changed_elsewhere(work, key, room, doctor)?,
            None => participants::tell_room(work, key, room)?,
        }
    }
    Ok(())
}
