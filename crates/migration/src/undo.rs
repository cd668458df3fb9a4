//! Taking an adoption back.

mod report;

use domain::RoomId;
use ports::{
    Adoption, Error, Result,
    adoption::{BROUGHT_AT_ONCE, BroughtRoom},
};

use crate::Progress;

/// All that is to be taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undo {
    /// All that came from a source, by its name.
    Source(String),
    /// These rooms, as the legacy chat numbers them.
    Rooms(Vec<RoomId>),
}

/// The outcome.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Undone {
    /// Rooms that were taken back, or would be.
    pub rooms: usize,
    /// Messages that went with them.
    pub messages: usize,
    /// Participants of those rooms.
    pub participants: usize,
    /// Files that went with the messages.
    pub files: usize,
    /// Users who were made for the source; none when rooms are taken back one by one.
    pub users: usize,
    /// Notes on rows of the source, beside those that went with rooms.
    pub notes: usize,
    /// Rooms that stay, each with why. If there was one from the start, nothing was taken back.
    pub staying: Vec<BroughtRoom>,
    /// Whether nothing was written.
    pub is_rehearsal: bool,
}

/// Takes back what was adopted: a room a transaction, then what is left of the source. Rooms that stay are found before
/// anything is written; if there is one, nothing is.
///
/// Broken off anywhere and done again, it ends in the same state. A later adoption brings everything again, as if it was
/// the first. Somebody may write in a room meanwhile: it stays then, and with it the rest of the source.
///
/// # Errors
/// `Invalid` for a source that nothing is here of, naming those that there are, and for a room that was not brought;
/// `Unavailable`.
pub async fn undo(
    adoption: &dyn Adoption,
    which: &Undo,
    is_rehearsal: bool,
    mut progress: impl FnMut(Progress<'_>) + Send,
) -> Result<Undone> {
    let found = find(adoption, which).await?;
    let mut undone = Undone {
        is_rehearsal,
        ..Undone::default()
    };
    let (going, staying): (Vec<_>, Vec<_>) = found.into_iter().partition(can_go);
    undone.staying = staying;
    if is_rehearsal || !undone.staying.is_empty() {
        undone.is_rehearsal = true;
        for room in &going {
            undone.add(room);
        }
        return Ok(undone);
    }
    let of = Some(going.len() as u64);
    for (come_to, room) in (1..).zip(&going) {
        match adoption.take_back(&room.room).await? {
            Some(room) if can_go(&room) => undone.add(&room),
            Some(room) => undone.staying.push(room),
            // Somebody else took it.
            None => {}
        }
        let doing = "rooms taken back";
        progress(Progress { doing, come_to, of });
    }
    if let (Undo::Source(source), true) = (which, undone.staying.is_empty()) {
        let rest = adoption.take_back_rest(source).await?;
        (undone.users, undone.notes) = (rest.users, rest.notes);
    }
    Ok(undone)
}

fn can_go(room: &BroughtRoom) -> bool {
    room.stays.is_empty()
}

async fn find(adoption: &dyn Adoption, which: &Undo) -> Result<Vec<BroughtRoom>> {
    match which {
        Undo::Source(source) => of_source(adoption, source).await,
        Undo::Rooms(rooms) => {
            let mut found: Vec<BroughtRoom> = Vec::new();
            for room in rooms {
                let brought = adoption.brought_room(room).await?;
                let brought = brought.ok_or_else(|| {
                    let problem = format!("{room} was not brought by an adoption, or is not here");
                    Error::invalid("room", problem)
                })?;
                if found.iter().all(|other| other.room != brought.room) {
                    found.push(brought);
                }
            }
            Ok(found)
        }
    }
}

async fn of_source(adoption: &dyn Adoption, source: &str) -> Result<Vec<BroughtRoom>> {
    let sources = adoption.sources().await?;
    if !sources.iter().any(|known| known == source) {
        let known = if sources.is_empty() {
            "nothing was adopted".to_owned()
        } else {
            format!("there is {}", sources.join(", "))
        };
        return Err(Error::invalid(
            "source",
            format!("nothing of \"{source}\" is here; {known}"),
        ));
    }
    let mut found: Vec<BroughtRoom> = Vec::new();
    loop {
        let after = found.last().map(|room| &room.room);
        let next = adoption.brought_rooms(source, after).await?;
        let is_end = next.len() < BROUGHT_AT_ONCE;
        found.extend(next);
        if is_end {
            return Ok(found);
        }
    }
}

impl Undone {
    fn add(&mut self, room: &BroughtRoom) {
        self.rooms += 1;
        self.messages += room.messages;
        self.participants += room.participants;
        self.files += room.files;
    }
}
