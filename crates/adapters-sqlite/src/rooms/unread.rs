use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Text},
};
use domain::{PatientRef, Room};
use ports::Error;

use crate::{error::Fault, sql::is_participant, statement::statement};

statement!(UnreadOfPatients { doctor: i64, references: String } -> (Text, BigInt) = concat!(
    "SELECT t.patient_ref, sum((SELECT count(*) FROM (SELECT 1 FROM chat_messages m \
         WHERE m.room_id = r.id AND m.position > coalesce(p.read_position, 0) \
         AND m.user_id IS NOT ?1 AND m.recalled_at IS NULL AND m.deleted_at IS NULL LIMIT 999))) \
     FROM patients t JOIN chat_rooms r ON r.patient_id = t.id JOIN chat_participants p ON p.room_id = r.id \
     JOIN users u ON u.id = p.user_id \
     WHERE t.patient_ref IN (SELECT value FROM json_each(?2)) AND p.user_id = ?1 AND r.deleted_at IS NULL AND r.moved_at IS NULL AND ",
    is_participant!(), " GROUP BY t.patient_ref"
));

statement!(UnreadRooms { doctor: i64 } -> BigInt = concat!(
    "SELECT count(*) FROM (SELECT 1 FROM chat_participants p JOIN users u ON u.id = p.user_id \
         JOIN chat_rooms r ON r.id = p.room_id \
     WHERE p.user_id = ?1 AND r.deleted_at IS NULL AND r.moved_at IS NULL AND ", is_participant!(),
    " AND EXISTS (SELECT 1 FROM chat_messages m \
         WHERE m.room_id = r.id AND m.position > coalesce(p.read_position, 0) \
         AND m.user_id IS NOT ?1 AND m.recalled_at IS NULL AND m.deleted_at IS NULL) LIMIT 999)"
));

const _: () = assert!(Room::MAX_UNREAD == 999, "the query counts up to 999");

/// See [`ports::Rooms::unread_rooms`].
pub(super) fn rooms(connection: &mut SqliteConnection, doctor: i64) -> Result<u32, Fault> {
    let count: Option<i64> = UnreadRooms { doctor }.row(connection)?;
    Ok(count
        .and_then(|count| u32::try_from(count).ok())
        .unwrap_or(0))
}

/// See [`ports::Rooms::unread_of_patients`]. A patient without a stored reference was added by the
/// other application since the last room of a patient was opened here, and has none.
pub(super) fn of_patients(
    connection: &mut SqliteConnection,
    doctor: i64,
    references: String,
) -> Result<Vec<(PatientRef, u32)>, Fault> {
    let rows: Vec<(String, i64)> = UnreadOfPatients { doctor, references }.rows(connection)?;
    let unread = rows.into_iter().map(|(reference, count)| {
        let reference = PatientRef::parse(reference)
            .map_err(|_| Error::internal("a stored patient reference cannot be read"))?;
        let count = u32::try_from(count).unwrap_or(Room::MAX_UNREAD);
        Ok((reference, count.min(Room::MAX_UNREAD)))
    });
    unread.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statement::Planned;

    #[test]
    fn counting_looks_at_the_patients_asked_for() {
        assert_eq!(UnreadOfPatients::scanned(), ["json_each"]);
        assert_eq!(UnreadRooms::scanned(), [""; 0]);
    }
}
