use std::fmt;

use async_trait::async_trait;
use domain::StaffId;
use jiff::Timestamp;

use crate::{RemovedEntries, Result, Seal, Signature, WrittenEntry};

/// An entry out of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredEntry {
    /// Grows with time; an entry that took long to store may have a smaller one than its neighbours.
    pub id: i64,
    /// Its words.
    pub entry: WrittenEntry,
    /// The signature; none of entries that are older than signatures, or that somebody else wrote.
    pub signature: Option<Signature>,
}

impl StoredEntry {
    /// One that a store kept.
    pub fn new(id: i64, entry: WrittenEntry, signature: Option<Signature>) -> Self {
        Self {
            id,
            entry,
            signature,
        }
    }
}

/// The conditions that entries must meet. A field that is not set does not narrow the search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditFilter {
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// The person who acted.
    pub actor: Option<StaffId>,
    /// The action's word.
    pub action: Option<String>,
    /// The room's id.
    pub room: Option<String>,
    /// On what.
    pub subject: Option<String>,
    /// `allowed` or `denied`.
    pub decision: Option<String>,
    /// The address.
    pub address: Option<String>,
    /// The session's id.
    pub session: Option<String>,
    /// The request's id.
    pub request: Option<String>,
}

/// The conditions in the order of the columns, such as `actor=7 action=read-room`.
impl fmt::Display for AuditFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let conditions = [
            ("from", self.from.map(|at| at.to_string())),
            ("until", self.until.map(|at| at.to_string())),
            ("actor", self.actor.as_ref().map(ToString::to_string)),
            ("action", self.action.clone()),
            ("room", self.room.clone()),
            ("subject", self.subject.clone()),
            ("decision", self.decision.clone()),
            ("address", self.address.clone()),
            ("session", self.session.clone()),
            ("request", self.request.clone()),
        ];
        let mut space = "";
        for (name, value) in conditions {
            if let Some(value) = value {
                write!(f, "{space}{name}={value}")?;
                space = " ";
            }
        }
        Ok(())
    }
}

/// Reads the record of decisions, and fixes its order.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait AuditTrail: Send + Sync {
    /// Entries with ids below `before` (none: the newest), the newest first, at most `most`.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn list(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        most: u32,
    ) -> Result<Vec<StoredEntry>>;

    /// Entries with ids above `after`, the oldest first, at most `most`.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn entries(&self, after: i64, most: u32) -> Result<Vec<StoredEntry>>;

    /// Seals with numbers above `after` (-1: from the first), in their order, at most `most`. One whose entries
    /// cannot be read is answered without any.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn seals(&self, after: i64, most: u32) -> Result<Vec<Seal>>;

    /// The newest seal, without its links.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn newest_seal(&self) -> Result<Option<Seal>>;

    /// Seals what was stored and is not sealed yet, at most a few thousand entries: how many. The first call of
    /// all begins the record. Of several instances one seals at a time; the others answer 0.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn seal(&self, at: Timestamp) -> Result<usize>;

    /// Returns those of these entries that were stored and wait to be sealed.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn waiting(&self, of: &[i64]) -> Result<Vec<i64>>;

    /// How many entries were stored and wait to be sealed; where there are very many, at least how many. It is read
    /// from those alone, so that it can be asked for often.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn unsealed(&self) -> Result<u64>;

    /// Removes entries, which the rules of retention no longer keep, and states which in the same transaction. Entries
    /// that wait to be sealed stay. How many went.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn remove(&self, entries: &[i64], at: Timestamp) -> Result<usize>;

    /// Statements about removed entries with numbers above `after`, in their order, at most `most`.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn removed(&self, after: i64, most: u32) -> Result<Vec<RemovedEntries>>;
}
