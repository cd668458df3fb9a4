use std::{collections::BTreeMap, fmt::Write};

use super::{Candidate, Detected, Guess, SURE};
use crate::{Field, Part, Table};

const HEAD: &str = "\
# Where the chat of the old application is. Written by `hims-chat migrate survey`; review every line.
# A line without # counts. What was not sure enough is a comment: uncomment it, or name the right column.
# Confidence is of 100. Nothing here is secret: names of tables and columns only.

# What this source is called in the tables of the chat. Another database, and another chat in the same one, gets another name.
source = \"legacy\"

# The zone of times that have none, such as \"Europe/London\".
zone = \"UTC\"

# HTML entities in messages, such as &amp;: \"keep\" them, or \"decode\" them once if the old application
# encoded on saving.
entities = \"keep\"

# Rooms whose participants nobody knows: \"review\" lets nobody in and notes who wrote there, \"add\" lets
# them in.
likely_members = \"review\"
";

pub(super) fn write(detected: &BTreeMap<Part, Detected>, tables: &[Table]) -> String {
    let mut text = HEAD.to_owned();
    for part in Part::ALL {
        let written = detected
            .get(&part)
            .map(|found| section(part, found, tables));
        text.push('\n');
        text.push_str(&written.unwrap_or_else(|| absent(part)));
    }
    text
}

fn absent(part: Part) -> String {
    let mut text = format!(
        "# No table of {} was found. If there is one:\n# [{}]\n# table = \"\"\n",
        part.name(),
        part.name()
    );
    for field in part.fields().iter().filter(|field| field.required) {
        let _ = writeln!(text, "# {} = \"\"", field.name);
    }
    text
}

fn section(part: Part, found: &Detected, tables: &[Table]) -> String {
    let is_sure = |field: &Field| {
        let guess = found.columns.get(field.name);
        guess.is_some_and(|guess| guess.confidence >= SURE)
    };
    let complete = found.table.confidence >= SURE
        && part
            .fields()
            .iter()
            .all(|field| !field.required || is_sure(field));
    // A section of which not everything needed is sure stays a comment as a whole.
    let off = if complete { "" } else { "# " };
    let mut text = String::new();
    if !complete {
        let _ = writeln!(text, "# Not sure enough to be used as it is:");
    }
    let _ = writeln!(text, "{off}[{}]", part.name());
    line(&mut text, off, "table", &found.table);
    for field in part.fields() {
        match found.columns.get(field.name) {
            Some(guess) if guess.confidence >= SURE => line(&mut text, off, field.name, guess),
            Some(guess) => line(&mut text, "# ", field.name, guess),
            None if field.required => {
                let _ = writeln!(
                    text,
                    "# {} = \"\"   # needed, and no column looks like it",
                    field.name
                );
            }
            None => {}
        }
    }
    let unused = unused(found, tables);
    if !unused.is_empty() {
        let _ = writeln!(text, "# not used: {}", unused.join(", "));
    }
    text
}

fn line(text: &mut String, off: &str, name: &str, guess: &Guess) {
    let value = toml::Value::String(guess.name.clone());
    let _ = write!(
        text,
        "{off}{name} = {value}   # confidence {}",
        guess.confidence
    );
    if !guess.others.is_empty() {
        let others = guess.others.iter();
        let others: Vec<String> = others
            .map(|Candidate { name, confidence }| format!("{} ({confidence})", plain(name)))
            .collect();
        let _ = write!(text, "; also possible: {}", others.join(", "));
    }
    text.push('\n');
}

fn unused(found: &Detected, tables: &[Table]) -> Vec<String> {
    let table = tables.iter().find(|table| table.name == found.table.name);
    let columns = table
        .map(|table| table.columns.iter())
        .into_iter()
        .flatten();
    let used = |name: &str| found.columns.values().any(|guess| guess.name == name);
    columns
        .filter(|column| !used(&column.name))
        .map(|column| plain(&column.name))
        .collect()
}

/// A name in a comment: it cannot end the line.
fn plain(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).collect()
}
