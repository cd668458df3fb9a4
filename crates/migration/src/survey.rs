//! The survey of a source: counts what it holds without writing a row.

mod report;

use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use ports::Result;

use crate::{
    AppKeys, Contradiction, Files, Mapping, Outcome, Part, Reason, Source, Table,
    classify::{Classifier, Facts},
    contradiction, mask,
    record::Verdict,
};

/// Most samples of one kind of bad row.
const SAMPLES: usize = 3;

/// How far something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The name of the present step, as shown to the person who runs it.
    pub doing: &'a str,
    /// Rows that were come to.
    pub come_to: u64,
    /// Of how many, where that is known.
    pub of: Option<u64>,
}

/// The result of a survey.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Every mapped part, in the order of [`Part::ALL`].
    pub parts: Vec<(Part, Tally)>,
    /// How long reading took.
    pub took: Duration,
    /// Contradictions that stop an adoption until they are accepted by name.
    pub contradictions: Vec<Contradiction>,
    /// Tables that nothing is read from, and how many rows they have; those with most first.
    pub unused: Vec<(String, u64)>,
    pub(crate) deeper: Option<String>,
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
    /// Rows of the table that the mapping's `where` leaves out; not among the rows.
    pub left_out: u64,
    /// Rows whose time is within the next hours.
    pub(crate) ahead: u64,
    /// Rows by the time of their deletion.
    pub(crate) deletions: HashMap<String, u64>,
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
        self.ahead += u64::from(verdict.is_ahead);
        match verdict.outcome() {
            Outcome::Adopted => self.adopted += 1,
            Outcome::Flagged => self.flagged += 1,
            Outcome::Quarantined => self.quarantined += 1,
        }
        for (reason, raw) in &verdict.found {
            let (count, samples) = self.reasons.entry(*reason).or_default();
            *count += 1;
            if *reason == Reason::SoftDeleted && !raw.is_empty() {
                *self.deletions.entry(raw.clone()).or_default() += 1;
            }
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
    source.prepare(mapping).await?;
    let facts = Facts::gather(source, mapping, now).await?;
    let (survey, _) = judged(source, mapping, files, keys, facts, now, &mut progress).await?;
    Ok(survey)
}

/// The same with what is known here, where somebody was asked; and what is known after every row was seen.
pub(crate) async fn judged(
    source: &mut Source,
    mapping: &Mapping,
    files: Files,
    keys: AppKeys,
    facts: Facts,
    now: Timestamp,
    progress: &mut (impl FnMut(Progress<'_>) + ?Sized),
) -> Result<(Survey, Facts)> {
    let started = Instant::now();
    let mut contradictions = contradiction::of_mapping(source, mapping).await?;
    let looked_in = files.clone();
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
        let count = source.count(mapped).await?;
        let of = Some(count);
        if let (Some(_), Some(table)) =
            (&mapped.filter, Table::named(source.tables(), &mapped.table))
        {
            let table = table.clone();
            tally.left_out = source.rows_of(&table).await?.saturating_sub(count);
        }
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
    let mut survey = Survey {
        parts,
        took: started.elapsed(),
        contradictions: Vec::new(),
        unused: unused(source, mapping).await?,
        deeper: looked_in.deeper().map(str::to_owned),
    };
    contradictions.extend(classifier.contradictions());
    contradictions.extend(contradiction::of_rows(&survey));
    survey.contradictions = contradictions;
    Ok((survey, classifier.into_facts()))
}

/// Tables with rows that no part is read from.
async fn unused(source: &mut Source, mapping: &Mapping) -> Result<Vec<(String, u64)>> {
    let is_used = |table: &Table| {
        let mut parts = mapping.parts();
        parts.any(|(_, mapped)| {
            mapped.table == table.name || mapped.joins.iter().any(|join| join.table == table.name)
        })
    };
    let tables = source.tables().iter().filter(|table| !is_used(table));
    let mut unused = Vec::new();
    for table in tables.cloned().collect::<Vec<_>>() {
        let rows = source.rows_of(&table).await?;
        if rows > 0 {
            unused.push((table.name, rows));
        }
    }
    unused.sort_by(|(one, a), (other, b)| b.cmp(a).then_with(|| one.cmp(other)));
    Ok(unused)
}
