//! Mentions in a text: "@" and the full name of a participant. The browser's own copy of this
//! rule is in `mentioned.js`.

use domain::{Participant, StaffId, continues_word};

/// The index of the name behind the `@` at this place: the longest, if several match.
pub(crate) fn named_at(text: &str, at: usize, names: &[&str]) -> Option<usize> {
    if text[..at].ends_with(continues_word) {
        return None;
    }
    let is_there = |name: &str| {
        let rest = text[at + 1..].strip_prefix(name);
        !name.is_empty() && rest.is_some_and(|rest| !rest.starts_with(continues_word))
    };
    let named = (0..names.len()).filter(|index| is_there(names[*index]));
    named.max_by_key(|index| names[*index].len())
}

/// The participants whom a text mentions, each once. A name that two participants share mentions nobody.
pub(crate) fn mentioned(text: &str, people: &[Participant]) -> Vec<StaffId> {
    let names: Vec<&str> = people.iter().map(|one| one.doctor.name.as_ref()).collect();
    let is_shared = |name: &str| names.iter().filter(|other| **other == name).count() > 1;
    let mut mentioned: Vec<StaffId> = text
        .match_indices('@')
        .filter_map(|(at, _)| named_at(text, at, &names))
        .filter(|index| !is_shared(names[*index]))
        .map(|index| people[index].doctor.id.clone())
        .collect();
    mentioned.sort_unstable();
    mentioned.dedup();
    mentioned
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Profile;

    fn person(id: i64, name: &str) -> Participant {
        Participant {
            doctor: Profile {
                id: StaffId::from(id),
                name: name.into(),
                specialty: None,
                grade: None,
            },
            joined_at: None,
        }
    }

    #[test]
    fn a_name_calls_whoever_alone_has_it() {
        let people = [
            person(1, "Dr Kwabena Lisle"),
            person(2, "Dr Kwabena Lisle-Moor"),
            person(3, "Dr Ana Twin"),
            person(4, "Dr Ana Twin"),
        ];
        let called = |text: &str| {
            let called = mentioned(text, &people);
            let ids: Vec<String> = called.iter().map(ToString::to_string).collect();
            ids.join(" ")
        };
        assert_eq!(called("@Dr Kwabena Lisle, please; @Dr Kwabena Lisle!"), "1");
        assert_eq!(
            called("@Dr Kwabena Lisle-Moor and @Dr Kwabena Lisle"),
            "1 2"
        );
        assert_eq!(
            called("@Dr Kwabena Lislet, a@Dr Kwabena Lisle, @Dr Lisle"),
            ""
        );
        assert_eq!(called("@Dr Ana Twin"), "", "which of the two is not known");
        assert_eq!(called("Dr Kwabena Lisle"), "");
    }
}
