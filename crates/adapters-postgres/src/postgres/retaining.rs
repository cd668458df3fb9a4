use std::sync::Arc;

use ports::{Disposal, LegalHolds, RetentionReceipts};

use super::Postgres;

impl Postgres {
    /// Removing what the hospital no longer keeps, unguarded: for `ports::GuardedRetention::new`.
    pub fn disposal(&self) -> Arc<dyn Disposal> {
        self.store.clone()
    }

    /// The legal holds, unguarded: for `ports::GuardedRetention::new`.
    pub fn legal_holds(&self) -> Arc<dyn LegalHolds> {
        self.store.clone()
    }

    /// The receipts of earlier runs, unguarded: for `ports::GuardedRetention::new`.
    pub fn retention_receipts(&self) -> Arc<dyn RetentionReceipts> {
        self.store.clone()
    }
}
