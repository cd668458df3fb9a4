use diesel::{
    SqliteConnection,
    sql_types::{BigInt, Bool},
};
use domain::{Doctor, Event, Participation, PatientRef};
use ports::{Error, Opened, PatientRefKey};

use super::{changes, participants, read};
use crate::{
    error::Fault,
    patient_refs,
    sql::{is_participant, now},
    statement::statement,
    writer::Work,
};

statement!(RoomOfPatient { patient: i64 } -> BigInt =
    "SELECT r.id FROM hims_patient_rooms pr JOIN chat_rooms r ON r.id = pr.room_id \
     WHERE pr.patient_id = ?1 AND r.deleted_at IS NULL");

statement!(OldestRoomOfPatient { patient: i64 } -> BigInt =
    "SELECT id FROM chat_rooms WHERE patient_id = ?1 AND deleted_at IS NULL ORDER BY id LIMIT 1");

statement!(
    /// A room of the patient out of which somebody took the doctor, and which still has participants.
    RemovedFrom { patient: i64, doctor: i64 } -> BigInt = concat!(
    "SELECT r.id FROM hims_patient_rooms pr JOIN chat_rooms r ON r.id = pr.room_id \
     WHERE pr.patient_id = ?1 AND r.deleted_at IS NULL \
         AND (SELECT c.change FROM hims_participant_changes c WHERE c.room_id = r.id AND c.user_id = ?2 \
              ORDER BY c.id DESC LIMIT 1) = 'removed' \
         AND NOT EXISTS (SELECT 1 FROM chat_participants p \
              WHERE p.room_id = r.id AND p.user_id = ?2 AND p.left_at IS NULL) \
         AND EXISTS (SELECT 1 FROM chat_participants p JOIN users u ON u.id = p.user_id \
              WHERE p.room_id = r.id AND ", is_participant!(), ")",
));

statement!(IsMoved { room: i64 } -> Bool = "SELECT moved_at IS NOT NULL FROM chat_rooms WHERE id = ?1");

statement!(
    RememberRoomOfPatient {
        patient: i64,
        room: i64
    } = "INSERT INTO hims_patient_rooms (patient_id, room_id) VALUES (?1, ?2) \
     ON CONFLICT (patient_id) DO UPDATE SET room_id = excluded.room_id"
);

statement!(RoomOfPair { key: String } -> BigInt =
    "SELECT id FROM chat_rooms WHERE direct_key = ?1 AND deleted_at IS NULL");

statement!(
    FreeKey { key: String } =
        "UPDATE chat_rooms SET direct_key = NULL WHERE direct_key = ?1 AND deleted_at IS NOT NULL"
);

statement!(
    /// A private room of the other application in which exactly these two ever took part.
    OlderRoomOfPair { one: i64, other: i64 } -> BigInt =
    "SELECT r.id FROM chat_participants p JOIN chat_rooms r ON r.id = p.room_id \
     WHERE p.user_id = ?1 AND r.type = 'private' AND r.patient_id IS NULL AND r.deleted_at IS NULL \
         AND r.direct_key IS NULL \
         AND (SELECT count(*) FROM chat_participants o WHERE o.room_id = r.id) = 2 \
         AND EXISTS (SELECT 1 FROM chat_participants o WHERE o.room_id = r.id AND o.user_id = ?2) \
     ORDER BY r.id LIMIT 1"
);

statement!(
    KeepKey {
        room: i64,
        key: String
    } = "UPDATE chat_rooms SET direct_key = ?2 WHERE id = ?1"
);

statement!(
    Make { title: Option<String>, kind: &'static str, patient: Option<i64>, opener: i64,
           key: Option<String>, at: i64 } -> BigInt =
    "INSERT INTO chat_rooms (name, type, patient_id, created_by, direct_key, active_at, created_at, updated_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, hims_laravel(?6), hims_laravel(?6)) \
     RETURNING id"
);

/// See [`ports::Rooms::has_patient_room`].
pub(super) fn has_patient(connection: &mut SqliteConnection, patient: i64) -> Result<bool, Fault> {
    let oldest: Option<i64> = OldestRoomOfPatient { patient }.row(connection)?;
    Ok(oldest.is_some())
}

/// See [`ports::Rooms::is_removed_from_patient`].
pub(super) fn is_removed(
    connection: &mut SqliteConnection,
    patient: i64,
    doctor: i64,
) -> Result<bool, Fault> {
    let room: Option<i64> = RemovedFrom { patient, doctor }.row(connection)?;
    Ok(room.is_some())
}

/// See [`ports::Rooms::has_direct_room`].
pub(super) fn has_direct(
    connection: &mut SqliteConnection,
    one: i64,
    other: i64,
) -> Result<bool, Fault> {
    let key = pair(one, other);
    let ours: Option<i64> = RoomOfPair { key }.row(connection)?;
    if ours.is_some() {
        return Ok(true);
    }
    let older: Option<i64> = OlderRoomOfPair { one, other }.row(connection)?;
    Ok(older.is_some())
}

fn pair(one: i64, other: i64) -> String {
    format!("{}:{}", one.min(other), one.max(other))
}

/// See [`ports::Rooms::open_patient`].
pub(super) fn patient(
    work: &mut Work<'_>,
    key: &PatientRefKey,
    opener: i64,
    doctor: &Doctor,
    patient: &PatientRef,
) -> Result<Opened, Fault> {
    let patient = patient_refs::patient(work.connection, key, patient)?
        .ok_or_else(|| Error::not_found("patient"))?;
    if let Some(room) = room_of_patient(work, patient)? {
        is_here(work, room)?;
        if participants::join(work, room, opener)? {
            changes::note(work.connection, room, opener, opener, Participation::Joined)?;
            participants::welcome(work, key, room, doctor)?;
        }
        return there(work, key, room, opener);
    }
    let make = Make {
        title: None,
        kind: "patient",
        patient: Some(patient),
        opener,
        key: None,
        at: now(),
    };
    let room = made(work, make)?;
    RememberRoomOfPatient { patient, room }.run(work.connection)?;
    changes::note(work.connection, room, opener, opener, Participation::Joined)?;
    fill(work, key, room, opener, &[])
}

/// The room of a patient; the oldest of the other application's becomes it.
fn room_of_patient(work: &mut Work<'_>, patient: i64) -> Result<Option<i64>, Fault> {
    if let Some(room) = (RoomOfPatient { patient }).row(work.connection)? {
        return Ok(Some(room));
    }
    let oldest: Option<i64> = OldestRoomOfPatient { patient }.row(work.connection)?;
    if let Some(room) = oldest {
        RememberRoomOfPatient { patient, room }.run(work.connection)?;
    }
    Ok(oldest)
}

/// # Errors
/// `Moved`.
fn is_here(work: &mut Work<'_>, room: i64) -> Result<(), Fault> {
    match (IsMoved { room }).row(work.connection)? {
        Some(true) => Err(Error::moved().into()),
        _ => Ok(()),
    }
}

/// See [`ports::Rooms::open`].
pub(super) fn direct(
    work: &mut Work<'_>,
    key: &PatientRefKey,
    opener: i64,
    other: i64,
) -> Result<Opened, Fault> {
    let pair = pair(opener, other);
    if let Some(room) = room_of_pair(work, &pair, opener, other)? {
        is_here(work, room)?;
        participants::join(work, room, opener)?;
        participants::join(work, room, other)?;
        return there(work, key, room, opener);
    }
    let make = Make {
        title: None,
        kind: "private",
        patient: None,
        opener,
        key: Some(pair),
        at: now(),
    };
    let room = made(work, make)?;
    fill(work, key, room, opener, &[other])
}

/// The room of a pair; one that the other application made becomes it.
fn room_of_pair(
    work: &mut Work<'_>,
    pair: &str,
    one: i64,
    other: i64,
) -> Result<Option<i64>, Fault> {
    let key = || pair.to_owned();
    if let Some(room) = (RoomOfPair { key: key() }).row(work.connection)? {
        return Ok(Some(room));
    }
    FreeKey { key: key() }.run(work.connection)?;
    let older: Option<i64> = OlderRoomOfPair { one, other }.row(work.connection)?;
    if let Some(room) = older {
        KeepKey { room, key: key() }.run(work.connection)?;
    }
    Ok(older)
}

/// See [`ports::Rooms::open`].
pub(super) fn group(
    work: &mut Work<'_>,
    key: &PatientRefKey,
    opener: i64,
    others: &[i64],
    title: Option<String>,
) -> Result<Opened, Fault> {
    let make = Make {
        title,
        kind: "group",
        patient: None,
        opener,
        key: None,
        at: now(),
    };
    let room = made(work, make)?;
    fill(work, key, room, opener, others)
}

fn made(work: &mut Work<'_>, make: Make) -> Result<i64, Fault> {
    let room = make.row(work.connection)?;
    room.ok_or_else(|| Error::internal("a new room has no id").into())
}

/// Puts the first participants into a new room, and tells each of the room.
fn fill(
    work: &mut Work<'_>,
    key: &PatientRefKey,
    room: i64,
    opener: i64,
    others: &[i64],
) -> Result<Opened, Fault> {
    participants::join(work, room, opener)?;
    for other in others {
        participants::join(work, room, *other)?;
    }
    let opened = Opened {
        created: true,
        ..there(work, key, room, opener)?
    };
    work.tell(room, Event::Room(opened.room.clone()))?;
    Ok(opened)
}

/// The room as its opener sees it.
fn there(
    work: &mut Work<'_>,
    key: &PatientRefKey,
    room: i64,
    opener: i64,
) -> Result<Opened, Fault> {
    Ok(Opened {
        room: read::room(work.connection, key, room, opener)?,
        created: false,
    })
}
