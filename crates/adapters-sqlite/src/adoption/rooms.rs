use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool, Nullable},
};
use jiff::Timestamp;
use ports::adoption::{Kept, Room, RoomKind};

use super::ids;
use crate::{columns::Text, error::Fault, sql::now, statement::statement};

statement!(PatientOf { mrn: String } -> BigInt =
    "SELECT id FROM patients WHERE mrn = ?1 AND (deleted_at IS NULL \
         OR EXISTS (SELECT 1 FROM hims_merged_records g WHERE g.patient_id = patients.id)) ORDER BY id LIMIT 1");

statement!(HasDirect { direct_key: String } -> Bool =
    "SELECT EXISTS (SELECT 1 FROM chat_rooms WHERE direct_key = ?1)");

statement!(
    New { name: Option<String>, kind: &'static str, patient: Option<i64>, created_by: Option<i64>,
          direct_key: Option<String>, at: Option<i64>, deleted_at: Option<i64> } -> BigInt =
    "INSERT INTO chat_rooms (name, type, patient_id, created_by, direct_key, active_at, created_at, updated_at, deleted_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, hims_laravel(?6), hims_laravel(?6), \
         hims_laravel(?7)) \
     RETURNING id"
);

statement!(
    /// A patient who has a room keeps it.
    KeepPatientRoom { patient: i64, room: i64 } =
    "INSERT INTO hims_patient_rooms (patient_id, room_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
);

statement!(
    /// Its name, and what its title was when it was brought last, if it lives here.
    Named { source: String, key: String } -> (BigInt, Nullable<Text>, Nullable<Text>) =
    "SELECT r.id, r.name, i.said FROM hims_adopted_ids i JOIN chat_rooms r ON r.id = i.id \
     WHERE i.source = ?1 AND i.part = 'rooms' AND i.key = ?2 AND r.moved_at IS NULL"
);

statement!(
    Rename {
        room: i64,
        name: Option<String>,
        at: i64
    } = "UPDATE chat_rooms SET name = ?2, updated_at = hims_laravel(?3) WHERE id = ?1"
);

pub(super) fn keep(
    connection: &mut SqliteConnection,
    source: &str,
    room: Room,
    kept: &mut Kept,
) -> Result<(), Fault> {
    if ids::find(connection, source, "rooms", &room.key)?.is_some() {
        kept.renamed += usize::from(rename(connection, source, room)?);
        return Ok(());
    }
    let said = room.title.clone().unwrap_or_default();
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
    ids::say(connection, source, ("rooms", &room.key), id, Some(&said))?;
    kept.rooms += 1;
    Ok(())
}

/// Gives a room the title that it has at its source since, unless it was given another here; whether it has another.
fn rename(connection: &mut SqliteConnection, source: &str, room: Room) -> Result<bool, Fault> {
    let named = Named {
        source: source.to_owned(),
        key: room.key.clone(),
    };
    let found: Option<(i64, Option<String>, Option<String>)> = named.row(connection)?;
    let Some((id, name, before)) = found else {
        return Ok(false);
    };
    let title = room.title.as_deref().unwrap_or_default();
    let is_renamed = room.is_renamed(name.as_deref(), before.as_deref());
    if is_renamed {
        let (name, at) = (room.title.clone(), now());
        Rename { room: id, name, at }.run(connection)?;
    }
    // Of a room that was brought before titles were kept this is the first that is known.
    if is_renamed || before.is_none() {
        ids::say(connection, source, ("rooms", &room.key), id, Some(title))?;
    }
    Ok(is_renamed)
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
