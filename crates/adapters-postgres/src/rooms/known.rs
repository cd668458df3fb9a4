use diesel::sql_types::{BigInt, Text};
use domain::PatientRef;
use ports::Result;

use super::open::known_patient;
use crate::{
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// A room of patient `$1`, here or moved.
    SomeRoomOfPatient(BigInt) -> BigInt
        = "SELECT id FROM chat_rooms WHERE patient_id = $1 AND deleted_at IS NULL LIMIT 1";

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

/// See [`ports::Rooms::has_direct_room`].
pub(super) async fn has_direct(store: &Store, one: i64, other: i64) -> Result<bool> {
    let (low, high) = (one.min(other), one.max(other));
    let key = format!("{low}:{high}");
    let mut connection = store.pool.get().await?;
    let query = RoomOfPair::with((key.as_str(), low, high));
    let room: Option<i64> = connection.first(query).await?;
    Ok(room.is_some())
}
