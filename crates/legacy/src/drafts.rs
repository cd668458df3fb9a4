//! Drafts as rows.

use domain::RoomId;
use jiff::Timestamp;
use ports::{DRAFTS_KEPT, DraftPlace, Error, KeptDraft, MOST_DRAFTS, Replaces, Result};

use crate::time;

/// Most drafts of one doctor, as SQL counts.
pub const MOST: i64 = MOST_DRAFTS as i64;

/// The time, in microseconds since 1970, at which the draft was saved that may be replaced: before all drafts
/// where none may, nothing where any may.
pub fn replaced(replaces: Replaces) -> Option<i64> {
    match replaces {
        Replaces::Anything => None,
        Replaces::Nothing => Some(0),
        Replaces::SavedAt(at) => Some(at.as_microsecond()),
    }
}

/// The time, in microseconds since 1970, up to which drafts are forgotten.
pub fn forgotten_until(now: Timestamp) -> i64 {
    (now - DRAFTS_KEPT).as_microsecond()
}

/// A draft out of a row.
///
/// # Errors
/// `Internal` for a time that no engine here stores.
pub fn draft((sealed, saved_at): (Vec<u8>, i64)) -> Result<KeptDraft> {
    let saved_at = time(saved_at)?;
    Ok(KeptDraft { sealed, saved_at })
}

/// The places out of rows; one that names no room is left out.
pub fn places(rows: Vec<(String, String)>) -> Vec<DraftPlace> {
    let place = |(mount, room): (String, String)| {
        let room = RoomId::parse(room).ok()?;
        Some(DraftPlace { mount, room })
    };
    rows.into_iter().filter_map(place).collect()
}

/// The refusal to replace a draft that was not seen.
pub fn another() -> Error {
    Error::conflict("another draft was saved meanwhile")
}
