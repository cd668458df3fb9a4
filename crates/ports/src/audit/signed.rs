use std::sync::Arc;

use async_trait::async_trait;

use super::{Audit, AuditEntry, AuditKey, Visit, WrittenEntry};
use crate::Result;

/// Signs entries, says where they were asked, and writes what one request looks at once.
#[derive(Clone)]
pub struct SignedAudit {
    inner: Arc<dyn Audit>,
    key: AuditKey,
}

impl SignedAudit {
    /// Signs with `key` what is written to `inner`.
    pub fn new(inner: Arc<dyn Audit>, key: AuditKey) -> Self {
        Self { inner, key }
    }

    pub(super) async fn store(&self, mut entry: AuditEntry) -> Result<()> {
        entry.signature = Some(self.key.sign(&WrittenEntry::from(&entry)));
        self.inner.record(entry).await
    }
}

#[async_trait]
impl Audit for SignedAudit {
    async fn record(&self, entry: AuditEntry) -> Result<()> {
        match Visit::current() {
            Some(visit) => visit.record(self, entry).await,
            None => self.store(entry).await,
        }
    }
}
