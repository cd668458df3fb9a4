//! Whether the record of decisions is as it was written.

mod explained;
mod matching;

use std::fmt;

use jiff::Timestamp;

use self::{explained::Explained, matching::Matching};
use crate::{AuditKey, AuditTrail, Head, Result, Seal};

/// Entries that are read at once.
const AT_ONCE: u32 = 5_000;

/// Seals that are read at once; each has some thousands of entries at most.
const SEALS_AT_ONCE: u32 = 100;

/// Faults that are told one by one.
pub const MOST_FAULTS: usize = 100;

/// A fault of the record, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The entry's words are not those that were signed.
    Changed {
        /// Its id.
        entry: i64,
    },
    /// The entry is gone.
    Cut {
        /// Its id.
        entry: i64,
        /// When the seal that has it was made.
        sealed: Timestamp,
    },
    /// This service did not write the entry, or it stands outside of the order.
    Added {
        /// Its id.
        entry: i64,
    },
    /// Another entry stands in this one's place.
    Moved {
        /// The id of the place.
        entry: i64,
    },
    /// The entry waits for a seal, and the service answered requests more than five minutes after it: sealing has
    /// stopped. Of several the oldest is named.
    Unsealed {
        /// Its id.
        entry: i64,
    },
    /// The seal is not the one that was made after the seal before it.
    Seal {
        /// Its number.
        number: i64,
    },
    /// The statement that entries were removed by the rules of retention is not one of this service's.
    Statement {
        /// Its number.
        number: i64,
    },
    /// The record has no seal of this number, and had one when a head was taken of it.
    Ends {
        /// The number.
        number: i64,
        /// When the head was taken.
        taken: Timestamp,
    },
    /// The seal of this number is another than the one of which a head was taken.
    Head {
        /// The number.
        number: i64,
        /// When the head was taken.
        taken: Timestamp,
    },
}

impl Fault {
    /// Entries come first, by their ids, then seals by their numbers.
    fn place(&self) -> (bool, i64) {
        match *self {
            Self::Changed { entry }
            | Self::Cut { entry, .. }
            | Self::Added { entry }
            | Self::Moved { entry }
            | Self::Unsealed { entry } => (false, entry),
            Self::Seal { number }
            | Self::Statement { number }
            | Self::Ends { number, .. }
            | Self::Head { number, .. } => (true, number),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { entry } => write!(f, "entry {entry} was changed"),
            Self::Cut { entry, sealed } => {
                write!(
                    f,
                    "entry {entry} was cut out; it was stored shortly before {sealed}"
                )
            }
            Self::Added { entry } => write!(f, "entry {entry} was added by somebody else"),
            Self::Moved { entry } => {
                write!(
                    f,
                    "entry {entry} was reordered: another entry stands in its place"
                )
            }
            Self::Unsealed { entry } => write!(
                f,
                "entry {entry} waits for a seal, though the service answered requests more than five minutes after it: \
                 sealing has stopped, and the log says why"
            ),
            Self::Seal { number } => {
                write!(f, "seal {number} was changed, or one before it is missing")
            }
            Self::Statement { number } => write!(
                f,
                "statement {number} about removed entries was changed, or somebody else made it"
            ),
            Self::Ends { number, taken } => write!(
                f,
                "the end was cut off: there is no seal {number}, of which a head was taken at {taken}"
            ),
            Self::Head { number, taken } => write!(
                f,
                "seal {number} is another than the one of which a head was taken at {taken}: the record was made anew"
            ),
        }
    }
}

/// The result of a check of the audit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditCheck {
    /// Entries that are as they were written.
    pub whole: u64,
    /// Entries that are older than signatures, about which nothing can be said.
    pub unsigned: u64,
    /// Entries that are not in a seal yet: those of the last moments, and of commands since the service stopped.
    pub waiting: u64,
    /// Entries that the rules of retention removed.
    pub removed: u64,
    /// Seals that were checked.
    pub seals: u64,
    /// Heads that were found in the record.
    pub heads: u64,
    /// The faults, in the order of the entries and then of the seals; of more than [`MOST_FAULTS`] the first.
    pub faults: Vec<Fault>,
    /// How many faults there are.
    pub fault_count: u64,
}

impl AuditCheck {
    pub(super) fn fault(&mut self, fault: Fault) {
        self.fault_count += 1;
        let place = fault.place();
        let at = self.faults.partition_point(|known| known.place() <= place);
        self.faults.insert(at, fault);
        self.faults.truncate(MOST_FAULTS);
    }
}

/// Reads the whole record and compares it with its signatures, its seals, and heads that were taken of it. It may be
/// written meanwhile: entries that come after the beginning are not looked at.
///
/// # Errors
/// `Unavailable`.
pub async fn check_audit(
    trail: &dyn AuditTrail,
    key: &AuditKey,
    heads: &[Head],
) -> Result<AuditCheck> {
    let mut check = AuditCheck::default();
    let newest = trail.list(&crate::AuditFilter::default(), None, 1).await?;
    let last = newest.first().map_or(0, |entry| entry.id);
    let mut explained = Explained::default();
    explained.read(trail, key, &mut check).await?;
    let mut matching = Matching::new(key, explained);
    // Somebody may have added one with an id below those that are counted up.
    let (mut seals, mut entries) = (Seals::default(), i64::MIN);
    loop {
        let page = trail.entries(entries, AT_ONCE).await?;
        let page: Vec<_> = page.into_iter().filter(|entry| entry.id <= last).collect();
        entries = page.last().map_or(last, |entry| entry.id);
        let is_last = entries >= last;
        // Seals reach about as far as entries, so neither has to be held for long.
        while is_last || matching.sealed_up_to() < entries {
            let more = trail.seals(seals.number, SEALS_AT_ONCE).await?;
            if more.is_empty() {
                break;
            }
            for seal in more {
                seals.take(key, &seal, heads, &mut check);
                matching.seal(&seal, &mut check);
            }
        }
        for entry in page {
            matching.entry(entry, &mut check);
        }
        if is_last {
            break;
        }
    }
    for head in heads.iter().filter(|head| head.number > seals.number) {
        let (number, taken) = (head.number, head.at);
        check.fault(Fault::Ends { number, taken });
    }
    matching
        .finish(trail, last, seals.number, &mut check)
        .await?;
    Ok(check)
}

/// The seals so far.
struct Seals {
    number: i64,
    hash: [u8; 32],
}

impl Default for Seals {
    fn default() -> Self {
        Self {
            number: -1,
            hash: [0; 32],
        }
    }
}

impl Seals {
    fn take(&mut self, key: &AuditKey, seal: &Seal, heads: &[Head], check: &mut AuditCheck) {
        let number = seal.number;
        check.seals += 1;
        if number != self.number + 1 || !seal.follows(key, &self.hash) {
            check.fault(Fault::Seal { number });
        }
        for head in heads.iter().filter(|head| head.number == number) {
            if head.hash == seal.hash {
                check.heads += 1;
            } else {
                check.fault(Fault::Head {
                    number,
                    taken: head.at,
                });
            }
        }
        (self.number, self.hash) = (number, seal.hash);
    }
}
