use std::sync::Arc;

use diesel::sql_types::{BigInt, Bool, Nullable};
use domain::{
    Denied, Doctor, Event, Participation, Profile, Reason, Room, RoomId, StaffId, one_line,
};
use legacy::staff_key;
use ports::{Error, PatientRefKey};

use super::{Membership, bump, changes, read};
use crate::{
    columns::Text,
    error::Fault,
    sql::{is_doctor, is_participant, now},
    statement::statement,
    writer::Work,
};

statement!(IsThere { room: i64, doctor: i64 } -> Bool =
    "SELECT max(left_at IS NULL) FROM chat_participants WHERE room_id = ?1 AND user_id = ?2 GROUP BY user_id");

statement!(CountOf { room: i64 } -> BigInt = concat!(
    "SELECT count(*) FROM chat_participants p JOIN users u ON u.id = p.user_id WHERE p.room_id = ?1 AND ",
    is_participant!(),
));

statement!(
    Join {
        room: i64,
        doctor: i64,
        position: i64,
        at: i64
    } = "INSERT INTO chat_participants (room_id, user_id, joined_at, created_at, updated_at, \
         read_position, delivered_position, changed_position) \
     VALUES (?1, ?2, hims_laravel(?4), hims_laravel(?4), \
         hims_laravel(?4), ?3, ?3, ?3)"
);

statement!(
    Rejoin {
        room: i64,
        doctor: i64,
        position: i64,
        at: i64
    } = "UPDATE chat_participants SET left_at = NULL, joined_at = hims_laravel(?4), \
         updated_at = hims_laravel(?4), \
         read_position = ?3, delivered_position = ?3, changed_position = ?3 \
     WHERE room_id = ?1 AND user_id = ?2"
);

statement!(
    Leave {
        room: i64,
        doctor: i64,
        position: i64,
        at: i64
    } = "UPDATE chat_participants SET left_at = hims_laravel(?4), \
         updated_at = hims_laravel(?4), changed_position = ?3 \
     WHERE room_id = ?1 AND user_id = ?2"
);

statement!(
    /// Whether `?2` is a doctor; of a room that was moved to the other chat nothing is news.
    IsNews { room: i64, doctor: i64 } -> Bool = concat!(
    "SELECT coalesce(", is_doctor!(), ", 0) AND NOT EXISTS (SELECT 1 FROM chat_rooms r \
         WHERE r.id = ?1 AND r.moved_at IS NOT NULL) FROM users u WHERE u.id = ?2"));

statement!(ProfileOf { doctor: i64 } -> (Text, Nullable<Text>, Nullable<Text>) =
    "SELECT name, specialty, grade FROM users WHERE id = ?1");

/// Makes a doctor a participant; whether they were none before. A newcomer sees the whole history
/// and has nothing unread.
///
/// # Errors
/// `Conflict` when the room is full.
pub(super) fn join(work: &mut Work<'_>, room: i64, doctor: i64) -> Result<bool, Fault> {
    let is_there: Option<bool> = IsThere { room, doctor }.row(work.connection)?;
    if is_there == Some(true) {
        return Ok(false);
    }
    let count: Option<i64> = CountOf { room }.row(work.connection)?;
    if count.unwrap_or(0) >= i64::try_from(Room::MAX_PARTICIPANTS).unwrap_or(i64::MAX) {
        return Err(Error::conflict("the room is full: it holds at most 100 participants").into());
    }
    let (position, at) = (bump(work.connection, room)?, now());
    if is_there.is_some() {
        let rejoin = Rejoin {
            room,
            doctor,
            position,
            at,
        };
        rejoin.run(work.connection)?;
    } else {
        let join = Join {
            room,
            doctor,
            position,
            at,
        };
        join.run(work.connection)?;
    }
    work.forget_audience(room);
    Ok(true)
}

/// Tells the participants of a newcomer, and the newcomer of the room.
pub(super) fn welcome(
    work: &mut Work<'_>,
    key: &PatientRefKey,
    room: i64,
    newcomer: &Doctor,
) -> Result<(), Fault> {
    tell_added(work, key, room, staff_key(newcomer)?, newcomer.profile())
}

fn tell_added(
    work: &mut Work<'_>,
    key: &PatientRefKey,
    room: i64,
    newcomer: i64,
    profile: Profile,
) -> Result<(), Fault> {
    let as_seen = read::room(work.connection, key, room, newcomer)?;
    work.tell_to([profile.id.clone()].into(), Event::Room(as_seen));
    let added = Event::ParticipantAdded {
        room: RoomId::from(room),
        doctor: profile,
    };
    Ok(work.tell(room, added)?)
}

fn tell_removed(
    work: &mut Work<'_>,
    audience: Arc<[StaffId]>,
    room: i64,
    removed: i64,
    profile: Profile,
) {
    let event = Event::ParticipantRemoved {
        room: RoomId::from(room),
        doctor: profile,
    };
    work.tell_to(audience, event);
    work.tell_left(room, removed);
}

/// The other application took a doctor into a room or out of it: tells what the table says now.
pub(crate) fn changed_elsewhere(
    work: &mut Work<'_>,
    key: &PatientRefKey,
    room: i64,
    doctor: i64,
) -> Result<(), Fault> {
    let is_news: Option<bool> = IsNews { room, doctor }.row(work.connection)?;
    if is_news != Some(true) {
        return Ok(());
    }
    let profile = profile(work, doctor)?;
    let audience = work.audience(room)?;
    if audience.contains(&profile.id) {
        // A room that cannot be read is told to nobody, and keeps nothing else from being told.
        if read::room(work.connection, key, room, doctor).is_ok() {
            tell_added(work, key, room, doctor, profile)?;
        }
        return Ok(());
    }
    let told = audience.iter().chain([&profile.id]).cloned().collect();
    tell_removed(work, told, room, doctor, profile);
    Ok(())
}

/// Those who take part get the room anew.
pub(crate) fn tell_room(work: &mut Work<'_>, key: &PatientRefKey, room: i64) -> Result<(), Fault> {
    for id in work.audience(room)?.iter() {
        let Some(doctor) = id.as_i64() else {
            continue;
        };
        if let Ok(as_seen) = read::room(work.connection, key, room, doctor) {
            work.tell_to([id.clone()].into(), Event::Room(as_seen));
        }
    }
    Ok(())
}

/// See [`ports::Rooms::add_participant`].
pub(super) fn add(
    work: &mut Work<'_>,
    key: &PatientRefKey,
    room: i64,
    doctor: i64,
    newcomer: &Doctor,
) -> Result<(), Fault> {
    let newcomer_key = staff_key(newcomer)?;
    let membership = Membership::of(work.connection, room, doctor)?;
    if membership.is_direct {
        return Err(Denied::because(Reason::DirectRoom).into());
    }
    if join(work, room, newcomer_key)? {
        changes::note(
            work.connection,
            room,
            newcomer_key,
            doctor,
            Participation::Joined,
        )?;
        welcome(work, key, room, newcomer)?;
    }
    Ok(())
}

/// See [`ports::Rooms::remove_participant`].
pub(super) fn remove(
    work: &mut Work<'_>,
    room: i64,
    doctor: i64,
    removed: i64,
) -> Result<(), Fault> {
    let is_there: Option<bool> = IsThere {
        room,
        doctor: removed,
    }
    .row(work.connection)?;
    if doctor == removed && is_there == Some(false) {
        return Ok(());
    }
    let membership = Membership::of(work.connection, room, doctor)?;
    if membership.is_direct {
        return Err(Denied::because(Reason::DirectRoom).into());
    }
    match is_there {
        None => return Err(Error::not_found("participant").into()),
        Some(false) => return Ok(()),
        Some(true) => {}
    }
    let audience = work.audience(room)?;
    let leave = Leave {
        room,
        doctor: removed,
        position: bump(work.connection, room)?,
        at: now(),
    };
    leave.run(work.connection)?;
    let going = Participation::going(doctor != removed);
    changes::note(work.connection, room, removed, doctor, going)?;
    work.forget_audience(room);
    let profile = profile(work, removed)?;
    tell_removed(work, audience, room, removed, profile);
    Ok(())
}

fn profile(work: &mut Work<'_>, doctor: i64) -> Result<Profile, Fault> {
    type Columns = (String, Option<String>, Option<String>);
    let found: Option<Columns> = ProfileOf { doctor }.row(work.connection)?;
    let (name, specialty, grade) = found.ok_or_else(|| Error::not_found("participant"))?;
    Ok(Profile {
        id: StaffId::from(doctor),
        name: one_line(&name).into(),
        specialty: specialty.map(Into::into),
        grade: grade.map(Into::into),
    })
}
