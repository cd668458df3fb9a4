//! Entries of the audit.

use jiff::{SignedDuration, Timestamp};

use super::{
    AUDIT, DueItem, Walk,
    sealed::{Sealed, Standing},
};
use crate::{Error, Result, StoredEntry};

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
        let mut sealed = Sealed::new(self.key);
        let (mut after, mut doubtful) = (i64::MIN, None);
        loop {
            self.list.goes_on()?;
            let page = self.stores.trail.entries(after, AT_ONCE).await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            sealed.reach(&*self.stores.trail, after).await?;
            let is_old = |entry: &StoredEntry| moment(entry) < end;
            let goes_on = page.iter().any(is_old);
            if self.removes {
                self.held.refresh(self.stores).await?;
            }
            let mut due = Vec::new();
            for entry in page {
                let standing = sealed.judge(&entry);
                let kept = self.rules.audit.of(&entry.entry.action);
                if kept.is_none_or(|kept| moment(&entry) >= kept.before(self.now)) {
                    continue;
                }
                match standing {
                    Standing::Waiting => {}
                    Standing::Doubtful => drop(doubtful.get_or_insert(entry.id)),
                    Standing::Genuine if self.held.keeps_entry(&entry.entry) => {
                        self.found.held_entries += 1;
                    }
                    Standing::Genuine => due.push(entry),
                }
            }
            self.entries(due).await?;
            if !goes_on {
                break;
            }
        }
        if let Some(entry) = doubtful {
            let why = format!(
                "entry {entry} looks old and is not as it was written; such entries stay, and hims-chat audit verify names them"
            );
            self.leave(AUDIT, None, &Error::conflict(why));
        }
        Ok(())
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
