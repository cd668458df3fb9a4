//! The records that an adoption brings. Keys are the source's ids, as text.

use std::fmt;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::NewAttachment;

/// The records that are kept in one transaction, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Batch {
    pub tables: Vec<TableOf>,
    pub renamed: Vec<Renamed>,
    pub users: Vec<User>,
    pub rooms: Vec<Room>,
    pub messages: Vec<Message>,
    pub unlocked: Vec<Unlocked>,
    pub replies: Vec<Reply>,
    pub reads: Vec<Read>,
    pub participants: Vec<Participant>,
    pub notes: Vec<Note>,
}

impl Batch {
    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The table of the source that a part comes from, in place of the one that was kept before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct TableOf {
    /// As of a [`Note`].
    pub part: &'static str,
    pub name: String,
}

/// Something that an earlier version kept, or noted, under another key: from now on it goes by this
/// one. Where there is nothing under that key, or something under this one, nothing changes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Renamed {
    /// As of a [`Note`].
    pub part: &'static str,
    pub before: String,
    pub key: String,
}

/// A user: the one with that e-mail address, or else a new one who cannot sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct User {
    pub key: String,
    pub name: String,
    /// In lower case; none when nobody is to be matched.
    pub email: Option<String>,
    pub role: Option<String>,
    pub specialty: Option<String>,
    pub grade: Option<String>,
    pub ward: Option<String>,
}

impl User {
    /// The address of a user that is made: unique, and never anybody's, so that it is in nobody's
    /// way when the person it was gets an account.
    pub fn made_up_address(&self, source: &str) -> String {
        let digest = Sha256::digest(format!("{source}\n{}", self.key));
        format!("{}{}", HEXLOWER.encode(&digest[..8]), Self::MADE_UP)
    }

    /// The name of a user of whom the source has none.
    pub fn without_name(key: &str) -> String {
        format!("User {key}")
    }

    /// The ending of the address of a user that is made.
    pub const MADE_UP: &'static str = "@adopted.invalid";
}

/// The subject of a room, and how it is found here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomKind {
    /// Two users, by key. Where they have a direct room here, the new one becomes a group beside it.
    Direct(String, String),
    /// Its participants.
    Group,
    /// A patient, by MRN.
    Patient(String),
}

/// A room.
#[derive(Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Room {
    pub key: String,
    pub kind: RoomKind,
    pub title: Option<String>,
    pub created_by: Option<String>,
    pub created_at: Option<Timestamp>,
    /// A room that was deleted is hidden from everybody.
    pub deleted_at: Option<Timestamp>,
}

impl Room {
    /// The title of a direct room beside the one that its two doctors have.
    pub const EARLIER: &'static str = "Earlier conversation";

    /// Whether it has another title at its source than it had before, and is called here as it was brought.
    pub fn is_renamed(&self, name: Option<&str>, before: Option<&str>) -> bool {
        let (Some(before), now) = (before, self.title.as_deref().unwrap_or_default()) else {
            return false;
        };
        let is_as_brought = match name {
            Some(Self::EARLIER) => !now.is_empty(),
            name => name.unwrap_or_default() == before,
        };
        before != now && is_as_brought
    }
}

/// Without its title.
impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Room({}, {:?})", self.key, self.kind)
    }
}

/// A message.
#[derive(Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Message {
    pub key: String,
    pub room: String,
    /// None when the application itself said it.
    pub author: Option<String>,
    /// None when it is only files.
    pub text: Option<String>,
    pub sent_at: Timestamp,
    /// A message that was deleted shows as recalled; its text stays in the table.
    pub deleted_at: Option<Timestamp>,
    /// When its row was changed last, where the source says so: the time of an edit.
    pub changed_at: Option<Timestamp>,
}

impl Message {
    /// The words that replace a text for which nobody had the key.
    pub const LOCKED: &'static str =
        "Encrypted message of the old application; it can be read once its key is given.";
}

/// Without its words.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} in {})", self.key, self.room)
    }
}

/// The words of a message that was brought as [`Message::LOCKED`].
#[derive(Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Unlocked {
    pub key: String,
    pub text: String,
}

/// Without its words.
impl fmt::Debug for Unlocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Unlocked({})", self.key)
    }
}

/// A message that answers another of its room.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Reply {
    pub message: String,
    pub to: String,
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

/// Somebody in a room. Whoever is or was in it stays as they are, but for leaving and reading on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Participant {
    pub room: String,
    pub user: String,
    pub joined_at: Option<Timestamp>,
    pub left_at: Option<Timestamp>,
    pub last_read_at: Option<Timestamp>,
}

impl Participant {
    /// The key under which it is kept that somebody was brought into a room.
    pub fn key(&self) -> String {
        format!("{}/{}", self.room, self.user)
    }

    /// The time of leaving as it is kept beside that key, to tell a new one from the one that was said before.
    pub fn said(&self) -> String {
        let left_at = self.left_at.map(|at| at.as_microsecond().to_string());
        left_at.unwrap_or_default()
    }
}

/// A remark about a row, for whoever reviews the adoption.
#[derive(Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Note {
    /// The part that the row belongs to: `users`, `rooms`, `participants`, `messages`, `reads` or `attachments`.
    pub part: &'static str,
    pub key: String,
    /// A word for what was found.
    pub reason: &'static str,
    /// Whether the row was left out for it.
    pub is_quarantined: bool,
    /// The value it was found in, or the whole row where that was left out.
    pub raw: String,
}

/// Without what the row holds.
impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Note({} {}: {})", self.part, self.key, self.reason)
    }
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct File {
    pub key: String,
    pub message: String,
    pub file: NewAttachment,
    /// Whether it only says that the file is missing; a later one takes its place.
    pub is_placeholder: bool,
}

/// A file that was kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeptFile {
    /// As it was at the source.
    Whole,
    /// Something that says that it is missing.
    Placeholder,
}

impl KeptFile {
    /// Whole, unless it is a placeholder.
    pub fn is(is_placeholder: bool) -> Self {
        if is_placeholder {
            Self::Placeholder
        } else {
            Self::Whole
        }
    }

    /// The word that is kept of a placeholder.
    pub const PLACEHOLDER: &'static str = "placeholder";
}
