use std::collections::{BTreeMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::{AT_ONCE, AuditCheck, Fault, SEALS_AT_ONCE, explained::Explained};
use crate::{AuditKey, AuditTrail, Result, Seal, Signature, StoredEntry};

/// The service seals every second; one that takes much longer does not seal.
const SEALED_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// Brings entries and the seals that have them together, each in about the same order.
pub(super) struct Matching<'a> {
    key: &'a AuditKey,
    explained: Explained,
    /// Sealed entries that were not read yet.
    sealed: BTreeMap<i64, (Signature, Timestamp)>,
    /// Entries that no seal had yet.
    entries: BTreeMap<i64, Signs>,
    /// Entries up to this id are older than signatures.
    before: i64,
    /// The time of the newest entry about a request, in microseconds since 1970: then the service ran.
    served: i64,
    up_to: i64,
}

/// The signatures of an entry.
#[derive(Clone, Copy)]
struct Signs {
    /// That of its words as they are.
    of_words: Signature,
    /// The one that stands beside them.
    own: Option<Signature>,
    /// When the entry was made, in microseconds since 1970.
    at: i64,
}

impl<'a> Matching<'a> {
    pub(super) fn new(key: &'a AuditKey, explained: Explained) -> Self {
        Self {
            key,
            explained,
            sealed: BTreeMap::new(),
            entries: BTreeMap::new(),
            before: 0,
            served: i64::MIN,
            up_to: 0,
        }
    }

    /// The largest id that a seal has.
    pub(super) fn sealed_up_to(&self) -> i64 {
        self.up_to
    }

    pub(super) fn seal(&mut self, seal: &Seal, check: &mut AuditCheck) {
        if seal.number == 0 {
            self.before = seal.before;
        }
        for link in &seal.links {
            self.up_to = self.up_to.max(link.entry);
            match self.entries.remove(&link.entry) {
                Some(signs) => judge(link.entry, signs, link.signature, check),
                None if self.explained.has(link.entry) => check.removed += 1,
                None => drop(self.sealed.insert(link.entry, (link.signature, seal.at))),
            }
        }
    }

    pub(super) fn entry(&mut self, stored: StoredEntry, check: &mut AuditCheck) {
        let signs = Signs {
            of_words: self.key.sign(&stored.entry),
            own: stored.signature,
            at: stored.entry.at,
        };
        if stored.entry.request.is_some() && signs.own == Some(signs.of_words) {
            self.served = self.served.max(signs.at);
        }
        match self.sealed.remove(&stored.id) {
            Some((signature, _)) => judge(stored.id, signs, signature, check),
            None if (1..=self.before).contains(&stored.id) && signs.own.is_none() => {
                check.unsigned += 1
            }
            None => drop(self.entries.insert(stored.id, signs)),
        }
    }

    /// Judges what has no counterpart yet: entries were read up to `last`, seals up to `number`.
    pub(super) async fn finish(
        mut self,
        trail: &dyn AuditTrail,
        last: i64,
        mut number: i64,
        check: &mut AuditCheck,
    ) -> Result<()> {
        // Old entries that were read before the first seal was.
        let before = self.before;
        let old = self
            .entries
            .extract_if(..=before, |id, signs| *id >= 1 && signs.own.is_none());
        check.unsigned += old.count() as u64;
        // First those that wait, then the seals of whatever was sealed before that was asked.
        let ids: Vec<i64> = self.entries.keys().copied().collect();
        let mut waiting = HashSet::new();
        for ids in ids.chunks(1_000) {
            waiting.extend(trail.waiting(ids).await?);
        }
        while !self.entries.is_empty() {
            let seals = trail.seals(number, SEALS_AT_ONCE).await?;
            let Some(newest) = seals.last() else { break };
            number = newest.number;
            for seal in &seals {
                self.seal(seal, check);
            }
        }
        let mut oldest: Option<(i64, i64)> = None;
        for (entry, signs) in std::mem::take(&mut self.entries) {
            if waiting.contains(&entry) && signs.own == Some(signs.of_words) {
                check.waiting += 1;
                oldest = oldest.into_iter().chain([(signs.at, entry)]).min();
            } else {
                check.fault(Fault::Added { entry });
            }
        }
        if let Some((at, entry)) = oldest
            && i128::from(self.served) - i128::from(at) > SEALED_WITHIN.as_micros()
        {
            check.fault(Fault::Unsealed { entry });
        }
        self.read_on(trail, last, check).await?;
        // Some may have been on their way into the store when their place was read.
        let missing: Vec<i64> = self.sealed.keys().copied().collect();
        for entry in missing {
            let found = trail.entries(entry - 1, 1).await?;
            if let Some(stored) = found.into_iter().find(|stored| stored.id == entry) {
                self.entry(stored, check);
            }
        }
        // Some may have been removed while the record was read.
        if !self.sealed.is_empty() {
            self.explained.read(trail, self.key, check).await?;
        }
        for (entry, (_, sealed)) in self.sealed {
            if self.explained.has(entry) {
                check.removed += 1;
            } else {
                check.fault(Fault::Cut { entry, sealed });
            }
        }
        Ok(())
    }

    /// Seals may have entries that came after those that were read.
    async fn read_on(
        &mut self,
        trail: &dyn AuditTrail,
        mut last: i64,
        check: &mut AuditCheck,
    ) -> Result<()> {
        while self.sealed.range(last + 1..).next().is_some() {
            let page = trail.entries(last, AT_ONCE).await?;
            let Some(newest) = page.last() else { break };
            last = newest.id;
            for stored in page {
                self.entry(stored, check);
            }
        }
        Ok(())
    }
}

fn judge(entry: i64, signs: Signs, sealed: Signature, check: &mut AuditCheck) {
    if signs.of_words == sealed && signs.own == Some(sealed) {
        check.whole += 1;
    } else if signs.own == Some(signs.of_words) {
        check.fault(Fault::Moved { entry });
    } else {
        check.fault(Fault::Changed { entry });
    }
}
