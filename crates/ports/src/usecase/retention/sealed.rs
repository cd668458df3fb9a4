use std::collections::BTreeMap;

use crate::{AuditKey, AuditTrail, Result, Signature, StoredEntry};

/// Seals that are read at once; each has some thousands of entries at most.
const AT_ONCE: u32 = 100;

/// The seals of the audit, read as far as the entries are.
///
/// Only an entry that is as it was written goes: otherwise whoever may write into the database makes an entry look old, and
/// the service itself removes it and says so under its own key.
pub(super) struct Sealed<'a> {
    key: &'a AuditKey,
    /// Of entries that were not asked about yet.
    links: BTreeMap<i64, Signature>,
    /// Entries up to this id are older than signatures.
    before: i64,
    number: i64,
    hash: [u8; 32],
    /// The largest id in a seal.
    up_to: i64,
    /// Whether all seals so far follow each other.
    is_whole: bool,
}

/// The judgement of an entry by the seals.
pub(super) enum Standing {
    /// It is as it was written.
    Genuine,
    /// No seal reaches it yet.
    Waiting,
    /// Somebody changed, added or moved it, or a seal.
    Doubtful,
}

impl<'a> Sealed<'a> {
    pub(super) fn new(key: &'a AuditKey) -> Self {
        Self {
            key,
            links: BTreeMap::new(),
            before: 0,
            number: -1,
            hash: [0; 32],
            up_to: 0,
            is_whole: true,
        }
    }

    /// Reads seals until they reach an entry, or all of them.
    pub(super) async fn reach(&mut self, trail: &dyn AuditTrail, entry: i64) -> Result<()> {
        while self.number < 0 || self.up_to < entry {
            let page = trail.seals(self.number, AT_ONCE).await?;
            if page.is_empty() {
                break;
            }
            for seal in page {
                let follows = seal.follows(self.key, &self.hash);
                self.is_whole &= follows && seal.number == self.number + 1;
                (self.number, self.hash) = (seal.number, seal.hash);
                if seal.number == 0 {
                    self.before = seal.before;
                }
                for link in seal.links {
                    self.up_to = self.up_to.max(link.entry);
                    self.links.insert(link.entry, link.signature);
                }
            }
        }
        Ok(())
    }

    /// Judges an entry; to be asked in the order of the ids, each once.
    pub(super) fn judge(&mut self, stored: &StoredEntry) -> Standing {
        let later = self.links.split_off(&stored.id);
        self.links = later;
        let link = self.links.remove(&stored.id);
        let is_old = (1..=self.before).contains(&stored.id);
        match (link, stored.signature) {
            _ if !self.is_whole => Standing::Doubtful,
            (Some(sealed), Some(own)) => {
                if own == sealed && self.key.sign(&stored.entry) == sealed {
                    Standing::Genuine
                } else {
                    Standing::Doubtful
                }
            }
            (None, None) if is_old => Standing::Genuine,
            (None, Some(_)) if stored.id > self.up_to => Standing::Waiting,
            _ => Standing::Doubtful,
        }
    }
}
