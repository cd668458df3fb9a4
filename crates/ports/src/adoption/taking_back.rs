//! Rooms that were brought, on their way out again.

use std::{collections::BTreeSet, fmt};

use domain::RoomId;

/// A room that was brought from a source and is still here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BroughtRoom {
    /// The room, as the legacy chat numbers it.
    pub room: RoomId,
    /// The source that it came from.
    pub source: String,
    /// How many messages were brought into it.
    pub messages: usize,
    /// How many people take part in it, or did.
    pub participants: usize,
    /// How many files were brought with its messages.
    pub files: usize,
    /// Reasons why it stays; none when it can be taken back.
    pub stays: BTreeSet<Stays>,
}

impl BroughtRoom {
    /// A room of a source that can be taken back and holds nothing yet.
    pub fn new(room: RoomId, source: impl Into<String>) -> Self {
        Self {
            room,
            source: source.into(),
            messages: 0,
            participants: 0,
            files: 0,
            stays: BTreeSet::new(),
        }
    }
}

/// A reason why a room that was brought is not taken back.
///
/// Reading is none, nor is marking as unread: nothing that somebody wrote would be lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stays {
    /// It holds a message that was not brought, by a doctor here or by the hospital's other application.
    Written,
    /// The text of a message was changed here, or whom it mentions.
    Edited,
    /// A message was recalled or deleted here.
    Recalled,
    /// It holds a file that was not brought.
    File,
    /// Somebody acknowledged a message.
    Acknowledged,
    /// A doctor has begun a message and not sent it.
    Draft,
    /// Somebody was let in, left, or was taken out here.
    People,
    /// Stream has a copy of it; it lives here.
    Copied,
    /// It lives at Stream.
    Moved,
    /// It was at Stream and came back; Stream still has its copy.
    Returned,
}

impl Stays {
    /// All there are.
    pub const ALL: [Self; 10] = [
        Self::Written,
        Self::Edited,
        Self::Recalled,
        Self::File,
        Self::Acknowledged,
        Self::Draft,
        Self::People,
        Self::Copied,
        Self::Moved,
        Self::Returned,
    ];

    /// The word in reports for programs, and by which stores name it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Edited => "edited",
            Self::Recalled => "recalled",
            Self::File => "file",
            Self::Acknowledged => "acknowledged",
            Self::Draft => "draft",
            Self::People => "people",
            Self::Copied => "copied",
            Self::Moved => "moved",
            Self::Returned => "returned",
        }
    }

    /// The reasons whose codes stand in a text, with spaces between them.
    pub fn all_in(codes: &str) -> BTreeSet<Self> {
        let is_named = |one: &Self| codes.split(' ').any(|code| code == one.code());
        Self::ALL.into_iter().filter(is_named).collect()
    }
}

/// As part of a sentence about the room.
impl fmt::Display for Stays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Written => "somebody wrote in it here",
            Self::Edited => "a message was edited here",
            Self::Recalled => "a message was recalled or deleted here",
            Self::File => "somebody sent a file in it here",
            Self::Acknowledged => "somebody acknowledged a message",
            Self::Draft => "a doctor has begun a message in it",
            Self::People => "somebody was let in, left or was taken out here",
            Self::Copied => "Stream has a copy of it (migrate run --copy-only)",
            Self::Moved => "it lives at Stream",
            Self::Returned => "it was at Stream and came back, and Stream has its copy",
        })
    }
}

/// Everything that went with the last room of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct TakenRest {
    /// Users who were made for the source and are nothing else here.
    pub users: usize,
    /// Notes on rows of the source.
    pub notes: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_found_by_their_codes() {
        let codes: Vec<&str> = Stays::ALL.iter().map(|one| one.code()).collect();
        assert_eq!(Stays::all_in(&codes.join(" ")), Stays::ALL.into());
        assert_eq!(
            Stays::all_in("file draft"),
            [Stays::File, Stays::Draft].into()
        );
        assert!(Stays::all_in("").is_empty());
    }
}
