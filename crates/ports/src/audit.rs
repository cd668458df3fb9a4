use async_trait::async_trait;
use domain::{Action, Decision, RoomId, StaffId};
use jiff::Timestamp;

use crate::Result;

/// Who wanted to do what, and what the policy said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: StaffId,
    /// What.
    pub action: Action,
    /// In which room, when in one.
    pub room: Option<RoomId>,
    /// On what: the id of a message, attachment, patient or staff member; for a token, what it allows.
    pub subject: Option<String>,
    /// Allowed, or denied and why.
    pub decision: Decision,
}

/// The record of decisions. Entries are added and never changed.
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
