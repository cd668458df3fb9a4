use std::collections::HashMap;

use jiff::Timestamp;

use crate::{Mapping, Part, Row, when::When};

/// The first message of a room that somebody has not read, where a row says so of each message.
#[derive(Default)]
pub(super) struct Unread(HashMap<(String, String), Timestamp>);

impl Unread {
    pub(super) fn note(&mut self, room: String, user: String, sent: Timestamp) {
        let first = self.0.entry((room, user)).or_insert(sent);
        *first = sent.min(*first);
    }

    /// Whether an earlier message of the room, or one of the same time, is unread.
    pub(super) fn is_before(&self, room: &str, user: &str, sent: Timestamp) -> bool {
        let first = self.0.get(&(room.to_owned(), user.to_owned()));
        first.is_some_and(|first| *first <= sent)
    }
}

/// The room of the message that a row names, and when it was sent. Where the source does not say in which room, all
/// messages count as one room's: nothing is read that comes after something unread, wherever that is.
pub(super) fn place(mapping: &Mapping, row: &Row) -> (String, Option<Timestamp>) {
    let zone = mapping.zone_of(Part::Messages, "created_at");
    let sent = When::read(row.sent().as_deref(), zone, Timestamp::MAX).at();
    (row.sent_in().unwrap_or_default(), sent)
}
