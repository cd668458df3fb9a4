//! What becomes of a row. Pure: what it needs to know of other rows it is told as [`Facts`].

mod attached;
mod body;
mod facts;
mod lists;
mod messages;
mod others;
mod people;

use std::collections::HashSet;

use jiff::Timestamp;

pub(crate) use facts::Facts;

use crate::{Files, Mapping, Part, Reason, Row, record::Verdict, when::When};

/// Judges rows, part by part and each part in its order.
pub struct Classifier {
    mapping: Mapping,
    files: Files,
    facts: Facts,
    now: Timestamp,
    /// Participants and reads that came before.
    seen: HashSet<u64>,
    /// The rooms that messages made, as no table has them.
    made: HashSet<String>,
    /// The last time that could be believed, from which missing ones are estimated.
    pub(crate) last_time: Option<Timestamp>,
}

impl Classifier {
    pub(crate) fn new(mapping: Mapping, files: Files, facts: Facts, now: Timestamp) -> Self {
        Self {
            mapping,
            files,
            facts,
            now,
            seen: HashSet::new(),
            made: HashSet::new(),
            last_time: None,
        }
    }

    /// Begins a part, from its first row.
    pub fn begin(&mut self) {
        self.seen.clear();
        self.last_time = None;
    }

    /// Judges the next rows of a part.
    pub fn judge(&mut self, part: Part, rows: &[Row]) -> Vec<Verdict> {
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
        let mut judged = Self(Verdict {
            key: key.clone().unwrap_or_else(|| format!("row {}", row.mark())),
            found: Vec::new(),
            records: Vec::new(),
        });
        if key.is_none() {
            judged.found(Reason::NoKey, row.raw());
        }
        judged
    }

    fn found(&mut self, reason: Reason, raw: impl Into<String>) {
        self.0.found.push((reason, raw.into()));
    }

    fn done(mut self) -> Verdict {
        if self.0.outcome() == crate::Outcome::Quarantined {
            self.0.records.clear();
        }
        self.0
    }
}
