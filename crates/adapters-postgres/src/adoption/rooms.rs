use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use jiff::Timestamp;
use ports::{
    Result,
    adoption::{Kept, Room, RoomKind},
};

use super::{find_id, made, say_id};
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

    /// Of what key `$2` of source `$1` became, if it lives here: the room, its name, and what its title was when it was
    /// brought last.
    Named(Text, Text) -> (BigInt, Nullable<Text>, Nullable<Text>)
        = "SELECT r.id, r.name::text, i.said FROM hims_adopted_ids i JOIN chat_rooms r ON r.id = i.id
            WHERE i.source = $1 AND i.part = 'rooms' AND i.key = $2 AND r.moved_at IS NULL FOR UPDATE OF r";

    Rename(BigInt, Nullable<Text>) -> ()
        = "UPDATE chat_rooms SET name = $2, updated_at = hims_laravel(now()), changed_at = clock_timestamp() WHERE id = $1";

    /// A patient who has a room keeps it.
    KeepPatientRoom(BigInt, BigInt) -> ()
        = "INSERT INTO hims_patient_rooms (patient_id, room_id) VALUES ($1, $2) ON CONFLICT DO NOTHING";
}

pub(super) async fn keep(
    transaction: &mut Connection,
    source: &str,
    room: &Room,
    kept: &mut Kept,
) -> Result<()> {
    if find_id(transaction, source, "rooms", &room.key)
        .await?
        .is_some()
    {
        kept.renamed += usize::from(rename(transaction, source, room).await?);
        return Ok(());
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
    let said = room.title.as_deref().unwrap_or_default();
    say_id(transaction, source, ("rooms", &room.key), id, Some(said)).await?;
    kept.rooms += 1;
    Ok(())
}

/// Gives a room the title that it has at its source since, unless it was given another here; whether it has another.
async fn rename(transaction: &mut Connection, source: &str, room: &Room) -> Result<bool> {
    let named = Named::with((source, room.key.as_str()));
    let found: Option<(i64, Option<String>, Option<String>)> = transaction.first(named).await?;
    let Some((id, name, before)) = found else {
        return Ok(false);
    };
    let title = room.title.as_deref();
    let is_renamed = room.is_renamed(name.as_deref(), before.as_deref());
    if is_renamed {
        transaction.run(Rename::with((id, title))).await?;
    }
    // Of a room that was brought before titles were kept this is the first that is known.
    if is_renamed || before.is_none() {
        let said = Some(title.unwrap_or_default());
        say_id(transaction, source, ("rooms", &room.key), id, said).await?;
    }
    Ok(is_renamed)
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
