//! The judgement of rows. Pure: the facts it needs about other rows are given to it as [`Facts`].

mod addresses;
mod attached;
mod author;
mod body;
mod classes;
mod facts;
mod html;
mod keys;
mod learn;
mod lists;
mod marks;
mod messages;
mod notes;
mod others;
mod people;
mod place;
mod repeated;
mod stamp;
mod unread;

use std::collections::HashSet;

use jiff::Timestamp;

use classes::Classes;
pub(crate) use facts::Facts;
use keys::Key;
use repeated::Repeated;

use crate::{
    AppKeys, Contradiction, Files, Mapping, Part, PartMapping, Reason, Row, is_counted,
    mapping::BodyIs,
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
    /// Place of the messages in a repeated hour.
    repeated: Repeated,
    /// Whether no number says in what order messages came.
    is_unordered: bool,
    /// Classes that stood beside ids.
    classes: Classes,
    /// Whether messages come in the order of ids that are made at random.
    is_random: bool,
    /// Rooms and times of messages, where none does.
    times: HashSet<u64>,
}

impl Classifier {
    pub(crate) fn new(
        mapping: Mapping,
        files: Files,
        keys: AppKeys,
        facts: Facts,
        now: Timestamp,
    ) -> Self {
        let messages = mapping.part(Part::Messages);
        let id = messages.and_then(|messages| messages.own("id"));
        Self {
            is_unordered: id.is_some_and(|id| !is_counted(&id.kind)),
            is_random: messages.is_some_and(PartMapping::is_random),
            classes: Classes::default(),
            mapping,
            files,
            keys,
            facts,
            now,
            seen: HashSet::new(),
            made: HashSet::new(),
            aside: HashSet::new(),
            last_time: None,
            repeated: Repeated::default(),
            times: HashSet::new(),
        }
    }

    /// Knowledge from the rows that were judged.
    pub(crate) fn into_facts(self) -> Facts {
        self.facts
    }

    /// Contradictions in what stood beside the ids of all rows that were judged.
    pub(crate) fn contradictions(&self) -> Vec<Contradiction> {
        self.classes.contradictions()
    }

    /// Begins a part, from its first row.
    pub(crate) fn begin(&mut self) {
        self.seen.clear();
        self.made.clear();
        self.last_time = None;
        self.repeated = Repeated::default();
        self.times.clear();
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
        rows.iter()
            .for_each(|row| self.classes.note(&self.mapping, row));
        let judge = match part {
            Part::Messages => {
                let messages = self.mapping.part(Part::Messages);
                if messages.is_some_and(|messages| messages.body_is == BodyIs::OpenEmrNote) {
                    let apart: Vec<Row> = rows.iter().flat_map(notes::apart).collect();
                    return self.messages(&apart);
                }
                return self.messages(rows);
            }
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
        let zone = self.mapping.zone_of(row.part(), field);
        When::read(row.text(field).as_deref(), zone, self.now)
    }

    fn time(&self, row: &Row, field: &str) -> Option<Timestamp> {
        self.when(row, field).at()
    }

    /// Whether a pair was seen before. Pairs are kept as 64 bits, as there may be very many.
    fn is_again(&mut self, one: &str, other: &str) -> bool {
        !self.seen.insert(hash(&(one, other)))
    }
}

fn hash(of: &impl std::hash::Hash) -> u64 {
    use std::hash::{DefaultHasher, Hasher};
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
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
            is_ahead: false,
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
