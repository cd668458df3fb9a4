use diesel::sql_types::{Array, BigInt, Text};
use domain::{PatientRef, Room};
use ports::{Error, Result};

use crate::{
    sql::{is_doctor, once},
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// Counts of what doctor `$1` has unread in the rooms of the patients `$2`.
    UnreadOfPatients(BigInt, Array<Text>) -> (Text, BigInt)
        = concat!("SELECT t.patient_ref, sum(unread.count)::bigint
            FROM patients t
            JOIN chat_rooms r ON r.patient_id = t.id AND r.deleted_at IS NULL AND r.moved_at IS NULL
            JOIN chat_participants p ON p.room_id = r.id AND p.user_id = $1 AND p.left_at IS NULL AND ", once!(), "
            JOIN users d ON d.id = p.user_id AND ", is_doctor!("d"), ",
            LATERAL (SELECT count(*) FROM (SELECT FROM chat_messages m
                WHERE m.room_id = r.id AND m.position > coalesce(p.read_position, 0)
                    AND m.user_id IS DISTINCT FROM $1
                    AND m.recalled_at IS NULL AND m.deleted_at IS NULL LIMIT 999) counted) unread
            WHERE t.patient_ref = ANY ($2) GROUP BY t.patient_ref");

    /// In how many rooms doctor `$1` has something unread.
    UnreadRooms(BigInt) -> BigInt
        = concat!("SELECT count(*) FROM (SELECT FROM chat_participants p
            JOIN chat_rooms r ON r.id = p.room_id AND r.deleted_at IS NULL AND r.moved_at IS NULL
            JOIN users d ON d.id = p.user_id AND ", is_doctor!("d"), "
            WHERE p.user_id = $1 AND p.left_at IS NULL AND ", once!(), "
                AND EXISTS (SELECT FROM chat_messages m
                    WHERE m.room_id = r.id AND m.position > coalesce(p.read_position, 0)
                        AND m.user_id IS DISTINCT FROM $1
                        AND m.recalled_at IS NULL AND m.deleted_at IS NULL)
            LIMIT 999) counted");
}

const _: () = assert!(Room::MAX_UNREAD == 999, "the query counts up to 999");

/// See [`ports::Rooms::unread_rooms`].
pub(super) async fn rooms(store: &Store, doctor: i64) -> Result<u32> {
    let mut connection = store.pool.get().await?;
    let count: Option<i64> = connection.first(UnreadRooms::with((doctor,))).await?;
    Ok(count
        .and_then(|count| u32::try_from(count).ok())
        .unwrap_or(0))
}

/// See [`ports::Rooms::unread_of_patients`]. A patient without a stored reference was added by the
/// other application since the last room of a patient was opened here, and has none.
pub(super) async fn of_patients(
    store: &Store,
    doctor: i64,
    patients: &[PatientRef],
) -> Result<Vec<(PatientRef, u32)>> {
    let references: Vec<&str> = patients.iter().map(PatientRef::as_str).collect();
    let mut connection = store.pool.get().await?;
    let query = UnreadOfPatients::with((doctor, references));
    let rows: Vec<(String, i64)> = connection.all(query).await?;
    let unread = rows.into_iter().map(|(reference, count)| {
        let reference = PatientRef::parse(reference)
            .map_err(|_| Error::internal("a stored patient reference cannot be read"))?;
        let count = u32::try_from(count).unwrap_or(Room::MAX_UNREAD);
        Ok((reference, count.min(Room::MAX_UNREAD)))
    });
    unread.collect()
}
