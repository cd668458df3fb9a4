use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::hash;
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

/// Messages that a table of reads says were read, where it has no rows for others: a message without a row is unread.
#[derive(Default)]
pub(super) struct ReadRows {
    /// By room, who has read something in it.
    readers: HashMap<String, HashSet<String>>,
    /// Pairs of a message and a reader, as 64 bits each.
    rows: HashSet<u64>,
    /// Whether a row said that a message was not read.
    pub(super) has_unread: bool,
}

impl ReadRows {
    pub(super) fn note(&mut self, room: String, message: &str, user: String) {
        self.rows.insert(pair(&message.to_lowercase(), &user));
        self.readers.entry(room).or_default().insert(user);
    }

    /// Readers of a room who have no row for a message of it.
    pub(super) fn without_row(&self, room: &str, message: &str) -> Vec<String> {
        let readers = self.readers.get(room).into_iter().flatten();
        let message = message.to_lowercase();
        readers
            .filter(|user| !self.rows.contains(&pair(&message, user)))
            .cloned()
            .collect()
    }
}

fn pair(message: &str, user: &str) -> u64 {
    hash(&(message, user))
}

/// The room of a message as the rows that name the message have it too; empty where it is not read from a column.
pub(super) fn room_of(mapping: &Mapping, message: &Row) -> String {
    let messages = mapping.part(Part::Messages);
    let is_column = messages
        .and_then(|messages| messages.value("room"))
        .is_some_and(|room| room.json.is_empty() && !room.columns().is_empty());
    if is_column {
        message.word("room").unwrap_or_default()
    } else {
        String::new()
    }
}

/// The room of the message that a row names, and when it was sent. Where the source does not say in which room, all
/// messages count as one room's: nothing is read that comes after something unread, wherever that is. A time that cannot be true
/// is none.
pub(super) fn place(mapping: &Mapping, row: &Row, now: Timestamp) -> (String, Option<Timestamp>) {
    let zone = mapping.zone_of(Part::Messages, "created_at");
    let sent = When::read(row.sent().as_deref(), zone, now).at();
    (row.sent_in().unwrap_or_default(), sent)
}
