//! Rooms of the chat's own tables move to another backend: copied while they stay in use, then
//! switched one by one.

mod carrying;
mod copying;
mod report;
mod returning;
mod steps;
mod switching;

use std::{
    collections::HashSet,
    sync::Arc,
    time::{Duration, Instant},
};

use domain::RoomId;
use ports::{Error, ErrorKind, MoveScope, Moves, Records, Result, RoomImporter, RoomRestore};

use crate::Progress;

pub use carrying::carry;

/// The ports that moving rooms needs.
#[derive(Clone)]
pub struct Movers {
    /// The rooms as they are.
    pub records: Arc<dyn Records>,
    /// The other backend, which takes the rooms in.
    pub importer: Arc<dyn RoomImporter>,
    /// How far each has come.
    pub moves: Arc<dyn Moves>,
}

/// The rooms that move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// All of them.
    All,
    /// The rooms with these ids in the legacy backend.
    Rooms(HashSet<RoomId>),
}

impl Which {
    /// The rooms that somebody names, all of which there are.
    ///
    /// # Errors
    /// `Invalid` of `rooms` when one is none of the legacy backend's, of `ward` when there is no room of
    /// a patient on it; `Unavailable`.
    pub async fn of(scope: &MoveScope, records: &dyn Records) -> Result<Self> {
        let rooms = match scope {
            MoveScope::All => return Ok(Self::All),
            MoveScope::Rooms(rooms) => rooms,
            MoveScope::Ward(ward) => {
                let rooms = records.rooms_on_ward(ward).await?;
                if rooms.is_empty() {
                    let problem = format!("there is no room of a patient on \"{ward}\"");
                    return Err(Error::invalid("ward", problem));
                }
                return Ok(Self::Rooms(rooms.into_iter().collect()));
            }
        };
        for room in rooms {
            records
                .room(room)
                .await
                .map_err(|error| match error.kind() {
                    ErrorKind::NotFound => {
                        let problem = format!("there is no room {room} in the legacy chat");
                        Error::invalid("rooms", problem)
                    }
                    _ => error,
                })?;
        }
        Ok(Self::Rooms(rooms.iter().cloned().collect()))
    }

    pub(crate) fn holds(&self, room: &RoomId) -> bool {
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

/// The result of moving rooms.
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

/// Both chats, for what needs more than moving: going back, and comparing.
#[derive(Clone)]
pub struct Chats {
    /// As for moving.
    pub movers: Movers,
    /// The rooms as they are in the other backend.
    pub there: Arc<dyn Records>,
    /// The door through which messages come back to the legacy backend.
    pub returns: Arc<dyn RoomRestore>,
}

/// The result of moving rooms back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Returned {
    /// Rooms that live in the legacy backend since now.
    pub rooms: u64,
    /// Rooms that came back before.
    pub before: u64,
    /// Messages that were written, edited, recalled or acknowledged in the other backend.
    pub messages: u64,
    pub files: u64,
    pub took: Duration,
}

/// Gives rooms back with all that happened in the other backend. It can be stopped anywhere and begun
/// again: it ends in the same state.
///
/// `settling` is how long a call may still be under way in another process that began before a room
/// was shut; what such calls stored comes after. Without other processes it is zero.
///
/// # Errors
/// `TooLarge` for a file that the legacy backend does not take; `Unavailable`.
pub async fn go_back(
    back: &Chats,
    which: &Which,
    settling: Duration,
    mut tell: impl FnMut(Progress<'_>),
) -> Result<Returned> {
    let began = Instant::now();
    let mut returned = Returned::default();
    let rooms = returning::give_back_all(back, which, &mut returned, &mut tell).await?;
    if !settling.is_zero() {
        tokio::time::sleep_until(tokio::time::Instant::now() + settling).await;
        returning::bring_stragglers(back, &rooms, &mut returned, &mut tell).await?;
    }
    returned.took = began.elapsed();
    Ok(returned)
}

/// Says how many rooms there are to look at, without a word of which.
fn looked_at(doing: &str, come_to: u64) -> Progress<'_> {
    Progress {
        doing,
        come_to,
        of: None,
    }
}
