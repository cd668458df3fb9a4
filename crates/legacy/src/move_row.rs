use domain::{AttachmentId, MessageId, RoomId};
use ports::{Error, Move, MoveCounts, MoveState, Name, Result};

/// A row of `hims_links`: legacy room, Stream room, state, carried, whether it is shut.
pub type MoveRow = (String, String, String, i64, bool);

/// The move a row tells of.
///
/// # Errors
/// `Internal` when the row holds what our SQL never stores.
pub fn read_move((legacy, stream, state, carried, is_shut): MoveRow) -> Result<Move> {
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
        is_shut,
    })
}

/// How many moves are in which state, out of rows of state and count.
pub fn counts(rows: &[(String, i64)]) -> MoveCounts {
    let of = |state: &str| {
        let row = rows.iter().find(|(name, _)| name == state);
        row.and_then(|(_, count)| u64::try_from(*count).ok())
            .unwrap_or(0)
    };
    MoveCounts {
        copying: of("copying"),
        moved: of("moved"),
        returned: of("returned"),
    }
}

/// The error when a room that is to go back is not shut any more.
pub fn not_shut() -> Error {
    Error::unavailable("the room was opened again while it was to go back")
}

/// The error while a room is being switched; to be tried again in a second.
pub fn held() -> Error {
    Error::unavailable("the room is being moved")
        .with_retry_after(std::time::Duration::from_secs(1))
}

/// The name of a message or file in the other backend, and its key here.
pub type NamedRow = (String, i64);

/// The four values to look a name up by: the message there, its key here, the file there, its key here.
pub fn name_columns(name: &Name) -> (Option<&str>, Option<i64>, Option<&str>, Option<i64>) {
    match name {
        Name::StreamMessage(id) => (Some(id.as_str()), None, None, None),
        Name::LegacyMessage(id) => (None, id.as_i64(), None, None),
        Name::StreamFile(id) => (None, None, Some(id.as_str()), None),
        Name::LegacyFile(id) => (None, None, None, id.as_i64()),
    }
}

/// Turns the name on one side and the row found for it into the name on the other side.
pub fn other_name(name: &Name, (there, here): NamedRow) -> Option<Name> {
    Some(match name {
        Name::StreamMessage(_) => Name::LegacyMessage(here.into()),
        Name::StreamFile(_) => Name::LegacyFile(here.into()),
        Name::LegacyMessage(_) => Name::StreamMessage(MessageId::parse(there).ok()?),
        Name::LegacyFile(_) => Name::StreamFile(AttachmentId::parse(there).ok()?),
    })
}
