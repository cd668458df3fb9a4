use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use jiff::Timestamp;
use ports::{FailedSignIns, Failures, Result, SignInKey};

/// Failed sign-ins counted in this process, where no store counts them for all instances. Browsers are
/// known until it ends.
#[derive(Default)]
pub(super) struct CountedHere {
    key: Mutex<Option<SignInKey>>,
    counts: Mutex<HashMap<String, Failures>>,
}

impl CountedHere {
    fn counts(&self) -> MutexGuard<'_, HashMap<String, Failures>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl FailedSignIns for CountedHere {
    async fn key(&self, fresh: &SignInKey) -> Result<SignInKey> {
        let mut key = self.key.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(key.get_or_insert_with(|| fresh.clone()).clone())
    }

    async fn counted(&self, keys: &[String]) -> Result<Vec<Failures>> {
        let counts = self.counts();
        Ok(keys
            .iter()
            .filter_map(|key| counts.get(key).cloned())
            .collect())
    }

    async fn count(&self, keys: &[String], now: Timestamp, window: Timestamp) -> Result<()> {
        let mut counts = self.counts();
        counts.retain(|_, failures| failures.since >= window && failures.since <= now);
        for key in keys {
            let failures = counts.entry(key.clone()).or_insert(Failures {
                key: key.clone(),
                count: 0,
                since: now,
            });
            failures.count = failures.count.saturating_add(1);
        }
        Ok(())
    }

    async fn forget(&self, key: &str) -> Result<()> {
        self.counts().remove(key);
        Ok(())
    }
}
