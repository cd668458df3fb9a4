use std::{fmt, ops::Range};

use jiff::Timestamp;
use thiserror::Error;

use crate::{
    Message, MessageId, MessageText, PageSize, PatientRef, RoomId, StaffId, Urgency, UrgentReason,
    clean_line,
    fold::{find, folded_words, holds},
    is_blank,
};

/// Words to look for: 2 to 100 characters. `Debug` prints the length only, as with message text.
#[derive(Clone, PartialEq, Eq)]
pub struct Query {
    text: String,
    words: Vec<String>,
}

/// The text is no [`Query`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("must be 2 to 100 characters")]
pub struct InvalidQuery;

impl Query {
    /// Reads a query, put on one line as [`clean_line`] does.
    ///
    /// # Errors
    /// [`InvalidQuery`] when it is shorter than 2 or longer than 100 characters, accents and what is
    /// not seen left out.
    pub fn parse(text: &str) -> Result<Self, InvalidQuery> {
        let text = clean_line(text);
        let words = folded_words(&text);
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        let fits = text.chars().count() <= 100 && letters >= 2 && !is_blank(&text);
        if fits {
            Ok(Self { text, words })
        } else {
            Err(InvalidQuery)
        }
    }

    /// The words as they were typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The words as [`folded_words`] writes them: all of them are to be found, in any order.
    pub fn words(&self) -> impl ExactSizeIterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }

    /// Whether a message holds every word: in its text, in why it is urgent, or in the names of its
    /// files.
    pub fn is_in(&self, message: &Message) -> bool {
        let text = message.text().map(MessageText::as_str);
        let reason = message.urgent_reason.as_ref().map(UrgentReason::as_str);
        let files = message.attachments().iter().map(|file| file.name.as_str());
        let parts: Vec<&str> = text.into_iter().chain(reason).chain(files).collect();
        holds(&parts.join("\n"), self.words())
    }

    /// The places of the words in a text: ranges of bytes, in order, none over another.
    pub fn find_in(&self, text: &str) -> Vec<Range<usize>> {
        find(&self.words, text)
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Query({} characters)", self.text.chars().count())
    }
}

/// The conditions that messages must meet; each one that is set narrows the search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only in this room.
    pub room: Option<RoomId>,
    /// Only in rooms of the patient with these references; in rooms of any where there are none.
    pub patient: Vec<PatientRef>,
    /// Only by this author.
    pub author: Option<StaffId>,
    /// Only sent at or after.
    pub from: Option<Timestamp>,
    /// Only sent before.
    pub to: Option<Timestamp>,
    /// Only with a file.
    pub has_file: bool,
    /// Only urgent ones.
    pub urgent: bool,
}

impl Filter {
    /// Whether a message of the right room passes; of the patient only the room knows.
    pub fn lets_through(&self, message: &Message) -> bool {
        self.author
            .as_ref()
            .is_none_or(|author| *author == message.author.id)
            && self.from.is_none_or(|from| message.sent_at >= from)
            && self.to.is_none_or(|to| message.sent_at < to)
            && (!self.has_file || !message.attachments().is_empty())
            && (!self.urgent || message.urgency == Urgency::Urgent)
    }
}

/// A search over the rooms of one doctor, newest first: for words, or for whatever a filter lets
/// through, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    query: Option<Query>,
    filter: Filter,
    /// Only older than this message, where the page before ended.
    pub after_hit: Option<MessageId>,
    /// Most hits.
    pub size: PageSize,
}

/// Neither words nor a filter.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("is required unless something else narrows the search")]
pub struct NothingSought;

impl Search {
    /// The first page of a search.
    ///
    /// # Errors
    /// [`NothingSought`] without words and filter: that would be every message there is.
    pub fn new(query: Option<Query>, filter: Filter) -> Result<Self, NothingSought> {
        if query.is_none() && filter == Filter::default() {
            return Err(NothingSought);
        }
        Ok(Self {
            query,
            filter,
            after_hit: None,
            size: PageSize::DEFAULT,
        })
    }

    /// The words.
    pub fn query(&self) -> Option<&Query> {
        self.query.as_ref()
    }

    /// The conditions that narrow the search.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }
}

/// A page of hits, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchPage {
    /// The hits.
    pub messages: Vec<Message>,
    /// The start of the next page; none on the last. A backend that has to look through messages
    /// one by one may stop with a page that is not full, even empty, and go on from there.
    pub next: Option<MessageId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_two_letters_on_one_line() {
        for text in ["K+", " 6.9 ", "痛み", "a\u{301}b", "a\nb"] {
            assert!(Query::parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            " ",
            "a",
            "a\u{301}",
            "\u{301}\u{301}",
            "\u{2800}\u{2800}",
            &"a".repeat(101),
        ] {
            assert_eq!(Query::parse(text), Err(InvalidQuery), "{text}");
        }
        assert_eq!(
            format!("{:?}", Query::parse("warfarin").unwrap()),
            "Query(8 characters)"
        );
    }

    #[test]
    fn something_is_sought() {
        assert_eq!(Search::new(None, Filter::default()), Err(NothingSought));
        let filter = Filter {
            has_file: true,
            ..Filter::default()
        };
        assert!(Search::new(None, filter).is_ok());
        assert!(Search::new(Query::parse("K+").ok(), Filter::default()).is_ok());
    }
}
