use std::borrow::Cow;

use diesel::{
    QueryableByName,
    sql_types::{Binary, Nullable, Text},
};

use crate::Part;

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
            $(#[diesel(sql_type = Nullable<Binary>)]
            $cell: Option<Vec<u8>>,)*
        }

        impl Cells {
            /// The columns that a statement answers.
            pub(super) const NAMES: [&str; $count] = [$(stringify!($cell)),*];

            fn into_list(self) -> Vec<Option<Vec<u8>>> {
                vec![$(self.$cell),*]
            }
        }
    };
}
cells!(20: c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 c10 c11 c12 c13 c14 c15 c16 c17 c18 c19);

/// A row of a source: the fields of its part, each as text or absent.
pub(crate) struct Row {
    part: Part,
    mark: String,
    sent: Option<Vec<u8>>,
    found: bool,
    cells: Vec<Option<Vec<u8>>>,
}

impl Row {
    pub(super) fn new(part: Part, cells: Cells) -> Self {
        Self {
            part,
            mark: cells.mark.clone(),
            sent: cells.sent.clone(),
            found: cells.found.is_some(),
            cells: cells.into_list(),
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
            cells: part.fields().iter().map(cell).collect(),
        }
    }

    /// Its place in its table; empty where the engine knows none.
    pub(crate) fn mark(&self) -> &str {
        &self.mark
    }

    /// Whether the message that the row names exists.
    pub(crate) fn names_a_message(&self) -> bool {
        self.found
    }

    /// When the message that the row names was sent, as its table has it.
    pub(crate) fn sent(&self) -> Option<Cow<'_, str>> {
        self.sent.as_deref().map(String::from_utf8_lossy)
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
        let said: serde_json::Map<String, serde_json::Value> = fields
            .filter_map(|(field, cell)| {
                let text = read(cell.as_deref()?).into_owned();
                Some((field.name.to_owned(), text.into()))
            })
            .collect();
        serde_json::Value::Object(said).to_string()
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
    fn every_part_fits_a_row() {
        for part in Part::ALL {
            assert!(part.fields().len() <= Cells::NAMES.len(), "{part:?}");
        }
    }
}
