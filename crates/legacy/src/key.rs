use domain::{Doctor, RoomId, StaffId};
use ports::{Error, Result};

/// The database key behind an id; an id that is no number names nothing here.
///
/// # Errors
/// `NotFound`, naming `what`.
pub fn key(number: Option<i64>, what: &'static str) -> Result<i64> {
    number.ok_or_else(|| Error::not_found(what))
}

/// The key of a room.
///
/// # Errors
/// `NotFound`.
pub fn room_key(room: &RoomId) -> Result<i64> {
    key(room.as_i64(), "room")
}

/// The key of a doctor. A doctor of another directory takes part in no room here.
///
/// # Errors
/// `NotFound`.
pub fn staff_key(doctor: &Doctor) -> Result<i64> {
    let id: &StaffId = doctor.id();
    key(id.as_i64(), "room")
}
