use std::sync::Arc;

use domain::{Action, StaffMember};

use super::desk::{Desk, OrderedBy};
use crate::{
    Audit, AuditFilter, AuditKey, AuditTrail, Clock, Head, Result, StoredEntry,
    usecase::{AuditCheck, check_audit, may},
};

/// The record of decisions behind the guard: administrators only, and whoever reads it is in it.
#[derive(Clone)]
pub struct GuardedAuditTrail {
    inner: Arc<dyn AuditTrail>,
    desk: Arc<Desk>,
}

impl GuardedAuditTrail {
    /// Puts the guard before a trail.
    pub fn new(inner: Arc<dyn AuditTrail>, audit: Arc<dyn Audit>, clock: Arc<dyn Clock>) -> Self {
        let desk = Arc::new(Desk { audit, clock });
        Self { inner, desk }
    }

    /// Whether somebody may read it; only a refusal is written down.
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`.
    pub async fn admit(&self, member: &StaffMember) -> Result<()> {
        let (audit, clock) = (&*self.desk.audit, &*self.desk.clock);
        may(audit, clock, member, Action::ReadAudit).await
    }

    /// See [`AuditTrail::list`].
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`.
    pub async fn list(
        &self,
        by: OrderedBy<'_>,
        filter: &AuditFilter,
        before: Option<i64>,
        most: u32,
    ) -> Result<Vec<StoredEntry>> {
        let subject = format!("list {filter}");
        self.desk
            .pass(by, Action::ReadAudit, subject.trim_end())
            .await?;
        self.inner.list(filter, before, most).await
    }

    /// Writes down that somebody takes the record out, and gives it to them.
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`.
    pub async fn export(&self, by: OrderedBy<'_>) -> Result<&dyn AuditTrail> {
        self.desk.pass(by, Action::ReadAudit, "export").await?;
        Ok(&*self.inner)
    }

    /// See [`check_audit`].
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`.
    pub async fn check(
        &self,
        by: OrderedBy<'_>,
        key: &AuditKey,
        heads: &[Head],
    ) -> Result<AuditCheck> {
        self.desk.pass(by, Action::ReadAudit, "verify").await?;
        check_audit(&*self.inner, key, heads).await
    }
}
