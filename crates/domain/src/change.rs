use jiff::Timestamp;

use crate::Profile;

/// A change of the participants of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParticipantChange {
    /// The doctor who came or went.
    pub doctor: Profile,
    /// The doctor who added or removed them; none when they came or went by themselves.
    pub by: Option<Profile>,
    /// The kind of change: joined, left or removed.
    pub change: Participation,
    /// Time of the change.
    pub at: Timestamp,
}

impl ParticipantChange {
    /// Most changes that are told of one room: the newest.
    pub const MOST: usize = 100;
}

/// The kind of change of a participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Participation {
    /// Came in, or was added, and sees the room from its beginning.
    Joined,
    /// Left of their own accord.
    Left,
    /// Was taken out by somebody else.
    Removed,
}

impl Participation {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Joined, Self::Left, Self::Removed];

    /// The word in databases and in the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Left => "left",
            Self::Removed => "removed",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == word)
    }

    /// How somebody goes whom `removed_by_another` or who went by themselves.
    pub fn going(removed_by_another: bool) -> Self {
        if removed_by_another {
            Self::Removed
        } else {
            Self::Left
        }
    }
}
