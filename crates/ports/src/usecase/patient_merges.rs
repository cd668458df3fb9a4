//! Merging the records that a list says are about the same person.

use std::collections::{HashMap, HashSet};

use domain::{Identifier, PatientId, PatientRecord};

use super::{patient_import::PatientTaken, staff_import::ChangeLog};
use crate::{ErrorKind, Merge, PatientRegister, Result};

/// Most records that are asked for at once.
const AT_ONCE: usize = 1_000;

/// A record, also one that is not there yet.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Node {
    Here(PatientId),
    New(Identifier),
}

/// One merge that a record of the list asks for.
struct Asked<'a> {
    /// The record's place in the list.
    at: usize,
    from: &'a Identifier,
    into: &'a Identifier,
}

/// Merges as they are, and as they would be.
#[derive(Default)]
struct Merges {
    ids: HashMap<Identifier, PatientId>,
    /// Records that the hospital deleted.
    deleted: HashSet<Identifier>,
    into: HashMap<Node, Node>,
}

/// Says of each record of a list that asks for a merge whether it would be done.
///
/// # Errors
/// `Unavailable`.
pub(super) async fn plan(
    register: &dyn PatientRegister,
    records: &[PatientRecord],
    taken: &mut [PatientTaken],
) -> Result<()> {
    settle(register, records, taken).await.map(drop)
}

/// Merges what the records of a list ask for; all of them are there by now.
///
/// # Errors
/// `Unavailable` part-way; begun again it goes on where it was.
pub(super) async fn take(
    register: &dyn PatientRegister,
    log: &dyn ChangeLog,
    records: &[PatientRecord],
    taken: &mut [PatientTaken],
) -> Result<()> {
    for (at, merge) in settle(register, records, taken).await? {
        log.note(&format!("merge {} into {}", merge.from, merge.into))
            .await?;
        match register.merge(&merge).await {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::Unavailable => return Err(error),
            // Somebody else was faster with another merge.
            Err(error) => refuse(taken, at, error.message()),
        }
    }
    Ok(())
}

/// Decides about all merges that the list asks for, whatever their order; the new ones in an order in which they can be
/// done.
async fn settle(
    register: &dyn PatientRegister,
    records: &[PatientRecord],
    taken: &mut [PatientTaken],
) -> Result<Vec<(usize, Merge)>> {
    let is_taken = |at: usize| !matches!(taken.get(at), Some(PatientTaken::Refused(_)) | None);
    let mut pending: Vec<Asked<'_>> = asked(records).filter(|asked| is_taken(asked.at)).collect();
    if pending.is_empty() {
        return Ok(Vec::new());
    }
    let listed: HashSet<&Identifier> = records
        .iter()
        .enumerate()
        .filter(|(at, _)| is_taken(*at))
        .map(|(_, record)| &record.mrn)
        .collect();
    let mut merges = Merges::load(register, &pending).await?;
    // A record that never was here has nothing to move.
    pending.retain(|asked| merges.ids.contains_key(asked.from) || listed.contains(asked.from));
    let mut to_do = Vec::new();
    loop {
        let before = pending.len();
        let mut refused = Vec::new();
        for asked in pending {
            match merges.add(&asked, &listed) {
                Ok(true) => {
                    note(taken, &asked);
                    to_do.extend(merges.to_do(&asked).map(|merge| (asked.at, merge)));
                }
                Ok(false) => {}
                Err(reason) => refused.push((asked, reason)),
            }
        }
        // What is done meanwhile may make another one right.
        if refused.len() == before {
            for (asked, reason) in &refused {
                let (from, into) = (asked.from.as_str(), asked.into.as_str());
                refuse(taken, asked.at, &format!("{from} into {into}: {reason}"));
            }
            return Ok(to_do);
        }
        pending = refused.into_iter().map(|(asked, _)| asked).collect();
    }
}

fn asked(records: &[PatientRecord]) -> impl Iterator<Item = Asked<'_>> {
    records.iter().enumerate().flat_map(|(at, record)| {
        let mrn = &record.mrn;
        let replaced = record.replaced_by.iter().map(move |into| (mrn, into));
        let replaces = record.replaces.iter().map(move |from| (from, mrn));
        replaced
            .chain(replaces)
            .map(move |(from, into)| Asked { at, from, into })
    })
}

/// Notes a merge, and keeps what was said of the record before.
fn note(taken: &mut [PatientTaken], asked: &Asked<'_>) {
    let pair = format!("{} into {}", asked.from.as_str(), asked.into.as_str());
    match taken.get_mut(asked.at) {
        Some(PatientTaken::Merged(pairs)) => pairs.push(pair),
        Some(other) => *other = PatientTaken::Merged(vec![pair]),
        None => {}
    }
}

/// Refuses one merge of a record; another one of it that was refused stays named.
fn refuse(taken: &mut [PatientTaken], at: usize, reason: &str) {
    match taken.get_mut(at) {
        Some(PatientTaken::Refused(reasons)) => {
            reasons.push_str("; ");
            reasons.push_str(reason);
        }
        Some(other) => *other = PatientTaken::Refused(format!("not merged: {reason}")),
        None => {}
    }
}

impl Merges {
    async fn load(register: &dyn PatientRegister, asked: &[Asked<'_>]) -> Result<Self> {
        let mut merges = Self::default();
        let mrns: HashSet<&Identifier> = asked
            .iter()
            .flat_map(|asked| [asked.from, asked.into])
            .collect();
        let mrns: Vec<Identifier> = mrns.into_iter().cloned().collect();
        for some in mrns.chunks(AT_ONCE) {
            let records = register.records(some).await?;
            for mrn in some {
                // Where a HIMS holds somebody twice, the first row counts: the older one that was not deleted.
                let Some(record) = records.iter().find(|record| record.mrn == mrn.as_str()) else {
                    continue;
                };
                if record.is_deleted {
                    merges.deleted.insert(mrn.clone());
                }
                merges.ids.insert(mrn.clone(), record.id.clone());
            }
        }
        // From there to the ends of the merges.
        let mut next: Vec<PatientId> = merges.ids.values().cloned().collect();
        while !next.is_empty() {
            let mut found = Vec::new();
            for some in next.chunks(AT_ONCE) {
                found.extend(register.merged(some).await?);
            }
            next = Vec::new();
            for Merge { from, into } in found {
                if !merges.into.contains_key(&Node::Here(into.clone())) {
                    next.push(into.clone());
                }
                merges.into.insert(Node::Here(from), Node::Here(into));
            }
        }
        Ok(merges)
    }

    fn node(&self, mrn: &Identifier) -> Node {
        match self.ids.get(mrn) {
            Some(id) => Node::Here(id.clone()),
            None => Node::New(mrn.clone()),
        }
    }

    /// The record at the end of the merges.
    fn end<'a>(&'a self, mut node: &'a Node) -> &'a Node {
        while let Some(into) = self.into.get(node) {
            node = into;
        }
        node
    }

    /// Whether the merge is new, or why it cannot be.
    fn add(
        &mut self,
        asked: &Asked<'_>,
        listed: &HashSet<&Identifier>,
    ) -> Result<bool, &'static str> {
        let is_here = self.ids.contains_key(asked.into) && !self.deleted.contains(asked.into);
        if !is_here && !listed.contains(asked.into) {
            return Err("there is no record of the other number here");
        }
        let (from, into) = (self.node(asked.from), self.node(asked.into));
        if from == into {
            return Err("a record does not replace itself");
        }
        if self.into.contains_key(&from) {
            return match self.end(&from) == self.end(&into) {
                true => Ok(false),
                false => Err("it was merged into another record before; take that back first"),
            };
        }
        if *self.end(&into) == from {
            return Err("the other one was merged into this one before; take that back first");
        }
        self.into.insert(from, into);
        Ok(true)
    }

    /// The merge of records that are both there.
    fn to_do(&self, asked: &Asked<'_>) -> Option<Merge> {
        let from = self.ids.get(asked.from)?.clone();
        let into = self.ids.get(asked.into)?.clone();
        Some(Merge { from, into })
    }
}
