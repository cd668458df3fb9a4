use std::fmt;

use async_trait::async_trait;
use domain::RoomId;
use jiff::Timestamp;

use crate::Result;

/// An order about rooms: the action to carry out on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MoveOrder {
    /// The other backend gets a copy; they stay in use where they are.
    Copy,
    /// The rooms move to the other backend, and are used there.
    Move,
    /// Rooms that moved go back to the legacy backend, with the messages written since.
    GiveBack,
    /// Both sides are compared; nothing changes.
    Compare,
}

/// The rooms that an order is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MoveScope {
    /// All there are.
    All,
    /// Those of the patients who are on this ward now.
    Ward(String),
    /// These, as the legacy backend calls them.
    Rooms(Vec<RoomId>),
}

impl MoveOrder {
    /// The word in audit entries and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Copy => "copy",
            Self::Move => "move",
            Self::GiveBack => "give-back",
            Self::Compare => "compare",
        }
    }

    /// The order that is called so.
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Copy, Self::Move, Self::GiveBack, Self::Compare];
        all.into_iter().find(|order| order.as_str() == text)
    }
}

/// As it stands in an audit entry.
impl fmt::Display for MoveScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all rooms"),
            Self::Ward(ward) => write!(f, "ward {ward}"),
            Self::Rooms(rooms) => {
                let ids: Vec<_> = rooms.iter().map(RoomId::as_str).collect();
                write!(f, "rooms {}", ids.join(", "))
            }
        }
    }
}

/// Rooms of the legacy backend by where they live.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are those of `MoveState`")]
pub struct MoveCounts {
    pub copying: u64,
    pub moved: u64,
    pub returned: u64,
}

/// An order that is being carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct MoveProgress {
    pub order: MoveOrder,
    pub scope: MoveScope,
    pub began_at: Timestamp,
    /// The things being counted now, as shown to the administrator.
    pub doing: String,
    pub come_to: u64,
}

/// The result of the last order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct MoveReport {
    pub order: MoveOrder,
    pub scope: MoveScope,
    pub ended_at: Timestamp,
    /// In words, without a word of a message.
    pub words: String,
    /// Whether it came to what was ordered.
    pub is_good: bool,
}

/// How moving stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct MoveStatus {
    pub counts: MoveCounts,
    pub progress: Option<MoveProgress>,
    /// Since the service was started.
    pub last: Option<MoveReport>,
}

/// Rooms go from one backend to the other in the background of a service.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Relocating: Send + Sync {
    /// How it stands.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn status(&self) -> Result<MoveStatus>;

    /// Begins to carry out an order, one at a time. It goes on until it is done or the service ends;
    /// then it can be ordered again.
    ///
    /// # Errors
    /// `Conflict` while another is carried out; `Invalid` when there is no such room, or none on the
    /// ward; `Unavailable`.
    async fn begin(&self, order: MoveOrder, scope: MoveScope) -> Result<()>;
}
