//! The rooms of all chats in one order, the one that was active last first.

mod merging;
mod place;

use domain::{Doctor, PageSize, Room, RoomCursor, RoomPage};
use futures_util::future::{join_all, try_join_all};

use self::{
    merging::merged,
    place::{Place, Places},
};
use crate::{
    app::{MountContext, Shell},
    chats::{self, FOR_THE_PAGE, with_timeout},
    failure::Failure,
    json::RoomContext,
};

/// A page of rooms of all chats.
pub(crate) struct Inbox {
    chats: Vec<Part>,
    turns: Vec<usize>,
    /// The start of the next page; `None` on the last.
    pub(crate) next: Option<String>,
}

/// The part of the page that comes from one chat.
struct Part {
    at: MountContext,
    rooms: Vec<Room>,
    /// None where the chat does not answer.
    context: Option<RoomContext>,
}

impl Inbox {
    /// The rooms in their order, each with its chat.
    pub(crate) fn rooms(&self) -> impl Iterator<Item = (&MountContext, &RoomContext, &Room)> {
        let mut heads: Vec<_> = self.chats.iter().map(|part| part.rooms.iter()).collect();
        self.turns.iter().filter_map(move |chat| {
            let room = heads.get_mut(*chat)?.next()?;
            let part = self.chats.get(*chat)?;
            Some((&part.at, part.context.as_ref()?, room))
        })
    }

    /// The chats that do not answer: their rooms are not there.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &MountContext> {
        let missing = self.chats.iter().filter(|part| part.context.is_none());
        missing.map(|part| &part.at)
    }
}

/// In how many rooms of all chats something is unread, and which chats do not say so.
pub(crate) struct Unread {
    pub(crate) rooms: u32,
    pub(crate) missing: Vec<MountContext>,
}

/// A page of the doctor's rooms; `cursor` is the `next` of the page before.
///
/// # Errors
/// 422 for a cursor that is none; where no chat answers, what the first one says.
pub(crate) async fn page(
    shell: &Shell,
    doctor: &Doctor,
    cursor: Option<&str>,
    size: PageSize,
) -> Result<Inbox, Failure> {
    let chats = chats::all(shell);
    let places = Places::read(cursor, chats.len())
        .map_err(|error| Failure::invalid_field("cursor", error.to_string()))?;
    let pages = chats
        .iter()
        .zip(&places.0)
        .map(async |(at, place)| match place {
            Place::End => Ok(RoomPage::default()),
            Place::Start => list(at, doctor, None, size).await,
            Place::After(cursor) => list(at, doctor, Some(cursor.clone()), size).await,
        });
    let pages = of_those_that_answer(join_all(pages).await)?;
    let answers: Vec<bool> = pages.iter().map(Option::is_some).collect();
    let page = merged(pages, places, size);
    let goes_on = page.goes_on(|chat| answers.get(chat) == Some(&true));
    let next = goes_on.then(|| page.places.to_string());
    let taken = chats.into_iter().zip(page.taken).zip(answers);
    let parts = taken.map(async |((at, rooms), answers)| {
        let context = match RoomContext::of(&at, doctor, &rooms).await {
            _ if !answers => None,
            Ok(context) => Some(context),
            Err(failure) if failure.is_of_the_chat() => None,
            Err(failure) => return Err(failure),
        };
        Ok(Part { at, rooms, context })
    });
    Ok(Inbox {
        chats: try_join_all(parts).await?,
        turns: page.turns,
        next,
    })
}

/// Counts over all chats.
///
/// # Errors
/// Where no chat answers, what the first one says.
pub(crate) async fn unread(shell: &Shell, doctor: &Doctor) -> Result<Unread, Failure> {
    let chats = chats::all(shell);
    let counts = chats.iter().map(|at| {
        let count = async { Ok(at.chat.rooms().unread_rooms(doctor).await?) };
        with_timeout(at, FOR_THE_PAGE, count)
    });
    let counts = of_those_that_answer(join_all(counts).await)?;
    let missing = chats.into_iter().zip(&counts);
    Ok(Unread {
        rooms: counts.iter().flatten().sum(),
        missing: missing
            .filter(|(_, count)| count.is_none())
            .map(|(at, _)| at)
            .collect(),
    })
}

async fn list(
    at: &MountContext,
    doctor: &Doctor,
    cursor: Option<RoomCursor>,
    size: PageSize,
) -> Result<RoomPage, Failure> {
    let page = async { Ok(at.chat.rooms().list(doctor, cursor, size).await?) };
    with_timeout(at, FOR_THE_PAGE, page).await
}

/// The answers of those that answer.
///
/// # Errors
/// What is wrong with the question; where none answers, what the first one says.
fn of_those_that_answer<T>(answers: Vec<Result<T, Failure>>) -> Result<Vec<Option<T>>, Failure> {
    let mut found = Vec::with_capacity(answers.len());
    let mut down = None;
    for answer in answers {
        match answer {
            Ok(answer) => found.push(Some(answer)),
            Err(failure) if failure.is_of_the_chat() => {
                found.push(None);
                down.get_or_insert(failure);
            }
            Err(failure) => return Err(failure),
        }
    }
    match down {
        Some(failure) if found.iter().all(Option::is_none) => Err(failure),
        _ => Ok(found),
    }
}
