//! Classes beside ids, where the mapping does not say which of them mean its tables.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Contradiction, Mapping, Part, Row};

/// Fields that name a class, and the part whose id stands beside it.
const FIELDS: [(Part, &str, Part); 6] = [
    (Part::Messages, "sender_type", Part::Users),
    (Part::Messages, "receiver_type", Part::Users),
    (Part::Participants, "user_type", Part::Users),
    (Part::Reads, "user_type", Part::Users),
    (Part::Reads, "message_type", Part::Messages),
    (Part::Attachments, "message_type", Part::Messages),
];

/// Most classes of a part that are kept to be named.
const MOST: usize = 8;

/// Classes that were taken for a part by the end of their names.
#[derive(Default)]
pub(super) struct Classes(BTreeMap<Part, BTreeSet<String>>);

impl Classes {
    pub(super) fn note(&mut self, mapping: &Mapping, row: &Row) {
        let fields = FIELDS.iter().filter(|(part, ..)| *part == row.part());
        for (_, field, of) in fields {
            let is_named = mapping.part(*of).is_none_or(|of| !of.classes.is_empty());
            let Some(class) = row.word(field).filter(|_| !is_named) else {
                continue;
            };
            if !mapping.is_of(*of, &class) {
                continue;
            }
            let known = self.0.entry(*of).or_default();
            if known.len() < MOST && !known.iter().any(|one| one.eq_ignore_ascii_case(&class)) {
                known.insert(class);
            }
        }
    }

    pub(super) fn contradictions(&self) -> Vec<Contradiction> {
        let several = self.0.iter().filter(|(_, classes)| classes.len() > 1);
        several
            .map(|(part, classes)| Contradiction::classes_alike(*part, classes))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, Table};

    fn contradictions(more: &str, classes: &[&str]) -> Vec<Contradiction> {
        let table = |name: &str, columns: &str| Table {
            name: name.to_owned(),
            columns: columns
                .split(' ')
                .map(|name| Column::new(name, "text"))
                .collect(),
            has_places: true,
        };
        let tables = [
            table("users", "id name"),
            table("messages", "id room by_id by_type body"),
        ];
        let text = format!(
            "[users]\ntable = \"users\"\nid = \"id\"\nname = \"name\"\n{more}[messages]\ntable = \"messages\"\nid = \"id\"\n\
             room = \"room\"\nsender = \"by_id\"\nsender_type = \"by_type\"\nbody = \"body\"\n"
        );
        let mapping = Mapping::read(&text, &tables).unwrap();
        let mut seen = Classes::default();
        for class in classes {
            let row = Row::of(Part::Messages, &[("sender_type", class)]);
            seen.note(&mapping, &row);
        }
        seen.contradictions()
    }

    #[test]
    fn two_classes_that_end_alike_are_asked_about() {
        let both = [r"App\Models\User", r"Clinic\Portal\User"];
        let found = contradictions("", &both);
        assert_eq!(found.len(), 1);
        let words = &found[0].words;
        assert!(words.contains(&both.join(", ")), "{words}");
        assert_eq!(contradictions("", &[both[0], r"app\models\user"]), []);
        assert_eq!(contradictions("", &[both[0], r"App\Models\Patient"]), []);
        let classes = "classes = [\"App\\\\Models\\\\User\"]\n";
        assert_eq!(contradictions(classes, &both), []);
    }
}
