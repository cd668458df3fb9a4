use domain::RoomId;
use ports::{Error, Move, MoveState, Result};

/// A row of `hims_links`: legacy room, Stream room, state, carried.
pub type MoveRow = (String, String, String, i64);

/// The move a row tells of.
///
/// # Errors
/// `Internal` when the row holds what our SQL never stores.
pub fn read_move((legacy, stream, state, carried): MoveRow) -> Result<Move> {
    let unreadable = || Error::internal("a stored move cannot be read");
    let room = |text: String| RoomId::parse(text).map_err(|_| unreadable());
    Ok(Move {
        legacy: room(legacy)?,
        stream: room(stream)?,
        state: match state.as_str() {
            "copying" => MoveState::Copying,
            "moved" => MoveState::Moved,
            "returned" => MoveState::Returned,
            _ => return Err(unreadable()),
        },
        carried: u64::try_from(carried).unwrap_or(0),
    })
}

/// What is answered while a room is being switched.
pub fn held() -> Error {
    Error::unavailable("the room is being moved")
        .with_retry_after(std::time::Duration::from_secs(1))
}
