use jiff::Timestamp;
use thiserror::Error;

use crate::{Message, PatientRef, Profile, RoomId, StaffId, TooLong, is_blank, one_line};

/// A room, as one of its participants sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// The id that the backend gave the room.
    pub id: RoomId,
    /// The kind of room, and its subject.
    pub kind: RoomKind,
    /// Name that a doctor gave it.
    pub title: Option<RoomTitle>,
    /// The doctors who take part now, oldest first.
    pub participants: Vec<Participant>,
    /// The newest message, without its receipts.
    pub last_message: Option<Message>,
    /// When something was last said, or the room was opened if nothing was: what lists of rooms are
    /// ordered by.
    pub active_at: Timestamp,
    /// Messages of others after the reader's own read mark, recalled ones left out. Reading moves
    /// that mark on, marking unread moves it back, joining sets it to the newest message, all for
    /// every device of the reader at once. Counting stops at
    /// [`Room::MAX_UNREAD`].
    pub unread: u32,
    /// An urgent message of somebody else, sent since the reader joined, waits for their
    /// acknowledgement.
    pub urgent: bool,
    /// An unread message of somebody else, not recalled, mentions the reader.
    pub mentioned: bool,
}

impl Room {
    /// The highest unread count; counting stops here.
    pub const MAX_UNREAD: u32 = 999;
    /// Most participants of a room.
    pub const MAX_PARTICIPANTS: usize = 100;
}

/// The subject of a room: a patient, a pair of doctors or a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomKind {
    /// One patient; there is one such room a patient and backend.
    Patient(PatientRef),
    /// Two doctors; there is one such room a pair and backend, and it stays theirs.
    Direct,
    /// Several doctors, no patient.
    Group,
}

impl RoomKind {
    /// The word in the JSON.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Patient(_) => "patient",
            Self::Direct => "direct",
            Self::Group => "group",
        }
    }
}

/// A doctor in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// The doctor who takes part.
    pub doctor: Profile,
    /// Since when, where the backend knows.
    pub joined_at: Option<Timestamp>,
}

/// Whether a doctor is connected, over all their tabs and devices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// The doctor whose presence it is.
    pub doctor: StaffId,
    /// Whether any browser of theirs is connected.
    pub online: bool,
    /// When one last was; none when never seen.
    pub last_seen: Option<Timestamp>,
}

/// The name of a group: 1 to 120 characters on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomTitle(String);

/// The text is no [`RoomTitle`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum InvalidTitle {
    /// Nothing that a reader would see.
    #[error("must not be empty")]
    Empty,
    /// More than [`RoomTitle::MAX_CHARS`].
    #[error(transparent)]
    TooLong(#[from] TooLong),
}

impl RoomTitle {
    /// Longest title, in Unicode scalar values.
    pub const MAX_CHARS: usize = 120;

    /// Reads a title, as [`one_line`] that redraws nothing beside it.
    ///
    /// # Errors
    /// [`InvalidTitle`] when nothing of it is seen, or it is too long.
    pub fn parse(text: &str) -> Result<Self, InvalidTitle> {
        let text = one_line(text);
        TooLong::check(&text, Self::MAX_CHARS)?;
        if is_blank(&text) {
            Err(InvalidTitle::Empty)
        } else {
            Ok(Self(text))
        }
    }

    /// A title that a backend already holds, of any length, put on one line for its readers.
    pub fn stored(text: impl AsRef<str>) -> Self {
        Self(one_line(text.as_ref()))
    }

    /// The title.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A room that a doctor wants to open with colleagues, who are proven to be doctors before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NewRoom {
    /// With one colleague. Opening it again finds the same room.
    Direct(crate::Doctor),
    /// With several, or with a title. Every opening makes another room.
    Group {
        /// The other doctors who are to take part.
        others: Vec<crate::Doctor>,
        /// Its name.
        title: Option<RoomTitle>,
    },
}

/// More than [`Room::MAX_PARTICIPANTS`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a room holds at most 100 participants")]
pub struct TooManyParticipants;

impl NewRoom {
    /// A room of `opener` with `others` (each once, without the opener): one colleague and no
    /// title make it direct.
    ///
    /// # Errors
    /// [`TooManyParticipants`] when it would hold more than [`Room::MAX_PARTICIPANTS`].
    pub fn with(
        opener: &crate::Doctor,
        others: Vec<crate::Doctor>,
        title: Option<RoomTitle>,
    ) -> Result<Self, TooManyParticipants> {
        let mut unique: Vec<crate::Doctor> = Vec::with_capacity(others.len());
        for doctor in others {
            if doctor.id() != opener.id() && unique.iter().all(|known| known.id() != doctor.id()) {
                unique.push(doctor);
            }
        }
        if unique.len() >= Room::MAX_PARTICIPANTS {
            return Err(TooManyParticipants);
        }
        Ok(match (<[_; 1]>::try_from(unique), title) {
            (Ok([other]), None) => Self::Direct(other),
            (Ok(one), title) => Self::Group {
                others: one.into(),
                title,
            },
            (Err(others), title) => Self::Group { others, title },
        })
    }
}
