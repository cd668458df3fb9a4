//! Contradictions between a mapping and a source, found before anything is written.

mod catalogue;
mod rows;

use std::collections::BTreeSet;

use ports::Result;

use crate::{Mapping, Part, Source, Survey};

/// Something that stops an adoption until somebody has looked at it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contradiction {
    /// By which name it can be accepted.
    pub name: &'static str,
    /// The observation, and what to do.
    pub words: String,
}

impl Contradiction {
    /// The names of all of them.
    pub const NAMES: [&str; 17] = [
        "join-doubles",
        "ids-of-others",
        "class-ignored",
        "classes-alike",
        "timestamps",
        "no-read-state",
        "senders-unknown",
        "senders-outside",
        "receivers-unknown",
        "all-deleted",
        "deleted-alike",
        "all-quarantined",
        "leaving-unreadable",
        "times-never-were",
        "times-in-future",
        "files-missing",
        "source-taken",
    ];

    fn new(name: &'static str, words: impl Into<String>) -> Self {
        debug_assert!(Self::NAMES.contains(&name));
        Self {
            name,
            words: words.into(),
        }
    }

    /// Several classes end like the usual one of a part, and the mapping does not say which of them are meant.
    pub(crate) fn classes_alike(part: Part, classes: &BTreeSet<String>) -> Self {
        let known: Vec<&str> = classes.iter().map(String::as_str).collect();
        Self::new(
            "classes-alike",
            format!(
                "ids of several classes would be taken for those of [{}]: {}. The same number may be somebody else in each; write \
                 those that mean the table as `classes` in [{}]",
                part.name(),
                known.join(", "),
                part.name()
            ),
        )
    }

    /// Rooms or messages of this source came from another table.
    pub(crate) fn tables_taken(source: &str, part: &str, before: &str, now: &str) -> Self {
        Self::new(
            "source-taken",
            format!(
                "[{part}] came from the table {before} before under the source name \"{source}\", and comes from {now} now; another chat \
                 needs another `source` in the mapping, as its rows are numbered alike"
            ),
        )
    }

    /// Messages of this source are others than before.
    pub(crate) fn messages_taken(source: &str, others: usize, known: usize) -> Self {
        Self::new(
            "source-taken",
            format!(
                "{others} of the first {known} messages that were brought before under the source name \"{source}\" were sent at \
                 other times than those with the same ids now; another database needs another `source` in the mapping, and so \
                 does the same one read with another `zone`, after `migrate undo`"
            ),
        )
    }

    /// Somebody of this source is somebody else already.
    pub(crate) fn source_taken(source: &str, others: usize, known: usize) -> Self {
        Self::new(
            "source-taken",
            format!(
                "{others} of {known} people with these ids were brought before as somebody else under the source name \
                 \"{source}\"; another database needs another `source` in the mapping"
            ),
        )
    }
}

/// Finds contradictions between the catalogue and the mapping.
///
/// # Errors
/// `Unavailable`.
pub(crate) async fn of_mapping(
    source: &mut Source,
    mapping: &Mapping,
) -> Result<Vec<Contradiction>> {
    catalogue::look(source, mapping).await
}

/// Finds contradictions in the rows as they were judged.
pub(crate) fn of_rows(survey: &Survey) -> Vec<Contradiction> {
    rows::look(survey)
}
