//! The tables of a source, so that another chat is not taken for it.

use std::collections::BTreeMap;

use ports::adoption::TableOf;

use crate::{Contradiction, Mapping, Part, Source};

/// The tables whose rows have numbers of their own in every chat.
pub(super) struct Tables(pub(super) Vec<TableOf>);

impl Tables {
    pub(super) fn of(source: &Source, mapping: &Mapping) -> Self {
        let parts = [Part::Rooms, Part::Messages].into_iter();
        let tables = parts.filter_map(|part| {
            Some(TableOf {
                part: part.name(),
                name: source.table_of(mapping.part(part)?),
            })
        });
        Self(tables.collect())
    }

    /// The first that was another table before.
    pub(super) fn taken(
        &self,
        source: &str,
        kept: &BTreeMap<String, String>,
    ) -> Option<Contradiction> {
        self.0.iter().find_map(|TableOf { part, name }| {
            let before = kept.get(*part)?;
            let is_other = !before.eq_ignore_ascii_case(name);
            is_other.then(|| Contradiction::tables_taken(source, part, before, name))
        })
    }
}
