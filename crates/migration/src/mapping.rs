//! The reviewed answer to "which column is what".

use std::{collections::BTreeMap, fmt};

use jiff::tz::TimeZone;

use crate::{Part, Table};

/// Which tables and columns of the source say what.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// What this source is called in our tables; a second source has another name.
    pub source: String,
    /// The zone of times without one.
    pub zone: TimeZone,
    /// Whether stored HTML entities are decoded, once.
    pub decode_entities: bool,
    /// Whether who wrote in a room without participants, or made it, is let in.
    pub add_likely_members: bool,
    parts: BTreeMap<Part, PartMapping>,
}

/// A table and its columns by the names of their fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartMapping {
    /// The table.
    pub table: String,
    columns: BTreeMap<&'static str, String>,
}

/// What is wrong with a mapping, in a line that says where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidMapping(String);

impl fmt::Display for InvalidMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidMapping {}

fn wrong<T>(words: impl Into<String>) -> Result<T, InvalidMapping> {
    Err(InvalidMapping(words.into()))
}

impl PartMapping {
    pub(crate) fn new(table: &str) -> Self {
        Self {
            table: table.to_owned(),
            columns: BTreeMap::new(),
        }
    }

    pub(crate) fn set(&mut self, field: &'static str, column: &str) {
        self.columns.insert(field, column.to_owned());
    }

    /// The column of a field.
    pub fn column(&self, field: &str) -> Option<&str> {
        self.columns.get(field).map(String::as_str)
    }
}

impl Mapping {
    pub(crate) fn of(source: &str, parts: BTreeMap<Part, PartMapping>) -> Self {
        Self {
            source: source.to_owned(),
            zone: TimeZone::UTC,
            decode_entities: false,
            add_likely_members: false,
            parts,
        }
    }

    /// Where a part is.
    pub fn part(&self, part: Part) -> Option<&PartMapping> {
        self.parts.get(&part)
    }

    /// Reads a mapping and holds it against the tables there are.
    ///
    /// # Errors
    /// [`InvalidMapping`] for the first thing that is wrong: an unknown word, a table or column
    /// that is not there, a field that is missing.
    pub fn read(text: &str, tables: &[Table]) -> Result<Self, InvalidMapping> {
        let mut root: toml::Table = match text.parse() {
            Ok(root) => root,
            Err(error) => {
                let error: toml::de::Error = error;
                return wrong(format!("is no TOML: {}", error.message()));
            }
        };
        let mut mapping = Self::of("", BTreeMap::new());
        mapping.source = word(&mut root, "source")?.unwrap_or_else(|| "legacy".to_owned());
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if mapping.source.is_empty()
            || mapping.source.len() > 40
            || !mapping.source.chars().all(fits)
        {
            return wrong("source: is 1 to 40 letters, digits, - or _");
        }
        if let Some(zone) = word(&mut root, "zone")? {
            mapping.zone = TimeZone::get(&zone)
                .or_else(|_| wrong(format!("zone: there is no time zone \"{zone}\"")))?;
        }
        mapping.decode_entities = match word(&mut root, "entities")?.as_deref() {
            None | Some("keep") => false,
            Some("decode") => true,
            Some(_) => return wrong("entities: is keep or decode"),
        };
        mapping.add_likely_members = match word(&mut root, "likely_members")?.as_deref() {
            None | Some("review") => false,
            Some("add") => true,
            Some(_) => return wrong("likely_members: is review or add"),
        };
        for (name, value) in root {
            let Some(part) = Part::named(&name) else {
                return wrong(format!("[{name}]: is no part of a chat"));
            };
            let toml::Value::Table(columns) = value else {
                return wrong(format!("[{name}]: is a section with table and columns"));
            };
            mapping
                .parts
                .insert(part, read_part(part, columns, tables)?);
        }
        mapping.check()?;
        Ok(mapping)
    }

    /// What no chat can do without.
    fn check(&self) -> Result<(), InvalidMapping> {
        let Some(messages) = self.part(Part::Messages) else {
            return wrong("[messages]: is missing");
        };
        if self.part(Part::Users).is_none() {
            return wrong("[users]: is missing");
        }
        if messages.column("room").is_none() && messages.column("receiver").is_none() {
            return wrong("[messages]: needs room or receiver, to say where a message belongs");
        }
        Ok(())
    }
}

fn word(root: &mut toml::Table, name: &str) -> Result<Option<String>, InvalidMapping> {
    match root.remove(name) {
        None => Ok(None),
        Some(toml::Value::String(text)) => Ok(Some(text)),
        Some(_) => wrong(format!("{name}: is a text in quotes")),
    }
}

fn read_part(
    part: Part,
    mut columns: toml::Table,
    tables: &[Table],
) -> Result<PartMapping, InvalidMapping> {
    let name = part.name();
    let Some(table) = word(&mut columns, "table")? else {
        return wrong(format!("[{name}]: needs table"));
    };
    let Some(found) = tables.iter().find(|one| one.name == table) else {
        return wrong(format!("[{name}]: there is no table {table}"));
    };
    let mut mapping = PartMapping::new(&table);
    for (field, value) in columns {
        let Some(known) = part.fields().iter().find(|known| known.name == field) else {
            return wrong(format!("[{name}] {field}: is nothing that {name} have"));
        };
        let toml::Value::String(column) = value else {
            return wrong(format!(
                "[{name}] {field}: is the name of a column in quotes"
            ));
        };
        if found.columns.iter().all(|one| one.name != column) {
            return wrong(format!("[{name}] {field}: {table} has no column {column}"));
        }
        mapping.set(known.name, &column);
    }
    match part
        .fields()
        .iter()
        .find(|field| field.required && mapping.column(field.name).is_none())
    {
        Some(missing) => wrong(format!("[{name}]: needs {}", missing.name)),
        None => Ok(mapping),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    fn tables() -> Vec<Table> {
        let table = |name: &str, columns: &[&str]| Table {
            name: name.into(),
            columns: columns
                .iter()
                .map(|name| Column::new(name, "text"))
                .collect(),
        };
        vec![
            table("users", &["id", "name"]),
            table("notes", &["id", "who", "words", "room"]),
        ]
    }

    const GOOD: &str = "zone = \"Europe/London\"\n[users]\ntable = \"users\"\nid = \"id\"\nname = \"name\"\n\
        [messages]\ntable = \"notes\"\nid = \"id\"\nsender = \"who\"\nbody = \"words\"\nroom = \"room\"\n";

    #[test]
    fn a_reviewed_mapping_is_read() {
        let mapping = Mapping::read(GOOD, &tables()).unwrap();
        assert_eq!(mapping.source, "legacy");
        let messages = mapping.part(Part::Messages).unwrap();
        assert_eq!(messages.column("body"), Some("words"));
        assert_eq!(messages.column("type"), None);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (change, to, said) in [
            ("words", "word", "[messages] body: notes has no column word"),
            (
                "\"notes\"",
                "\"memo\"",
                "[messages]: there is no table memo",
            ),
            (
                "sender",
                "sendr",
                "[messages] sendr: is nothing that messages have",
            ),
            ("body = \"words\"\n", "", "[messages]: needs body"),
            (
                "room = \"room\"\n",
                "",
                "[messages]: needs room or receiver, to say where a message belongs",
            ),
            (
                "Europe/London",
                "Mars",
                "zone: there is no time zone \"Mars\"",
            ),
            ("[users]", "[people]", "[people]: is no part of a chat"),
        ] {
            let error = Mapping::read(&GOOD.replace(change, to), &tables()).unwrap_err();
            assert_eq!(error.to_string(), said);
        }
        assert!(
            Mapping::read("= =", &tables())
                .unwrap_err()
                .to_string()
                .starts_with("is no TOML")
        );
    }
}
