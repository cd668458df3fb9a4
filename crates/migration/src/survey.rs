//! What a source holds, counted without writing a row.

mod report;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use ports::Result;

use crate::{
    AppKeys, Files, Mapping, Outcome, Part, Reason, Source,
    classify::{Classifier, Facts},
    mask,
    record::Verdict,
};

/// Most samples of one kind of bad row.
const SAMPLES: usize = 3;

/// How far something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// What is being done.
    pub doing: &'a str,
    /// Rows that were come to.
    pub come_to: u64,
    /// Of how many, where that is known.
    pub of: Option<u64>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Every mapped part, in the order of [`Part::ALL`].
    pub parts: Vec<(Part, Tally)>,
    /// How long reading took.
    pub took: Duration,
}

/// The rows of a part, counted. Adopted, flagged and quarantined add up to the rows.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Tally {
    pub table: String,
    pub rows: u64,
    pub adopted: u64,
    pub flagged: u64,
    pub quarantined: u64,
    /// Rows by what was found; a row may count several times.
    pub reasons: BTreeMap<Reason, (u64, Vec<Sample>)>,
}

/// A bad row, without a word of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Its id, or the shape of it.
    pub key: String,
    /// The shape of the value.
    pub shape: String,
}

impl Tally {
    /// No row of a table yet.
    pub(crate) fn of(table: &str) -> Self {
        Self {
            table: table.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, verdict: &Verdict) {
        self.rows += 1;
        match verdict.outcome() {
            Outcome::Adopted => self.adopted += 1,
            Outcome::Flagged => self.flagged += 1,
            Outcome::Quarantined => self.quarantined += 1,
        }
        for (reason, raw) in &verdict.found {
            let (count, samples) = self.reasons.entry(*reason).or_default();
            *count += 1;
            if samples.len() < SAMPLES {
                samples.push(Sample {
                    key: verdict
                        .key
                        .split('/')
                        .map(mask::key)
                        .collect::<Vec<_>>()
                        .join("/"),
                    shape: mask(raw),
                });
            }
        }
    }
}

/// Judges every row of the mapped tables, a batch at a time, and tells `progress` how far it is. Patients are not judged: they are only looked up.
///
/// Memory grows with users, rooms, participants, reads and messages that have a file in a table of
/// their own; not with the other messages.
///
/// # Errors
/// `Invalid` for a mapping that does not fit; `Unavailable`.
pub async fn survey(
    source: &mut Source,
    mapping: &Mapping,
    files: Files,
    keys: AppKeys,
    now: Timestamp,
    mut progress: impl FnMut(Progress<'_>),
) -> Result<Survey> {
    let started = Instant::now();
    let facts = Facts::gather(source, mapping).await?;
    let mut classifier = Classifier::new(mapping.clone(), files, keys, facts, now);
    let mut parts = Vec::new();
    for part in Part::ALL {
        if part == Part::Patients {
            continue;
        }
        let Some(mapped) = mapping.part(part) else {
            continue;
        };
        let mut tally = Tally::of(&mapped.table);
        classifier.begin();
        let of = Some(source.count(&mapped.table).await?);
        let mut rows = source.read(mapping, part).await?;
        loop {
            let batch = rows.next().await?;
            if batch.is_empty() {
                break;
            }
            classifier
                .judge(part, &batch)
                .iter()
                .for_each(|verdict| tally.add(verdict));
            progress(Progress {
                doing: part.name(),
                come_to: tally.rows,
                of,
            });
        }
        parts.push((part, tally));
    }
    Ok(Survey {
        parts,
        took: started.elapsed(),
    })
}
