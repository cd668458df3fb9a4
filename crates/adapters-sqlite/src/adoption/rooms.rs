use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool},
};
use jiff::Timestamp;
use ports::adoption::{Room, RoomKind};

use super::ids;
use crate::{error::Fault, fixed::fixed};

fixed!(PatientOf { mrn: String } -> BigInt =
    "SELECT id FROM patients WHERE mrn = ?1 AND (deleted_at IS NULL \
         OR EXISTS (SELECT 1 FROM hims_merged_records g WHERE g.patient_id = patients.id)) ORDER BY id LIMIT 1");

fixed!(HasDirect { direct_key: String } -> Bool =
    "SELECT EXISTS (SELECT 1 FROM chat_rooms WHERE direct_key = ?1)");

fixed!(
    New { name: Option<String>, kind: &'static str, patient: Option<i64>, created_by: Option<i64>,
          direct_key: Option<String>, at: Option<i64>, deleted_at: Option<i64> } -> BigInt =
    "INSERT INTO chat_rooms (name, type, patient_id, created_by, direct_key, active_at, created_at, updated_at, deleted_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, hims_laravel(?6), hims_laravel(?6), \
         hims_laravel(?7)) \
     RETURNING id"
);

fixed!(
    /// A patient who has a room keeps it.
    KeepPatientRoom { patient: i64, room: i64 } =
    "INSERT INTO hims_patient_rooms (patient_id, room_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
);

pub(super) fn keep(
    connection: &mut SqliteConnection,
    source: &str,
    room: Room,
) -> Result<bool, Fault> {
    if ids::find(connection, source, "rooms", &room.key)?.is_some() {
        return Ok(false);
    }
    let created_by = ids::find_some(connection, source, "users", room.created_by.as_deref())?;
    let mut new = New {
        name: room.title,
        kind: "group",
        patient: None,
        created_by,
        direct_key: None,
        at: room.created_at.map(Timestamp::as_microsecond),
        deleted_at: room.deleted_at.map(Timestamp::as_microsecond),
    };
    match room.kind {
        RoomKind::Group => {}
        RoomKind::Patient(mrn) => {
            new.patient = PatientOf { mrn }.row(connection)?;
            if new.patient.is_some() {
                new.kind = "patient";
            }
        }
        RoomKind::Direct(one, other) => {
            new.direct_key = direct_key(connection, source, &one, &other)?;
            if new.direct_key.is_some() {
                new.kind = "private";
            } else {
                new.name.get_or_insert_with(|| Room::EARLIER.to_owned());
            }
        }
    }
    let (patient, is_there) = (new.patient, new.deleted_at.is_none());
    let id = ids::made(new.row(connection)?)?;
    if let (Some(patient), true) = (patient, is_there) {
        KeepPatientRoom { patient, room: id }.run(connection)?;
    }
    ids::keep(connection, source, "rooms", &room.key, id)?;
    Ok(true)
}

/// The key of a direct room, unless its two are one here or have one already.
fn direct_key(
    connection: &mut SqliteConnection,
    source: &str,
    one: &str,
    other: &str,
) -> Result<Option<String>, Fault> {
    let one = ids::find(connection, source, "users", one)?;
    let other = ids::find(connection, source, "users", other)?;
    let (Some(one), Some(other)) = (one, other) else {
        return Ok(None);
    };
    let key = format!("{}:{}", one.min(other), one.max(other));
    let direct_key = key.clone();
    let is_taken: Option<bool> = HasDirect { direct_key }.row(connection)?;
    Ok((one != other && is_taken != Some(true)).then_some(key))
}
