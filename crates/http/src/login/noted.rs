//! Sign-ins and sign-outs in the audit.

use std::sync::Arc;

use domain::{Action, Decision, Denied, Reason, StaffId};
use ports::{Audit, AuditEntry};

use super::SignIn;
use crate::failure::Failure;

impl SignIn {
    /// Writes sign-ins, failed ones, and ends of sessions into this record. Without an entry nobody is let in.
    #[must_use]
    pub fn audit(mut self, audit: Arc<dyn Audit>) -> Self {
        self.audit = Some(audit);
        self
    }

    /// Writes down something about somebody's own account; `subject` says how.
    pub(super) async fn note(
        &self,
        action: Action,
        who: &StaffId,
        subject: &str,
    ) -> Result<(), Failure> {
        let entry = AuditEntry::new(self.clock.now(), action, Decision::Allowed);
        self.record(entry.by(who).on(subject)).await
    }

    /// Writes down that somebody is not let in; `who` where the name is that of an account. The name itself is not
    /// kept: it may be a password in the wrong field.
    pub(super) async fn note_refused(
        &self,
        why: Reason,
        who: Option<&StaffId>,
        way: &str,
    ) -> Result<(), Failure> {
        let denied = Decision::Denied(Denied::because(why));
        let mut entry = AuditEntry::new(self.clock.now(), Action::SignIn, denied).on(way);
        entry.actor = who.cloned();
        self.record(entry).await
    }

    async fn record(&self, entry: AuditEntry) -> Result<(), Failure> {
        if let Some(audit) = &self.audit {
            audit.record(entry).await?;
        }
        Ok(())
    }
}
