//! The detection of tables and columns: each is proposed with a confidence, never decided silently.

mod score;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use crate::{Field, Mapping, Part, PartMapping, Table, part::Kind};

/// From this confidence on a proposal is written as a setting, below it as a comment.
pub(crate) const SURE: u8 = 70;

/// A proposal, with the alternatives to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// The table or column.
    pub name: String,
    /// The confidence, from 0 to 100.
    pub confidence: u8,
    /// Others that came next, best first.
    pub others: Vec<Candidate>,
}

/// A table or column that could be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Its name.
    pub name: String,
    /// The confidence, from 0 to 100.
    pub confidence: u8,
}

/// The table and columns that were detected for one part.
#[derive(Clone, Debug)]
pub struct Detected {
    /// The table.
    pub table: Guess,
    /// The columns, by field.
    pub columns: BTreeMap<&'static str, Guess>,
}

/// Proposes where every part is.
pub fn detect(tables: &[Table]) -> BTreeMap<Part, Detected> {
    let ours = |table: &&Table| !table.name.starts_with("hims_");
    let tables: Vec<&Table> = tables.iter().filter(ours).collect();
    let mut detected = BTreeMap::new();
    for part in Part::ALL {
        let mut scored: Vec<(u8, &Table)> = tables
            .iter()
            .map(|table| (score::table(part, table), *table))
            .filter(|(confidence, _)| *confidence > 0)
            .collect();
        scored.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.name.cmp(&other.name)));
        let candidates = scored.iter().map(|(confidence, table)| Candidate {
            name: table.name.clone(),
            confidence: *confidence,
        });
        let others = candidates.skip(1).take(3).collect();
        if let Some((confidence, table)) = scored.first() {
            let guess = Guess {
                name: table.name.clone(),
                confidence: *confidence,
                others,
            };
            detected.insert(
                part,
                Detected {
                    table: guess,
                    columns: columns(part, table),
                },
            );
        }
    }
    detected
}

/// Gives every field the likeliest column that no likelier field has.
fn columns(part: Part, table: &Table) -> BTreeMap<&'static str, Guess> {
    let mut scored = Vec::new();
    for (rank, field) in part.fields().iter().enumerate() {
        for column in &table.columns {
            let confidence = score::column(field, column);
            if confidence > 0 {
                scored.push((confidence, rank, field, column));
            }
        }
    }
    // Stable: of equals the earlier field and column come first.
    scored.sort_by_key(|(confidence, rank, ..)| (std::cmp::Reverse(*confidence), *rank));
    let mut taken = BTreeSet::new();
    let mut found: BTreeMap<&'static str, Guess> = BTreeMap::new();
    for (confidence, _, field, column) in scored {
        let name = column.name.clone();
        match found.get_mut(field.name) {
            None if taken.insert(name.clone()) => {
                let others = Vec::new();
                found.insert(
                    field.name,
                    Guess {
                        name,
                        confidence,
                        others,
                    },
                );
            }
            Some(guess) if guess.others.len() < 3 => {
                guess.others.push(Candidate { name, confidence })
            }
            _ => {}
        }
    }
    found
}

impl Mapping {
    /// The mapping that was detected, of what is sure enough; a part whose table or required
    /// columns are not is left out.
    pub fn proposed(detected: &BTreeMap<Part, Detected>, tables: &[Table]) -> Self {
        let mut parts = BTreeMap::new();
        for (part, found) in detected {
            let missing = |field: &&Field| {
                let guess = found.columns.get(field.name);
                field.required && guess.is_none_or(|guess| guess.confidence < SURE)
            };
            if found.table.confidence < SURE || part.fields().iter().any(|field| missing(&field)) {
                continue;
            }
            let Some(table) = Table::named(tables, &found.table.name) else {
                continue;
            };
            let mut mapping = PartMapping::new(table);
            for (field, guess) in &found.columns {
                let column = table.find(&guess.name);
                if let Some(column) = column.filter(|_| guess.confidence >= SURE) {
                    mapping.set(field, column);
                }
            }
            parts.insert(*part, mapping);
        }
        Self::of("legacy", parts)
    }

    /// The mapping file to review: what is sure as settings, what is not as comments.
    pub fn to_review(detected: &BTreeMap<Part, Detected>, tables: &[Table]) -> String {
        write::write(detected, tables)
    }
}

/// Whether a type can hold what a field wants; unknown types can.
fn fits(kind: Kind, column: &str) -> bool {
    let is_text = ["char", "text", "clob", "json", "enum", "string"]
        .iter()
        .any(|word| column.contains(word));
    let is_time = column.contains("time") || column.contains("date");
    match kind {
        Kind::Any => true,
        Kind::Text => is_text || column.is_empty(),
        // A Unix time is a number.
        Kind::Time => {
            is_time || column.is_empty() || column.contains("int") || column.contains("numeric")
        }
    }
}
