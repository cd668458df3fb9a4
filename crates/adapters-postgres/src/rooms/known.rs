use diesel::sql_types::{BigInt, Text};
use domain::PatientRef;
use ports::Result;

use super::open::known_patient;
use crate::{
    sql::is_doctor,
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// A room of patient `$1`, here or moved.
    SomeRoomOfPatient(BigInt) -> BigInt
        = "SELECT id FROM chat_rooms WHERE patient_id = $1 AND deleted_at IS NULL LIMIT 1";

    /// A room of patient `$1` out of which somebody took `$2`, and which still has participants.
    RemovedFrom(BigInt, BigInt) -> BigInt
        = concat!("SELECT r.id FROM hims_patient_rooms h JOIN chat_rooms r ON r.id = h.room_id
            WHERE h.patient_id = $1 AND r.deleted_at IS NULL
                AND (SELECT c.change FROM hims_participant_changes c WHERE c.room_id = r.id AND c.user_id = $2
                    ORDER BY c.id DESC LIMIT 1) = 'removed'
                AND NOT EXISTS (SELECT FROM chat_participants p
                    WHERE p.room_id = r.id AND p.user_id = $2 AND p.left_at IS NULL)
                AND EXISTS (SELECT FROM chat_participants p JOIN users u ON u.id = p.user_id AND ",
                    is_doctor!("u"), " WHERE p.room_id = r.id AND p.left_at IS NULL)");

    /// The direct room of the pair `$2` and `$3` (key `$1`), or what would become it.
    RoomOfPair(Text, BigInt, BigInt) -> BigInt
        = "SELECT r.id FROM chat_rooms r WHERE r.deleted_at IS NULL AND (r.direct_key = $1
            OR r.direct_key IS NULL AND r.type = 'private' AND r.patient_id IS NULL
                AND (SELECT array_agg(DISTINCT p.user_id ORDER BY p.user_id) FROM chat_participants p
                    WHERE p.room_id = r.id) = ARRAY[$2, $3]
                AND EXISTS (SELECT FROM chat_participants p WHERE p.room_id = r.id AND p.user_id = $2))
            LIMIT 1";
}

/// See [`ports::Rooms::has_patient_room`].
pub(super) async fn has_patient(store: &Store, reference: &PatientRef) -> Result<bool> {
    let mut connection = store.pool.get().await?;
    let Some(patient) = known_patient(store, &mut connection, reference).await? else {
        return Ok(false);
    };
    let room: Option<i64> = connection
        .first(SomeRoomOfPatient::with((patient,)))
        .await?;
    Ok(room.is_some())
}

/// See [`ports::Rooms::is_removed_from_patient`].
pub(super) async fn is_removed(store: &Store, doctor: i64, reference: &PatientRef) -> Result<bool> {
    let mut connection = store.pool.get().await?;
    let Some(patient) = known_patient(store, &mut connection, reference).await? else {
        return Ok(false);
    };
    let query = RemovedFrom::with((patient, doctor));
    let room: Option<i64> = connection.first(query).await?;
    Ok(room.is_some())
}

/// See [`ports::Rooms::has_direct_room`].
pub(super) async fn has_direct(store: &Store, one: i64, other: i64) -> Result<bool> {
    let (low, high) = (one.min(other), one.max(other));
    let key = format!("{low}:{high}");
    let mut connection = store.pool.get().await?;
    let query = RoomOfPair::with((key.as_str(), low, high));
    let room: Option<i64> = connection.first(query).await?;
    Ok(room.is_some())
}
