use diesel::{
    Queryable, SqliteConnection,
    sql_types::{BigInt, Bool},
};
use domain::Standing;
use legacy::held;

use super::no_room;
use crate::{
    error::Fault,
    sql::{is_doctor, is_participant, now},
    statement::statement,
};

/// How a participant stands to their room.
#[derive(Queryable)]
pub(crate) struct Membership {
    /// Whether it is the room of one pair, which stays theirs.
    pub(crate) is_direct: bool,
    /// Up to where the participant has read; 0 before the first mark.
    pub(crate) read: i64,
    /// Up to where the others were told so: further than `read` once that went back.
    pub(crate) told: i64,
    /// Up to where messages have reached them; 0 before the first mark.
    pub(crate) delivered: i64,
}

statement!(MembershipOf { room: i64, doctor: i64 } -> (Bool, BigInt, BigInt, BigInt) = concat!(
    "SELECT r.type = 'private' AND r.patient_id IS NULL, \
            coalesce(p.read_position, 0), max(coalesce(p.read_position, 0), coalesce(p.told_position, 0)), \
            coalesce(p.delivered_position, 0) \
     FROM chat_participants p JOIN users u ON u.id = p.user_id JOIN chat_rooms r ON r.id = p.room_id \
     WHERE p.room_id = ?1 AND p.user_id = ?2 AND r.deleted_at IS NULL AND r.moved_at IS NULL AND ", is_participant!(),
));

statement!(
    /// Of a room that moved too: who may know of it is led to where it is now.
    StandingOf { room: i64, doctor: i64 } -> (Bool, Bool) = concat!(
    "SELECT r.type = 'private' AND r.patient_id IS NULL, max(p.left_at IS NULL) \
     FROM chat_participants p JOIN users u ON u.id = p.user_id JOIN chat_rooms r ON r.id = p.room_id \
     WHERE p.room_id = ?1 AND p.user_id = ?2 AND r.deleted_at IS NULL AND ", is_doctor!(),
    " GROUP BY r.id"
));

statement!(Bump { room: i64, at: i64 } -> BigInt =
    "UPDATE chat_rooms SET last_position = last_position + 1 \
     WHERE id = ?1 AND coalesce(hold_until, 0) < ?2 RETURNING last_position"
);

impl Membership {
    /// # Errors
    /// `NotFound` for everybody who does not take part.
    pub(crate) fn of(
        connection: &mut SqliteConnection,
        room: i64,
        doctor: i64,
    ) -> Result<Self, Fault> {
        let found = MembershipOf { room, doctor }.row(connection)?;
        found.ok_or_else(|| no_room().into())
    }
}

pub(super) fn standing(
    connection: &mut SqliteConnection,
    room: i64,
    doctor: i64,
) -> Result<Standing, Fault> {
    let found: Option<(bool, bool)> = StandingOf { room, doctor }.row(connection)?;
    Ok(match found {
        None => Standing::Outsider,
        Some((_, false)) => Standing::Former,
        Some((true, true)) => Standing::Partner,
        Some((false, true)) => Standing::Participant,
    })
}

/// The next position of a room that is there, for something that happens in it now.
///
/// # Errors
/// `Unavailable` while the room is held.
pub(crate) fn bump(connection: &mut SqliteConnection, room: i64) -> Result<i64, Fault> {
    let position = Bump { room, at: now() }.row(connection)?;
    position.ok_or_else(|| held().into())
}
