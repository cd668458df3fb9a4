use std::sync::Arc;

use ports::{Audit, AuditKey, AuditTrail, SignedAudit};

use super::Postgres;

impl Postgres {
    /// The record of decisions. Its entries are signed.
    pub fn audit(&self) -> Arc<dyn Audit> {
        Arc::new(SignedAudit::new(self.store.clone(), self.audit_key()))
    }

    /// The same record, to be read and sealed.
    pub fn audit_trail(&self) -> Arc<dyn AuditTrail> {
        self.store.clone()
    }

    /// The key that signs audit entries.
    pub fn audit_key(&self) -> AuditKey {
        self.store.audit_key.clone()
    }
}
