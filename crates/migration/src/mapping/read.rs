//! Reading a mapping file, each mistake with its line and what would be right.

use jiff::tz::TimeZone;
use toml::de::{DeTable, DeValue};

use super::{
    InvalidMapping, Mapping, PartMapping, Timestamps,
    column::listed,
    section::{read_part, texts},
};
use crate::{Part, Table};

/// Settings outside the sections.
const SETTINGS: [&str; 6] = [
    "source",
    "zone",
    "entities",
    "likely_members",
    "timestamps",
    "profile",
];

/// Place of something in the text.
#[derive(Clone, Copy)]
pub(super) struct Lines<'a>(pub(super) &'a str);

impl Lines<'_> {
    pub(super) fn at(self, offset: usize) -> usize {
        let before = self.0.get(..offset).unwrap_or(self.0);
        before.matches('\n').count() + 1
    }

    pub(super) fn wrong(self, span: std::ops::Range<usize>, words: String) -> InvalidMapping {
        InvalidMapping {
            line: Some(self.at(span.start)),
            words,
        }
    }
}

type Spanned<T> = toml::Spanned<T>;

pub(super) fn read(text: &str, tables: &[Table]) -> Result<Mapping, InvalidMapping> {
    let lines = Lines(text);
    let root = DeTable::parse(text).map_err(|error| InvalidMapping {
        line: error.span().map(|span| lines.at(span.start)),
        words: format!("is no TOML: {}", error.message()),
    })?;
    let mut mapping = Mapping::of("legacy", std::collections::BTreeMap::new());
    for (name, value) in root.get_ref() {
        let key: &str = name.get_ref();
        if SETTINGS.contains(&key) {
            setting(&mut mapping, key, value).map_err(|words| lines.wrong(name.span(), words))?;
            continue;
        }
        let Some(part) = Part::named(key) else {
            let parts = listed(Part::ALL.iter().map(|part| part.name()));
            let settings = listed(SETTINGS.into_iter());
            let words = format!(
                "[{key}]: is no part of a chat; sections are {parts}, and before them {settings}"
            );
            return Err(lines.wrong(name.span(), words));
        };
        let DeValue::Table(columns) = value.get_ref() else {
            let words = format!("[{key}]: is a section with table and columns");
            return Err(lines.wrong(name.span(), words));
        };
        let read: PartMapping = read_part(part, name.span(), columns, tables, lines)?;
        mapping.parts.insert(part, read);
    }
    check(&mapping)?;
    Ok(mapping)
}

fn setting(mapping: &mut Mapping, name: &str, value: &Spanned<DeValue<'_>>) -> Result<(), String> {
    if name == "profile" {
        return Ok(());
    }
    let DeValue::String(word) = value.get_ref() else {
        return Err(format!("{name}: is a text in quotes"));
    };
    let word: &str = word;
    let one_of = |words: [&str; 2]| match words.iter().position(|known| *known == word) {
        Some(index) => Ok(index == 1),
        None => Err(format!("{name}: is {} or {}", words[0], words[1])),
    };
    match name {
        "source" => {
            let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
            if word.is_empty() || word.len() > 40 || !word.chars().all(fits) {
                return Err("source: is 1 to 40 letters, digits, - or _".to_owned());
            }
            mapping.source = word.to_owned();
        }
        "zone" => {
            mapping.zone = zone(word)?;
            mapping.has_zone = true;
        }
        "entities" => mapping.decode_entities = one_of(["keep", "decode"])?,
        "timestamps" => {
            mapping.timestamps = Some(if one_of(["written", "instants"])? {
                Timestamps::Instants
            } else {
                Timestamps::Written
            });
        }
        _ => mapping.add_likely_members = one_of(["review", "add"])?,
    }
    Ok(())
}

pub(super) fn zone(word: &str) -> Result<TimeZone, String> {
    TimeZone::get(word).map_err(|_| {
        format!("zone: there is no time zone \"{word}\"; zones are like Europe/London, Africa/Lagos or UTC")
    })
}

/// Sections that no chat can do without.
fn check(mapping: &Mapping) -> Result<(), InvalidMapping> {
    let wrong = |words: &str| {
        Err(InvalidMapping {
            line: None,
            words: words.to_owned(),
        })
    };
    let Some(messages) = mapping.part(Part::Messages) else {
        return wrong("[messages]: is missing");
    };
    if mapping.part(Part::Users).is_none() {
        return wrong("[users]: is missing");
    }
    if !messages.has("room") && !messages.has("receiver") {
        return wrong("[messages]: needs room or receiver, to say where a message belongs");
    }
    Ok(())
}

/// The words of a list, or the one word.
pub(super) fn words(name: &str, value: &DeValue<'_>) -> Result<Vec<String>, String> {
    match value {
        DeValue::String(word) => Ok(vec![word.to_string()]),
        DeValue::Array(items) => texts(items),
        _ => Err(format!(
            "{name}: is a list of texts, such as [\"a\", \"b\"]"
        )),
    }
}
