//! The values that every output format is given.

use domain::{Attachment, Patient, Profile, RoomId};
use jiff::{Timestamp, tz::TimeZone};
use ports::{MessageRecord, RoomRecord};

use crate::{digest::Sums, people::People, room_location::RoomLocation};

/// The heading of an export: who made it, when, and about whom or which room.
pub(crate) struct Heading {
    pub(crate) at: Timestamp,
    pub(crate) by: Profile,
    /// The patient or the room that was asked for.
    pub(crate) patient: Option<Patient>,
    pub(crate) room: Option<RoomId>,
    pub(crate) hospital: Option<String>,
    pub(crate) zone: TimeZone,
}

/// A room.
pub(crate) struct Chapter {
    /// From 1.
    pub(crate) number: usize,
    pub(crate) found: RoomLocation,
    pub(crate) record: RoomRecord,
    /// The patient the room is about, where the hospital knows them.
    pub(crate) patient: Option<Patient>,
}

/// A message of a room.
pub(crate) struct ExportedMessage {
    pub(crate) record: MessageRecord,
    pub(crate) files: Vec<Filed>,
}

/// A file of a message.
pub(crate) struct Filed {
    pub(crate) attachment: Attachment,
    /// None when its bytes are lost.
    pub(crate) kept: Option<Kept>,
}

/// A file as it lies in the folder.
pub(crate) struct Kept {
    /// From the folder, of letters, digits, `.`, `-`, `_` and `/` only, so that it is an address too.
    pub(crate) path: String,
    /// The size in bytes.
    pub(crate) size: u64,
    pub(crate) sums: Sums,
}

/// A message where it stands.
pub(crate) struct MessageContext<'a> {
    pub(crate) chapter: &'a Chapter,
    pub(crate) said: &'a ExportedMessage,
    pub(crate) people: &'a People,
}

/// The totals of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) rooms: u64,
    pub(crate) messages: u64,
    pub(crate) files: u64,
    pub(crate) missing: u64,
}
