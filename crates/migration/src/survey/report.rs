use std::{fmt, time::Duration};

use serde_json::{Value, json};

use super::{Sample, Survey, Tally};
use crate::{Contradiction, counted};

/// Rows that adopting is taken to write in a second: an assumption, so that the estimate is not only
/// the reading.
const WRITTEN_PER_SECOND: u64 = 1_500;

/// So many tables that are not used are shown.
const TABLES: usize = 30;

const LEGEND: &str = "\
Every row ends in one of three ways: adopted as it is, flagged (adopted, with something noted) or
quarantined (kept aside for a person). Below: what was found, how often, and up to three rows by id
with the shape of the value; letters are shown as x, digits as 9.";

impl Survey {
    /// All rows.
    pub fn rows(&self) -> u64 {
        self.parts.iter().map(|(_, tally)| tally.rows).sum()
    }

    /// How long adopting may take: reading as now, and writing at an assumed rate.
    pub fn estimate(&self) -> Duration {
        let written: u64 = self
            .parts
            .iter()
            .map(|(_, tally)| tally.adopted + tally.flagged)
            .sum();
        self.took + Duration::from_secs(written.div_ceil(WRITTEN_PER_SECOND))
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        let parts = self
            .parts
            .iter()
            .map(|(part, tally)| (part.name().to_owned(), part_json(tally)));
        json!({
            "parts": parts.collect::<serde_json::Map<_, _>>(),
            "contradictions": self.contradictions.iter().map(|one| (one.name.to_owned(), one.words.clone().into()))
                .collect::<serde_json::Map<_, _>>(),
            "unused": self.unused.iter().map(|(table, rows)| (table.clone(), (*rows).into()))
                .collect::<serde_json::Map<_, _>>(),
            "rows": self.rows(),
            "read_seconds": self.took.as_secs_f64(),
            "estimated_seconds": self.estimate().as_secs(),
        })
    }
}

fn part_json(tally: &Tally) -> Value {
    let reasons = tally.reasons.iter().map(|(reason, (count, samples))| {
        let samples = samples
            .iter()
            .map(|sample| json!({"key": sample.key, "shape": sample.shape}));
        let value = json!({
            "count": count,
            "meaning": reason.words(),
            "samples": samples.collect::<Vec<_>>(),
        });
        (reason.code().to_owned(), value)
    });
    json!({
        "table": tally.table,
        "rows": tally.rows,
        "adopted": tally.adopted,
        "flagged": tally.flagged,
        "quarantined": tally.quarantined,
        "left_out": tally.left_out,
        "found": reasons.collect::<serde_json::Map<_, _>>(),
    })
}

impl Survey {
    /// A table of counts, then what was found.
    pub(crate) fn rows_and_reasons(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<14}{:<26}{:>12}{:>12}{:>12}{:>12}",
            "part", "table", "rows", "adopted", "flagged", "quarantined"
        )?;
        for (part, tally) in &self.parts {
            let Tally {
                table,
                rows,
                adopted,
                flagged,
                quarantined,
                ..
            } = tally;
            writeln!(
                f,
                "{:<14}{table:<26}{rows:>12}{adopted:>12}{flagged:>12}{quarantined:>12}",
                part.name()
            )?;
        }
        for (part, tally) in &self.parts {
            if tally.left_out > 0 {
                let left_out = counted(tally.left_out, "row");
                writeln!(
                    f,
                    "Left out of {} by its `where`: {left_out} of {}.",
                    part.name(),
                    tally.table
                )?;
            }
        }
        if !self.unused.is_empty() {
            let shown = self.unused.iter().take(TABLES);
            let shown: Vec<String> = shown
                .map(|(table, rows)| format!("{table} ({rows})"))
                .collect();
            let more = self.unused.len().saturating_sub(TABLES);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            writeln!(
                f,
                "Tables that are not used, with their rows: {}{more}.",
                shown.join(", ")
            )?;
        }
        for Contradiction { name, words } in &self.contradictions {
            writeln!(
                f,
                "\nStops adopting, unless it is accepted with --accept {name}:\n  {words}"
            )?;
        }
        writeln!(f, "{LEGEND}")?;
        for (part, tally) in &self.parts {
            for (reason, (count, samples)) in &tally.reasons {
                writeln!(
                    f,
                    "\n{}: {count} × {}\n  {}",
                    part.name(),
                    reason.code(),
                    reason.words()
                )?;
                for Sample { key, shape } in samples {
                    match shape.as_str() {
                        "" => writeln!(f, "  {key}")?,
                        shape => writeln!(f, "  {key}: {shape}")?,
                    }
                }
            }
        }
        Ok(())
    }
}

/// For people.
impl fmt::Display for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows_and_reasons(f)?;
        let (rows, took, estimate) = (
            self.rows(),
            self.took.as_secs_f64(),
            minutes(self.estimate()),
        );
        writeln!(
            f,
            "\n{} read in {took:.1} s. Adopting them would take about {estimate}, if {WRITTEN_PER_SECOND} rows are written a second.",
            counted(rows, "row")
        )
    }
}

fn minutes(time: Duration) -> String {
    match time.as_secs() {
        0..=90 => format!("{} s", time.as_secs().max(1)),
        more => format!("{} min", more.div_ceil(60)),
    }
}
