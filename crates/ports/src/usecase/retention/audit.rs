//! Entries of the audit.

use jiff::{SignedDuration, Timestamp};

use super::{DueItem, Walk};
use crate::{Result, StoredEntry};

/// Entries that are read at once, and removed in one transaction.
const AT_ONCE: u32 = 2_000;

/// Entries stand in the order of their ids, which is that of their times but for those that took long to store.
const OUT_OF_ORDER: SignedDuration = SignedDuration::from_hours(24);

impl Walk<'_> {
    pub(super) async fn audit(&mut self) -> Result<()> {
        let Some(shortest) = self.rules.audit.shortest() else {
            return Ok(());
        };
        let latest = shortest.before(self.now);
        let end = latest.checked_add(OUT_OF_ORDER).unwrap_or(latest);
        let mut after = i64::MIN;
        loop {
            let page = self.stores.trail.entries(after, AT_ONCE).await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = last.id;
            let is_old = |entry: &StoredEntry| moment(entry) < end;
            let goes_on = page.iter().any(is_old);
            let mut due = Vec::new();
            for entry in page {
                let kept = self.rules.audit.of(&entry.entry.action);
                if kept.is_none_or(|kept| moment(&entry) >= kept.before(self.now)) {
                    continue;
                }
                if self.held.keeps_entry(&entry.entry) {
                    self.found.held_entries += 1;
                } else {
                    due.push(entry);
                }
            }
            self.entries(due).await?;
            if !goes_on {
                return Ok(());
            }
        }
    }

    async fn entries(&mut self, due: Vec<StoredEntry>) -> Result<()> {
        for entry in &due {
            self.list.add(&DueItem::Entry {
                entry: entry.id,
                at: moment(entry),
                action: entry.entry.action.clone(),
            })?;
        }
        let mut gone = due.len();
        if self.removes && !due.is_empty() {
            self.list.keep()?;
            let ids: Vec<i64> = due.iter().map(|entry| entry.id).collect();
            gone = self.stores.trail.remove(&ids, self.now).await?;
        }
        self.found.entries += gone as u64;
        Ok(())
    }
}

/// An entry whose time is none that can be read is as new as can be: it stays.
fn moment(entry: &StoredEntry) -> Timestamp {
    Timestamp::from_microsecond(entry.entry.at).unwrap_or(Timestamp::MAX)
}
