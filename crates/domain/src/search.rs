use std::fmt;

use jiff::Timestamp;
use thiserror::Error;

use crate::{Message, MessageId, PageSize, RoomId, StaffId};

/// What to look for: 2 to 100 characters. `Debug` prints the length only, as with message text.
#[derive(Clone, PartialEq, Eq)]
pub struct Query(String);

/// The text is no [`Query`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("must be 2 to 100 characters on one line")]
pub struct InvalidQuery;

impl Query {
    /// Reads a query; white space around it is dropped.
    ///
    /// # Errors
    /// [`InvalidQuery`] when it is shorter than 2 or longer than 100 characters, or holds control
    /// characters.
    pub fn parse(text: &str) -> Result<Self, InvalidQuery> {
        let text = text.trim();
        let fits = (2..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidQuery)
        }
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query({} characters)", self.0.chars().count())
    }
}

/// A search over the rooms of one doctor, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Part of the text, whatever the case.
    pub query: Query,
    /// Only in this room.
    pub room: Option<RoomId>,
    /// Only by this author.
    pub author: Option<StaffId>,
    /// Only sent at or after.
    pub from: Option<Timestamp>,
    /// Only older than this hit, which ended the page before.
    pub after_hit: Option<MessageId>,
    /// Most hits.
    pub size: PageSize,
}

/// A page of hits, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchPage {
    /// The hits.
    pub messages: Vec<Message>,
    /// Where the next page starts; none on the last.
    pub next: Option<MessageId>,
}
