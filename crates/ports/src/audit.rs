//! The record of decisions: entries, the signature that shows who wrote them, and the seals that fix their order.

mod entry;
mod head;
mod removed;
mod seal;
mod signature;
mod signed;
mod visit;

pub use entry::{AuditEntry, Origin, WrittenEntry};
pub use head::{Head, InvalidHead};
pub use removed::RemovedEntries;
pub use seal::{InvalidSeal, Link, Seal};
pub use signature::{AuditKey, Signature};
pub use signed::SignedAudit;
pub use visit::Visit;

use async_trait::async_trait;

use crate::Result;

/// Writes the record of decisions. Entries are added and never changed.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Audit: Send + Sync {
    /// Writes an entry. `Ok` means that it is stored for good; what it speaks of is not answered
    /// before.
    ///
    /// # Errors
    /// `Unavailable`; then the caller refuses what was asked.
    async fn record(&self, entry: AuditEntry) -> Result<()>;
}
