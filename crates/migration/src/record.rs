//! What the rows of a source say, in our words. Keys are the source's ids, as text.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::{Outcome, Reason};

/// A row, judged: what is to be known about it, and what it becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The id of the row.
    pub key: String,
    /// What was found, with the value it was found in.
    pub found: Vec<(Reason, String)>,
    /// What it becomes; nothing when it is quarantined.
    pub records: Vec<Record>,
}

impl Verdict {
    /// The gravest of what was found.
    pub fn outcome(&self) -> Outcome {
        let outcomes = self.found.iter().map(|(reason, _)| reason.outcome());
        outcomes.max().unwrap_or(Outcome::Adopted)
    }
}

/// Something to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Record {
    User(User),
    Room(Room),
    Participant(Participant),
    Message(Message),
    Read(Read),
    File(File),
}

/// A user: matched by e-mail, or made, inactive.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct User {
    pub key: String,
    pub name: String,
    /// In lower case; none when the user cannot be matched by it.
    pub email: Option<String>,
    pub role: Option<String>,
    pub specialty: Option<String>,
    pub grade: Option<String>,
    pub ward: Option<String>,
}

/// What a room is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum RoomKind {
    Direct,
    Group,
    Patient,
}

/// A room.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Room {
    pub key: String,
    pub kind: RoomKind,
    pub title: Option<String>,
    /// The patient's MRN.
    pub patient: Option<String>,
    pub created_by: Option<String>,
    pub created_at: Option<Timestamp>,
    pub deleted_at: Option<Timestamp>,
}

/// Somebody in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Participant {
    pub room: String,
    pub user: String,
    pub joined_at: Option<Timestamp>,
    pub left_at: Option<Timestamp>,
    pub last_read_at: Option<Timestamp>,
}

/// Who wrote a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// The old application itself.
    System,
    /// A user of the source.
    User(String),
    /// Somebody who is no user there, or no more; becomes an inactive user of that name.
    Nobody {
        /// A key that no user has.
        key: String,
        /// How they are shown.
        name: String,
    },
}

/// A message.
#[derive(Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Message {
    pub key: String,
    pub room: String,
    pub author: Author,
    /// None when it is only files.
    pub text: Option<String>,
    pub has_files: bool,
    pub sent_at: Timestamp,
    pub deleted_at: Option<Timestamp>,
    pub reply_to: Option<String>,
}

/// Without its words.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Message({} in {})", self.key, self.room)
    }
}

/// Somebody has read everything up to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Read {
    pub message: String,
    pub user: String,
    /// None when only the message's own time is known.
    pub at: Option<Timestamp>,
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct File {
    pub key: String,
    pub message: String,
    pub name: String,
    pub content: Content,
}

/// Where the bytes of a file are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// In this file, inside the folder given.
    At(PathBuf),
    /// Nowhere that we read; a placeholder says why.
    Placeholder(Reason),
}
