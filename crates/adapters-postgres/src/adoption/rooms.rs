use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use jiff::Timestamp;
use ports::{
    Result,
    adoption::{Room, RoomKind},
};

use super::{find_id, keep_id, made};
use crate::{
    pool::Connection,
    statement::{Statement, statement},
};

statement! {
    PatientOf(Text) -> BigInt
        = "SELECT id FROM patients WHERE mrn = $1 AND (deleted_at IS NULL
            OR EXISTS (SELECT FROM hims_merged_records g WHERE g.patient_id = patients.id)) ORDER BY id LIMIT 1";

    HasDirect(Text) -> Bool = "SELECT EXISTS (SELECT FROM chat_rooms WHERE direct_key = $1)";

    /// A room: its name, type, patient, who made it, direct key, when it was made and deleted.
    NewRoom(Nullable<Text>, Text, Nullable<BigInt>, Nullable<BigInt>, Nullable<Text>, Nullable<BigInt>, Nullable<BigInt>)
        -> BigInt
        = "INSERT INTO chat_rooms (name, type, patient_id, created_by, direct_key, active_at, created_at, updated_at,
                deleted_at)
            VALUES ($1, $2, $3, $4, $5, hims_time($6), hims_laravel(hims_time($6)), hims_laravel(hims_time($6)),
                hims_laravel(hims_time($7)))
            RETURNING id";

    /// A patient who has a room keeps it.
    KeepPatientRoom(BigInt, BigInt) -> ()
        = "INSERT INTO hims_patient_rooms (patient_id, room_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
}

pub(super) async fn keep(transaction: &mut Connection, source: &str, room: &Room) -> Result<bool> {
    if find_id(transaction, source, "rooms", &room.key)
        .await?
        .is_some()
    {
        return Ok(false);
    }
    let created_by = match &room.created_by {
        Some(user) => find_id(transaction, source, "users", user).await?,
        None => None,
    };
    let (mut kind, mut name) = ("group", room.title.as_deref());
    let (mut patient, mut direct_key): (Option<i64>, Option<String>) = (None, None);
    match &room.kind {
        RoomKind::Group => {}
        RoomKind::Patient(mrn) => {
            patient = transaction.first(PatientOf::with((mrn.as_str(),))).await?;
            if patient.is_some() {
                kind = "patient";
            }
        }
        RoomKind::Direct(one, other) => {
            direct_key = free_key(transaction, source, one, other).await?;
            if direct_key.is_some() {
                kind = "private";
            } else {
                name = name.or(Some(Room::EARLIER));
            }
        }
    }
    let micros = |at: Option<Timestamp>| at.map(Timestamp::as_microsecond);
    let (created_at, deleted_at) = (micros(room.created_at), micros(room.deleted_at));
    let new = NewRoom::with((
        name, kind, patient, created_by, direct_key, created_at, deleted_at,
    ));
    let id = made(transaction.first(new).await?)?;
    if let (Some(patient), None) = (patient, deleted_at) {
        transaction
            .run(KeepPatientRoom::with((patient, id)))
            .await?;
    }
    keep_id(transaction, source, "rooms", &room.key, id).await?;
    Ok(true)
}

/// The key of a direct room, unless its two are one here or have one already.
async fn free_key(
    transaction: &mut Connection,
    source: &str,
    one: &str,
    other: &str,
) -> Result<Option<String>> {
    let one = find_id(transaction, source, "users", one).await?;
    let other = find_id(transaction, source, "users", other).await?;
    let (Some(one), Some(other)) = (one, other) else {
        return Ok(None);
    };
    let key = format!("{}:{}", one.min(other), one.max(other));
    let is_taken = transaction.first(HasDirect::with((key.as_str(),))).await?;
    Ok((one != other && is_taken != Some(true)).then_some(key))
}
