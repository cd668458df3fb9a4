//! The reviewed answer to "which column is what".

mod column;
mod condition;
mod join;
mod read;
mod section;

use std::{collections::BTreeMap, fmt};

use jiff::tz::TimeZone;

pub(crate) use column::{ColumnRef, Origin, Value};
pub(crate) use condition::{Condition, Operand, Test};
pub(crate) use join::Join;

use crate::{Part, Table, is_counted};

/// The mapping from the source's tables and columns to the parts and fields of the chat.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The name of this source in our tables; a second source has another.
    pub source: String,
    /// The zone of times without one.
    pub zone: TimeZone,
    /// Whether stored HTML entities are decoded, once.
    pub decode_entities: bool,
    /// Whether who wrote in a room without participants, or made it, is let in.
    pub add_likely_members: bool,
    /// How MySQL's `timestamp` columns are read; none when nobody has said.
    pub timestamps: Option<Timestamps>,
    /// Whether the zone was named, and is not only what stands for an answer.
    pub(crate) has_zone: bool,
    parts: BTreeMap<Part, PartMapping>,
}

/// How columns of MySQL's type `timestamp` are read where the server's zone is not UTC. It keeps a moment, and
/// shows it in the zone of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timestamps {
    /// As the old application sees them: in the server's zone, and then taken to be in the mapping's.
    Written,
    /// As the moments they are.
    Instants,
}

/// The form of the body of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum BodyIs {
    #[default]
    Text,
    /// HTML whose words are the message.
    Html,
    /// A note of OpenEMR, to which every answer is appended.
    OpenEmrNote,
}

/// The field that says where a file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PathIs {
    #[default]
    Path,
    /// A key of Rails' Active Storage.
    ActiveStorageKey,
}

/// The messages that a row of `[reads]` is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowIs {
    /// One message: what has no row was not read.
    Message,
    /// The last one that somebody has read: all before it were read too.
    LastMessage,
}

/// A table and what each field of its part is read from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartMapping {
    /// The table.
    pub table: String,
    pub(crate) joins: Vec<Join>,
    /// The condition for rows that are of the part.
    pub(crate) filter: Option<Condition>,
    /// Class names that mean this table in a type column.
    pub(crate) classes: Vec<String>,
    /// Whether other tables name users by the name they sign in with, and never by their id.
    pub(crate) named_by_login: bool,
    /// Words of the type of direct rooms, and of groups.
    pub(crate) direct: Vec<String>,
    pub(crate) group: Vec<String>,
    /// Whether a room of two people is their direct one, although it has a name.
    pub(crate) two_are_direct: bool,
    pub(crate) body_is: BodyIs,
    /// The folder of its files in the one given with `--files`.
    pub(crate) files_under: Option<String>,
    /// The beginning of the addresses of its files that stands for that folder.
    pub(crate) files_at: Vec<String>,
    pub(crate) path_is: PathIs,
    /// None where the mapping does not say.
    row_is: Option<RowIs>,
    /// Whether the rows have an order of their own: places in a table.
    has_places: bool,
    fields: BTreeMap<&'static str, Value>,
}

/// A fault in a mapping, described in one line with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidMapping {
    line: Option<usize>,
    words: String,
}

impl fmt::Display for InvalidMapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.words),
            None => f.write_str(&self.words),
        }
    }
}

impl std::error::Error for InvalidMapping {}

impl InvalidMapping {
    /// The line that it stands in, from 1.
    pub(crate) fn line(&self) -> Option<usize> {
        self.line
    }
}

impl PartMapping {
    pub(crate) fn new(table: &Table) -> Self {
        Self {
            table: table.name.clone(),
            has_places: table.has_places,
            ..Self::default()
        }
    }

    /// Whether rows come in an order that means nothing: that of ids which do not count up, where the table has none.
    pub(crate) fn is_random(&self) -> bool {
        let id = self.own("id");
        !self.has_places && id.is_none_or(|id| !is_counted(&id.kind))
    }

    /// The messages that a row is about: where nothing says so, the name of the column of the message.
    pub(crate) fn row_is(&self) -> RowIs {
        let is_last = || {
            let message = self.column("message").unwrap_or_default();
            message.to_lowercase().starts_with("last_")
        };
        self.row_is.unwrap_or_else(|| {
            if is_last() {
                RowIs::LastMessage
            } else {
                RowIs::Message
            }
        })
    }

    /// Reads a field from a column of its own table.
    pub(crate) fn set(&mut self, field: &'static str, column: &crate::Column) {
        let column = ColumnRef {
            join: None,
            column: column.name.clone(),
            kind: column.kind.clone(),
        };
        self.fields.insert(field, Value::of(Origin::One(column)));
    }

    /// The origin of a field.
    pub(crate) fn value(&self, field: &str) -> Option<&Value> {
        self.fields.get(field)
    }

    /// Whether anything gives a field its value.
    pub fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// The column of its own table that a field is.
    pub(crate) fn own(&self, field: &str) -> Option<&ColumnRef> {
        match &self.value(field)?.origin {
            Origin::One(column) if column.join.is_none() => Some(column),
            _ => None,
        }
    }

    /// The name of the column of its own table that a field is.
    pub fn column(&self, field: &str) -> Option<&str> {
        self.own(field).map(|column| column.column.as_str())
    }
}

impl Mapping {
    pub(crate) fn of(source: &str, parts: BTreeMap<Part, PartMapping>) -> Self {
        Self {
            source: source.to_owned(),
            zone: TimeZone::UTC,
            decode_entities: false,
            add_likely_members: false,
            timestamps: None,
            has_zone: false,
            parts,
        }
    }

    /// The table and columns of a part; none when it is not mapped.
    pub fn part(&self, part: Part) -> Option<&PartMapping> {
        self.parts.get(&part)
    }

    /// Every part that is mapped.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (Part, &PartMapping)> {
        self.parts.iter().map(|(part, mapped)| (*part, mapped))
    }

    /// The zone of a field's times without one.
    pub(crate) fn zone_of(&self, part: Part, field: &str) -> &TimeZone {
        let value = self.part(part).and_then(|mapped| mapped.value(field));
        value
            .and_then(|value| value.zone.as_ref())
            .unwrap_or(&self.zone)
    }

    /// Whether a column of class names says that the id beside it is one of a part: by the classes that the
    /// mapping names, else `App\\Models\\User` and the table's own name for users, and alike for messages.
    pub(crate) fn is_of(&self, part: Part, class: &str) -> bool {
        let last = |class: &str| {
            let word = class
                .rsplit(['\\', '/', '.', ':'])
                .next()
                .unwrap_or_default();
            word.to_lowercase()
        };
        let word = last(class);
        let Some(mapped) = self.part(part) else {
            return false;
        };
        if !mapped.classes.is_empty() {
            let mut known = mapped.classes.iter();
            return known.any(|known| class.eq_ignore_ascii_case(known));
        }
        let usual = match part {
            Part::Users => "user",
            _ => "message",
        };
        let table = mapped.table.to_lowercase().replace('_', "");
        // Where the staff are in another table, those of a class User are somebody else.
        let is_usual = part != Part::Users || table == "users" || table == "user";
        is_usual && word == usual || table == word || table == format!("{word}s")
    }

    /// Reads a mapping and holds it against the tables there are.
    ///
    /// # Errors
    /// [`InvalidMapping`] for the first thing that is wrong: an unknown word, a table or column
    /// that is not there, a field that is missing.
    pub fn read(text: &str, tables: &[Table]) -> Result<Self, InvalidMapping> {
        read::read(text, tables)
    }
}

#[cfg(test)]
mod tests;
