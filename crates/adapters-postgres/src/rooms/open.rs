use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use domain::{Participation, PatientRef};
use ports::{Error, Opened, Result};

use super::{
    changes,
    list::find,
    participants::{self, Found, StartAt},
};
use crate::{
    messages::change::LockRoom,
    patient_directory,
    pool::Connection,
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// The patient of reference `$1`.
    PatientOf(Text) -> BigInt
        = "SELECT id FROM patients WHERE patient_ref = $1 AND (deleted_at IS NULL
            OR EXISTS (SELECT FROM hims_merged_records g WHERE g.patient_id = patients.id))";

    /// Makes those who open the room of patient `$1` wait for each other.
    LockPatient(BigInt) -> BigInt = "SELECT id FROM patients WHERE id = $1 FOR NO KEY UPDATE";

    /// The room of patient `$1`.
    RoomOfPatient(BigInt) -> BigInt
        = "SELECT r.id FROM hims_patient_rooms h JOIN chat_rooms r ON r.id = h.room_id
            WHERE h.patient_id = $1 AND r.deleted_at IS NULL";

    /// The oldest room of patient `$1`, which another application made.
    OldRoomOfPatient(BigInt) -> BigInt
        = "SELECT id FROM chat_rooms WHERE patient_id = $1 AND deleted_at IS NULL ORDER BY id LIMIT 1";

    /// Whether room `$1` moved.
    IsMoved(BigInt) -> Bool = "SELECT moved_at IS NOT NULL FROM chat_rooms WHERE id = $1";

    /// Makes `$2` the room of patient `$1`.
    SetRoomOfPatient(BigInt, BigInt) -> ()
        = "INSERT INTO hims_patient_rooms (patient_id, room_id) VALUES ($1, $2)
            ON CONFLICT (patient_id) DO UPDATE SET room_id = excluded.room_id";

    /// A new room of type `$1`: its name, patient, direct key, and who made it.
    NewChatRoom(Text, Nullable<Text>, Nullable<BigInt>, Nullable<Text>, BigInt) -> BigInt
        = "INSERT INTO chat_rooms (type, name, patient_id, direct_key, created_by, created_at, updated_at,
                active_at, changed_at)
            VALUES ($1, $2, $3, $4, $5, hims_laravel(now()), hims_laravel(now()), clock_timestamp(), now())
            RETURNING id";

    /// Makes those who open the direct room `$1` wait for each other, also before there is one.
    LockDirect(Text) -> ()
        = "SELECT pg_advisory_xact_lock(hashtextextended('hims direct ' || $1, 0))";

    /// Takes the direct key `$1` from a room that another application has removed.
    ReleaseDirect(Text) -> ()
        = "UPDATE chat_rooms SET direct_key = NULL WHERE direct_key = $1 AND deleted_at IS NOT NULL";

    /// The direct room of the pair `$2` and `$3` (key `$1`): ours, or the oldest private room of
    /// exactly these two that another application made, which becomes ours.
    DirectRoom(Text, BigInt, BigInt) -> BigInt
        = "UPDATE chat_rooms SET direct_key = $1 WHERE id = (
            SELECT r.id FROM chat_rooms r WHERE r.deleted_at IS NULL AND (r.direct_key = $1
                OR r.direct_key IS NULL AND r.type = 'private' AND r.patient_id IS NULL
                    AND (SELECT array_agg(DISTINCT p.user_id ORDER BY p.user_id) FROM chat_participants p
                        WHERE p.room_id = r.id) = ARRAY[$2, $3]
                    AND EXISTS (SELECT FROM chat_participants p WHERE p.room_id = r.id AND p.user_id = $2))
            ORDER BY r.direct_key IS NULL, r.id LIMIT 1) RETURNING id";
}

/// Opens the room of a patient.
pub(super) async fn patient(store: &Store, doctor: i64, reference: &PatientRef) -> Result<Opened> {
    let mut connection = store.pool.get().await?;
    let patient = known_patient(store, &mut connection, reference).await?;
    let patient = patient.ok_or_else(|| Error::not_found("patient"))?;
    // Most who open it are in it already, and lock nothing.
    let room: Option<i64> = connection.first(RoomOfPatient::with((patient,))).await?;
    if let Some(room) = room
        && let Some(room) = find(&mut connection, doctor, room, &store.key).await?
    {
        return Ok(Opened {
            room,
            created: false,
        });
    }
    drop(connection);
    let mut transaction = store.pool.begin().await?;
    let opened = patient_in_transaction(store, &mut transaction, doctor, patient).await;
    let (opened, moved) = transaction.end(opened).await?;
    if let Some((room, position)) = moved {
        store.announcer.moved(room, position);
    }
    Ok(opened)
}

/// A room that moved, and where to.
type Moved = Option<(i64, i64)>;

/// The patient of a reference.
pub(crate) async fn known_patient(
    store: &Store,
    connection: &mut Connection,
    reference: &PatientRef,
) -> Result<Option<i64>> {
    let known: Option<i64> = connection
        .first(PatientOf::with((reference.as_str(),)))
        .await?;
    if known.is_some() {
        return Ok(known);
    }
    // Another application may have added the patient since references were filled in.
    patient_directory::fill_references(connection, &store.key).await?;
    connection
        .first(PatientOf::with((reference.as_str(),)))
        .await
}

async fn patient_in_transaction(
    store: &Store,
    transaction: &mut Connection,
    doctor: i64,
    patient: i64,
) -> Result<(Opened, Moved)> {
    let _: Option<i64> = transaction.first(LockPatient::with((patient,))).await?;
    let mut known: Option<i64> = transaction.first(RoomOfPatient::with((patient,))).await?;
    if known.is_none() {
        known = transaction
            .first(OldRoomOfPatient::with((patient,)))
            .await?;
        if let Some(room) = known {
            transaction
                .run(SetRoomOfPatient::with((patient, room)))
                .await?;
        }
    }
    let (room, created) = match known {
        Some(room) => (room, false),
        None => {
            let new = ("patient", None::<&str>, Some(patient), None::<&str>, doctor);
            let room = create(transaction, new, &[doctor]).await?;
            transaction
                .run(SetRoomOfPatient::with((patient, room)))
                .await?;
            (room, true)
        }
    };
    let moved = if created {
        None
    } else {
        let _: Option<i64> = transaction.first(LockRoom::with((room,))).await?;
        is_here(transaction, room).await?;
        participants::join(transaction, room, doctor).await?
    };
    if created || moved.is_some() {
        changes::note(transaction, room, doctor, doctor, Participation::Joined).await?;
    }
    let opened = opened(store, transaction, doctor, room, created).await?;
    Ok((opened, moved.map(|position| (room, position))))
}

/// # Errors
/// `Moved`.
async fn is_here(transaction: &mut Connection, room: i64) -> Result<()> {
    match transaction.first(IsMoved::with((room,))).await? {
        Some(true) => Err(Error::moved()),
        _ => Ok(()),
    }
}

/// Opens the room of a pair.
pub(super) async fn direct(store: &Store, opener: i64, other: i64) -> Result<Opened> {
    let (low, high) = (opener.min(other), opener.max(other));
    let key = format!("{low}:{high}");
    let mut transaction = store.pool.begin().await?;
    let done = async {
        transaction.run(LockDirect::with((key.as_str(),))).await?;
        transaction
            .run(ReleaseDirect::with((key.as_str(),)))
            .await?;
        let query = DirectRoom::with((key.as_str(), low, high));
        let known: Option<i64> = transaction.first(query).await?;
        let Some(room) = known else {
            let new = (
                "private",
                None::<&str>,
                None::<i64>,
                Some(key.as_str()),
                opener,
            );
            let room = create(&mut transaction, new, &[opener, other]).await?;
            let opened = opened(store, &mut transaction, opener, room, true).await?;
            return Ok((opened, Some((room, 1))));
        };
        let _: Option<i64> = transaction.first(LockRoom::with((room,))).await?;
        is_here(&mut transaction, room).await?;
        let mut moved = None;
        for doctor in [opener, other] {
            let joined = participants::join(&mut transaction, room, doctor).await?;
            moved = joined.map(|position| (room, position)).or(moved);
        }
        let opened = opened(store, &mut transaction, opener, room, false).await?;
        Ok((opened, moved))
    };
    let done = done.await;
    let (opened, moved): (Opened, Moved) = transaction.end(done).await?;
    if let Some((room, position)) = moved {
        store.announcer.moved(room, position);
    }
    Ok(opened)
}

/// Opens a new group.
pub(super) async fn group(
    store: &Store,
    opener: i64,
    others: &[i64],
    title: Option<&str>,
) -> Result<Opened> {
    let founders: Vec<i64> = [opener].iter().chain(others).copied().collect();
    let mut transaction = store.pool.begin().await?;
    let done = async {
        let new = ("group", title, None::<i64>, None::<&str>, opener);
        let room = create(&mut transaction, new, &founders).await?;
        let opened = opened(store, &mut transaction, opener, room, true).await?;
        Ok((opened, room))
    };
    let done = done.await;
    let (opened, room) = transaction.end(done).await?;
    if let Ok(position @ 1..) = i64::try_from(others.len()) {
        store.announcer.moved(room, position);
    }
    Ok(opened)
}

type New<'a> = (&'a str, Option<&'a str>, Option<i64>, Option<&'a str>, i64);

/// Makes a room. Its opener needs not be told of it; that each other takes part is a change.
async fn create(transaction: &mut Connection, new: New<'_>, founders: &[i64]) -> Result<i64> {
    let room: Option<i64> = transaction.first(NewChatRoom::with(new)).await?;
    let room = room.ok_or_else(|| Error::internal("a room was not made"))?;
    transaction.run(Found::with((room, founders))).await?;
    let position = i64::try_from(founders.len()).unwrap_or(1) - 1;
    transaction.run(StartAt::with((room, position))).await?;
    Ok(room)
}

async fn opened(
    store: &Store,
    transaction: &mut Connection,
    opener: i64,
    room: i64,
    created: bool,
) -> Result<Opened> {
    let room = find(transaction, opener, room, &store.key).await?;
    let room = room.ok_or_else(|| Error::not_found("room"))?;
    Ok(Opened { room, created })
}
