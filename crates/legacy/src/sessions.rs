//! Sessions as rows.

use domain::StaffId;
use jiff::Timestamp;
use ports::{Error, Result, Session, SessionId, SessionKey};

use crate::time;

/// Most sessions of one list, as SQL counts.
pub const MOST: i64 = Session::MOST_LISTED as i64;

/// Key, id, staff member, device, beginning, last use, end when idle, end.
pub type SessionRow = (String, String, i64, Option<String>, i64, i64, i64, i64);

/// A session out of a row.
///
/// # Errors
/// `Internal` for an id or a time that no engine here stores.
pub fn session(row: SessionRow) -> Result<Session> {
    let (key, id, staff, device, began_at, used_at, expires_at, ends_at) = row;
    let (key, staff) = (SessionKey::stored(key), StaffId::from(staff));
    let (expires_at, ends_at) = (time(expires_at)?, time(ends_at)?);
    let mut session = Session::begin(key, staff, time(began_at)?, expires_at, ends_at).on(device);
    session.id = SessionId::parse(id).map_err(|_| Error::internal("a stored session has no id"))?;
    session.used_at = time(used_at)?;
    Ok(session)
}

/// The sessions of rows that have not ended at `now`.
///
/// # Errors
/// As [`session`].
pub fn alive(rows: Vec<SessionRow>, now: Timestamp) -> Result<Vec<Session>> {
    let mut sessions = rows.into_iter().map(session).collect::<Result<Vec<_>>>()?;
    sessions.retain(|session| session.is_alive(now));
    Ok(sessions)
}
