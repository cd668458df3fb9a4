use std::fmt;

use jiff::Timestamp;
use thiserror::Error;

use crate::{Message, MessageId, Room, RoomId};

/// How much to read at once: 1 to 100 entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageSize(u8);

/// A paging value is wrong.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum InvalidPage {
    /// Out of range.
    #[error("must be a number from 1 to 100")]
    Size,
    /// Not a cursor of ours.
    #[error("must be a cursor as an earlier page gave it")]
    Cursor,
}

impl PageSize {
    /// The page size when the reader asks for none.
    pub const DEFAULT: Self = Self(50);

    /// Reads a size.
    ///
    /// # Errors
    /// [`InvalidPage::Size`] outside 1 to 100.
    pub fn new(size: u32) -> Result<Self, InvalidPage> {
        match u8::try_from(size) {
            Ok(size @ 1..=100) => Ok(Self(size)),
            _ => Err(InvalidPage::Size),
        }
    }

    /// The number of entries.
    pub fn get(self) -> usize {
        self.0.into()
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The start of a page of messages. Keyset: the cost of a page does not grow with the history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MessageCursor {
    /// The newest.
    #[default]
    Latest,
    /// The nearest older than this one.
    Before(MessageId),
    /// The nearest newer than this one. Asking again and again misses nothing.
    After(MessageId),
    /// This one, with the nearest older and newer: half of the page are older ones, if there are.
    Around(MessageId),
}

/// A page of messages, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessagePage {
    /// The messages.
    pub messages: Vec<Message>,
    /// The message before which older ones begin; none when there are none.
    pub before: Option<MessageId>,
    /// The message after which newer ones begin, now or later; none only in a room without messages.
    pub after: Option<MessageId>,
}

impl PageSize {
    /// Of a page around a message: how many older ones, and how many newer with the message itself.
    pub fn halves(self) -> (usize, usize) {
        let older = self.get() / 2;
        (older, self.get() - older)
    }
}

impl MessagePage {
    /// A page out of what was found for it, oldest first. Backwards one message more than the page
    /// holds is looked for, which tells whether there are older ones.
    pub fn out_of(mut messages: Vec<Message>, cursor: &MessageCursor, size: PageSize) -> Self {
        let surplus = match cursor {
            MessageCursor::Latest | MessageCursor::Before(_) => {
                messages.len().saturating_sub(size.get())
            }
            MessageCursor::After(_) => {
                messages.truncate(size.get());
                0
            }
            MessageCursor::Around(id) => {
                let before = messages.iter().take_while(|message| message.id != *id);
                before.count().saturating_sub(size.halves().0)
            }
        };
        messages.drain(..surplus);
        // The cursor of what comes after it is older itself.
        let older_exist = surplus > 0 || matches!(cursor, MessageCursor::After(_));
        let id = |message: Option<&Message>| message.map(|message| message.id.clone());
        let after = match cursor {
            MessageCursor::After(cursor) => Some(cursor.clone()),
            _ => None,
        };
        Self {
            before: id(messages.first().filter(|_| older_exist)),
            after: id(messages.last()).or(after),
            messages,
        }
    }
}

/// The start of a page of rooms: the room before it and the time it was last active. A cursor can be made of
/// any room of a list, and means the same in every backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomCursor {
    active_at: Timestamp,
    room: RoomId,
}

impl RoomCursor {
    /// Starts the page after this room.
    pub fn after(room: &Room) -> Self {
        Self::at(room.active_at, room.id.clone())
    }

    /// Starts the page after the room with this id that was last active at `active_at`.
    pub fn at(active_at: Timestamp, room: RoomId) -> Self {
        Self { active_at, room }
    }

    /// Reads a cursor as [`fmt::Display`] writes it.
    ///
    /// # Errors
    /// [`InvalidPage::Cursor`] when it is none.
    pub fn parse(text: &str) -> Result<Self, InvalidPage> {
        let parts = text.split_once('_').and_then(|(active_at, room)| {
            let active_at = Timestamp::from_nanosecond(active_at.parse().ok()?).ok()?;
            Some(Self::at(active_at, RoomId::parse(room).ok()?))
        });
        parts.ok_or(InvalidPage::Cursor)
    }

    /// When the room was last active.
    pub fn active_at(&self) -> Timestamp {
        self.active_at
    }

    /// The room that comes before the page.
    pub fn room(&self) -> &RoomId {
        &self.room
    }
}

impl fmt::Display for RoomCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.active_at.as_nanosecond(), self.room)
    }
}

/// A page of rooms, newest activity first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomPage {
    /// The rooms.
    pub rooms: Vec<Room>,
    /// The start of the next page; none on the last.
    pub next: Option<RoomCursor>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_as_it_is_written() {
        let text = "1790000000123456789_direct-7_a";
        assert_eq!(RoomCursor::parse(text).unwrap().to_string(), text);
        for text in [
            "",
            "nonsense",
            "_",
            "1_",
            "_1",
            "1",
            "'--",
            "1_a b",
            &"9".repeat(40),
        ] {
            assert_eq!(RoomCursor::parse(text), Err(InvalidPage::Cursor), "{text}");
        }
    }
}
