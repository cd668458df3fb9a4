//! What becomes of a row. Pure: what it needs to know of other rows it is told as [`Facts`].

mod attached;
mod author;
mod body;
mod facts;
mod keys;
mod lists;
mod messages;
mod others;
mod people;

use std::collections::HashSet;

use jiff::Timestamp;

pub(crate) use facts::Facts;
use keys::Key;

use crate::{
    AppKeys, Files, Mapping, Part, Reason, Row,
    record::{Record, Verdict},
    when::When,
};

/// Judges rows, part by part and each part in its order.
pub(crate) struct Classifier {
    mapping: Mapping,
    files: Files,
    keys: AppKeys,
    facts: Facts,
    now: Timestamp,
    /// Participants and reads that came before.
    seen: HashSet<u64>,
    /// The rooms that messages made, as no table has them.
    made: HashSet<String>,
    /// The messages that were quarantined.
    aside: HashSet<String>,
    /// The last time that could be believed, from which missing ones are estimated.
    last_time: Option<Timestamp>,
}

impl Classifier {
    pub(crate) fn new(
        mapping: Mapping,
        files: Files,
        keys: AppKeys,
        facts: Facts,
        now: Timestamp,
    ) -> Self {
        Self {
            mapping,
            files,
            keys,
            facts,
            now,
            seen: HashSet::new(),
            made: HashSet::new(),
            aside: HashSet::new(),
            last_time: None,
        }
    }

    /// Begins a part, from its first row.
    pub(crate) fn begin(&mut self) {
        self.seen.clear();
        self.made.clear();
        self.last_time = None;
    }

    /// Whether a room of the table has nobody in it.
    fn is_nobodys(&self, room: &str) -> bool {
        let rooms = self.facts.rooms.as_ref();
        rooms
            .and_then(|rooms| rooms.get(room))
            .is_some_and(|room| !room.has_members())
    }

    /// Judges the next rows of a part.
    pub(crate) fn judge(&mut self, part: Part, rows: &[Row]) -> Vec<Verdict> {
        let judge = match part {
            Part::Messages => return self.messages(rows),
            Part::Users => Self::user,
            Part::Patients => return Vec::new(),
            Part::Rooms => Self::room,
            Part::Participants => Self::participant,
            Part::Reads => Self::read,
            Part::Attachments => Self::attachment,
        };
        rows.iter().map(|row| judge(self, row)).collect()
    }

    fn when(&self, row: &Row, field: &str) -> When {
        When::read(row.text(field).as_deref(), &self.mapping.zone, self.now)
    }

    fn time(&self, row: &Row, field: &str) -> Option<Timestamp> {
        self.when(row, field).at()
    }

    /// Whether a pair was seen before. Pairs are kept as 64 bits, as there may be very many.
    fn is_again(&mut self, one: &str, other: &str) -> bool {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        (one, other).hash(&mut hasher);
        !self.seen.insert(hasher.finish())
    }
}

/// A verdict in the making.
struct Judged(Verdict);

impl Judged {
    fn new(key: Option<String>, row: &Row) -> Self {
        let is_missing = key.is_none();
        let key = key.map_or_else(|| Key::of_row(row), |key| Key { key, before: None });
        let mut judged = Self(Verdict {
            key: key.key,
            key_before: key.before,
            found: Vec::new(),
            records: Vec::new(),
        });
        if is_missing {
            judged.found(Reason::NoKey, row.raw());
        }
        judged
    }

    fn found(&mut self, reason: Reason, raw: impl Into<String>) {
        self.0.found.push((reason, raw.into()));
    }

    /// Says who is likely to be in a room that nobody is in.
    fn likely(&mut self, room: &str, user: &str) {
        self.0.records.push(Record::LikelyMember {
            room: room.to_owned(),
            user: user.to_owned(),
        });
    }

    fn done(mut self) -> Verdict {
        if self.0.outcome() == crate::Outcome::Quarantined {
            self.0.records.clear();
        }
        self.0
    }
}

/// A name as our tables hold it.
fn cut(text: Option<String>) -> Option<String> {
    const MOST: usize = 120;
    text.map(|text| text.chars().take(MOST).collect())
}
