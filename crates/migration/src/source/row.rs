use std::borrow::Cow;

use diesel::{
    QueryableByName,
    sql_types::{Binary, Nullable, Text},
};

use serde_json::Value;

use crate::{Part, PartMapping, mapping::Origin};

macro_rules! cells {
    ($count:literal: $($cell:ident)*) => {
        /// A row as both engines answer it: a mark of its place, what it names, and its cells as
        /// bytes of text. A part with fewer fields leaves the last cells empty.
        #[derive(QueryableByName)]
        pub(crate) struct Cells {
            #[diesel(sql_type = Text)]
            pub(crate) mark: String,
            /// When the message that the row names was sent; and whether there is one.
            #[diesel(sql_type = Nullable<Binary>)]
            sent: Option<Vec<u8>>,
            #[diesel(sql_type = Nullable<Binary>)]
            found: Option<Vec<u8>>,
            /// The room of that message.
            #[diesel(sql_type = Nullable<Binary>)]
            sent_in: Option<Vec<u8>>,
            $(#[diesel(sql_type = Nullable<Binary>)]
            $cell: Option<Vec<u8>>,)*
        }

        impl Cells {
            /// The columns that a statement answers.
            pub(super) const NAMES: [&str; $count] = [$(stringify!($cell)),*];

            /// A row whose cells come one after the other: the mark, what it names, and the fields.
            pub(super) fn from_list(mark: String, mut cells: impl Iterator<Item = Option<Vec<u8>>>) -> Self {
                Self {
                    mark,
                    sent: cells.next().flatten(),
                    found: cells.next().flatten(),
                    sent_in: cells.next().flatten(),
                    $($cell: cells.next().flatten(),)*
                }
            }

            fn into_list(self) -> Vec<Option<Vec<u8>>> {
                vec![$(self.$cell),*]
            }
        }
    };
}
cells!(22: c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 c10 c11 c12 c13 c14 c15 c16 c17 c18 c19 c20 c21);

/// A row of a source: the fields of its part, each as text or absent.
#[derive(Clone)]
pub(crate) struct Row {
    part: Part,
    mark: String,
    sent: Option<Vec<u8>>,
    found: bool,
    sent_in: Option<Vec<u8>>,
    cells: Vec<Option<Vec<u8>>>,
}

impl Row {
    pub(super) fn new(part: Part, mapped: &PartMapping, mut cells: Cells) -> Self {
        let mark = std::mem::take(&mut cells.mark);
        let (sent, found) = (cells.sent.take(), cells.found.is_some());
        let sent_in = cells.sent_in.take();
        let mut cells = cells.into_list();
        for (field, cell) in part.fields().iter().zip(&mut cells) {
            let Some(value) = mapped.value(field.name) else {
                continue;
            };
            if let Origin::Constant(text) = &value.origin {
                *cell = Some(text.clone().into_bytes());
            }
            if !value.json.is_empty() {
                *cell = cell.as_deref().and_then(|json| inside(json, &value.json));
            }
        }
        Self {
            part,
            mark,
            sent,
            found,
            sent_in,
            cells,
        }
    }

    #[cfg(test)]
    pub(crate) fn of(part: Part, fields: &[(&str, &str)]) -> Self {
        let value = |name| fields.iter().find(|(field, _)| *field == name);
        let cell =
            |field: &crate::Field| value(field.name).map(|(_, text)| text.as_bytes().to_vec());
        Self {
            part,
            mark: String::new(),
            sent: value("sent").map(|(_, text)| text.as_bytes().to_vec()),
            found: value("sent").is_some(),
            sent_in: value("sent_in").map(|(_, text)| text.as_bytes().to_vec()),
            cells: part.fields().iter().map(cell).collect(),
        }
    }

    /// The part that it is a row of.
    pub(crate) fn part(&self) -> Part {
        self.part
    }

    /// Its place in its table; empty where the engine knows none.
    pub(crate) fn mark(&self) -> &str {
        &self.mark
    }

    /// Says something else in a field.
    pub(crate) fn set(&mut self, field: &str, text: Option<&str>) {
        let index = self
            .part
            .fields()
            .iter()
            .position(|known| known.name == field);
        if let Some(cell) = index.and_then(|index| self.cells.get_mut(index)) {
            *cell = text.map(|text| text.as_bytes().to_vec());
        }
    }

    /// Whether the message that the row names exists.
    pub(crate) fn names_a_message(&self) -> bool {
        self.found
    }

    /// When the message that the row names was sent, as its table has it.
    pub(crate) fn sent(&self) -> Option<Cow<'_, str>> {
        self.sent.as_deref().map(String::from_utf8_lossy)
    }

    /// In which room the message that the row names was sent.
    pub(crate) fn sent_in(&self) -> Option<String> {
        self.sent_in
            .as_deref()
            .map(|room| read(room).trim().to_owned())
    }

    /// A field as text; bytes that are no UTF-8, and NUL, become the replacement character, which
    /// the classifier flags.
    pub(crate) fn text(&self, field: &str) -> Option<Cow<'_, str>> {
        let index = self
            .part
            .fields()
            .iter()
            .position(|known| known.name == field)?;
        let bytes = self.cells.get(index)?.as_deref()?;
        Some(read(bytes))
    }

    /// A field without white space around it; nothing when that leaves nothing.
    pub(crate) fn word(&self, field: &str) -> Option<String> {
        let text = self.text(field)?;
        let word = text.trim();
        (!word.is_empty()).then(|| word.to_owned())
    }

    /// Whether a field of yes or no says yes, however it is spelled.
    pub(crate) fn says_yes(&self, field: &str) -> bool {
        self.word(field).is_some_and(|word| {
            matches!(
                word.to_lowercase().as_str(),
                "1" | "t" | "true" | "y" | "yes" | "seen" | "read"
            )
        })
    }

    /// All that the row says, for keeping it aside.
    pub(crate) fn raw(&self) -> String {
        let fields = self.part.fields().iter().zip(&self.cells);
        let said: serde_json::Map<String, Value> = fields
            .filter_map(|(field, cell)| {
                let text = read(cell.as_deref()?).into_owned();
                Some((field.name.to_owned(), text.into()))
            })
            .collect();
        Value::Object(said).to_string()
    }
}

/// The value at the end of a way through JSON: a text as it is, anything else as JSON; nothing where the way
/// leads nowhere.
fn inside(json: &[u8], path: &[String]) -> Option<Vec<u8>> {
    let json: Value = serde_json::from_slice(json).ok()?;
    let mut at = &json;
    for name in path {
        at = match at {
            Value::Array(items) => items.get(name.parse::<usize>().ok()?)?,
            other => other.get(name)?,
        };
    }
    match at {
        Value::Null => None,
        Value::String(text) => Some(text.clone().into_bytes()),
        other => Some(other.to_string().into_bytes()),
    }
}

/// PostgreSQL keeps no NUL in a text.
fn read(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    if text.contains('\0') {
        return text.replace('\0', "\u{fffd}").into();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_through_json() {
        let at = |json: &str, path: &[&str]| {
            let path: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
            inside(json.as_bytes(), &path).map(|bytes| String::from_utf8(bytes).unwrap())
        };
        assert_eq!(
            at(r#"{"title":"Renal"}"#, &["title"]).as_deref(),
            Some("Renal")
        );
        assert_eq!(
            at(r#"{"a":[{"b":7}]}"#, &["a", "0", "b"]).as_deref(),
            Some("7")
        );
        assert_eq!(at(r#"{"title":null}"#, &["title"]), None);
        assert_eq!(at("[]", &["title"]), None);
        assert_eq!(at("{broken", &["title"]), None);
    }

    #[test]
    fn every_part_fits_a_row() {
        for part in Part::ALL {
            assert!(part.fields().len() <= Cells::NAMES.len(), "{part:?}");
        }
    }
}
