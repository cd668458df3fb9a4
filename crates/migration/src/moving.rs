//! Rooms of the chat's own tables move to another backend: copied while they stay in use, then
//! switched one by one.

mod carrying;
mod copying;
mod report;
mod switching;

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::RoomId;
use ports::{Intake, Moves, Records, Result};

use crate::Progress;

pub use carrying::carry;

/// What moving stands on.
#[derive(Clone)]
pub struct Movers {
    /// The rooms as they are.
    pub records: Arc<dyn Records>,
    /// Where they go.
    pub intake: Arc<dyn Intake>,
    /// How far each has come.
    pub moves: Arc<dyn Moves>,
}

/// Which rooms move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// These.
    Rooms(HashSet<RoomId>),
}

impl Which {
    fn holds(&self, room: &RoomId) -> bool {
        match self {
            Self::All => true,
            Self::Rooms(rooms) => rooms.contains(room),
        }
    }
}

/// How far rooms move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// Nothing is written: what there is to move is counted.
    Counted,
    /// The other backend has them; they stay in use where they are.
    Copied,
    /// They live in the other backend.
    Moved,
}

/// What moving came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Moved {
    pub rooms: u64,
    pub messages: u64,
    pub files: u64,
    /// Messages whose text the other backend does not take; they come as files.
    pub too_long: u64,
    /// Bytes of import files.
    pub bytes: u64,
    /// Rooms that lived in the other backend before.
    pub before: u64,
    /// Rooms that live there since now.
    pub switched: u64,
    /// Rooms where so much was said that they could not be switched; they stay where they are.
    pub busy: Vec<RoomId>,
    pub took: Duration,
    pub until: Option<Until>,
}

/// Moves rooms. It can be stopped anywhere and begun again: it ends in the same state.
///
/// # Errors
/// `Invalid` for what the other backend would refuse, before anything of it is sent; `Conflict` when
/// it refuses all the same; `Unavailable`.
pub async fn move_rooms(
    movers: &Movers,
    which: &Which,
    until: Until,
    mut tell: impl FnMut(Progress<'_>),
) -> Result<Moved> {
    let began = Instant::now();
    let mut moved = Moved {
        until: Some(until),
        ..Moved::default()
    };
    match until {
        Until::Counted => copying::count(movers, which, &mut moved, &mut tell).await?,
        Until::Copied => copying::copy(movers, which, &mut moved, &mut tell).await?,
        Until::Moved => {
            copying::copy(movers, which, &mut moved, &mut tell).await?;
            switching::switch_all(movers, which, &mut moved, &mut tell).await?;
        }
    }
    moved.took = began.elapsed();
    Ok(moved)
}

/// Says how many rooms there are to look at, without a word of which.
fn looked_at(doing: &str, come_to: u64) -> Progress<'_> {
    Progress {
        doing,
        come_to,
        of: None,
    }
}
