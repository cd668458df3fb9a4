//! The records that the rows of a source become, in the terms of the chat.

use std::path::PathBuf;

use ports::adoption::{Message, Participant, Read, Renamed, Reply, Room, Unlocked, User};

use crate::{Outcome, Reason};

/// A row, judged: what is to be known about it, and what it becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// The id of the row.
    pub(crate) key: String,
    /// The key that an earlier version gave it, where that was another.
    pub(crate) key_before: Option<String>,
    /// The reasons that were found, each with the value that shows it.
    pub(crate) found: Vec<(Reason, String)>,
    /// The records that the row becomes; none when it is quarantined.
    pub(crate) records: Vec<Record>,
    /// Its time is within the next hours.
    pub(crate) is_ahead: bool,
}

impl Verdict {
    /// The gravest of what was found.
    pub(crate) fn outcome(&self) -> Outcome {
        let outcomes = self.found.iter().map(|(reason, _)| reason.outcome());
        outcomes.max().unwrap_or(Outcome::Adopted)
    }
}

/// Something to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    User(User),
    /// A room that may have been kept under another key.
    Renamed(Renamed),
    Room(Room),
    Participant(Participant),
    /// Somebody who wrote in a room, or made it, whose participants nobody knows.
    LikelyMember {
        room: String,
        user: String,
    },
    Message(Message),
    /// The words of a message that may have been kept without them.
    Unlocked(Unlocked),
    Reply(Reply),
    Read(Read),
    File(File),
}

/// A file of a message.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) key: String,
    pub(crate) message: String,
    pub(crate) name: String,
    pub(crate) content: Content,
}

/// Without its name.
impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "File({} of {})", self.key, self.message)
    }
}

/// The place of a file's bytes, or the reason why there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// In this file, inside the given folder.
    At(PathBuf),
    /// No bytes that can be read; a placeholder file gives this reason.
    Placeholder(Reason),
}
