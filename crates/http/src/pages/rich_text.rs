//! A message's text with its links and mentions marked. Law: the spans put together are the text.

use domain::{Piece, linked};

use super::ParticipantView;
use crate::mentioned::named_at;

/// A stretch of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    /// Shown as it is.
    Words(String),
    /// An `http` or `https` address.
    Link(String),
    /// `@Dr Kwabena Lisle`.
    Mention {
        /// As it stands in the text.
        text: String,
        /// The reader is meant.
        me: bool,
    },
}

/// Marks the links of a text, and where it names one of `people`.
pub(super) fn spans(text: &str, people: &[&ParticipantView]) -> Vec<Span> {
    let mut spans = Vec::new();
    for piece in linked(text) {
        match piece {
            Piece::Link(address) => spans.push(Span::Link(address.to_owned())),
            Piece::Words(words) => mentions(words, people, &mut spans),
        }
    }
    spans
}

fn mentions(text: &str, people: &[&ParticipantView], spans: &mut Vec<Span>) {
    let words = |text: &str| Span::Words(text.to_owned());
    let names: Vec<&str> = people.iter().map(|one| one.person.name.as_str()).collect();
    let mut shown = 0;
    for (at, _) in text.match_indices('@') {
        let Some(person) = named_at(text, at, &names).map(|index| people[index]) else {
            continue;
        };
        if at > shown {
            spans.push(words(&text[shown..at]));
        }
        shown = at + 1 + person.person.name.len();
        spans.push(Span::Mention {
            text: text[at..shown].to_owned(),
            me: person.me,
        });
    }
    if shown < text.len() {
        spans.push(words(&text[shown..]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::PersonLabel;

    fn person(name: &str, me: bool) -> ParticipantView {
        ParticipantView {
            person: PersonLabel::new(name, name, "", ""),
            me,
            ..ParticipantView::default()
        }
    }

    /// One word per span: `-`, `link`, `name`, `me`.
    fn kinds(text: &str) -> String {
        let lisle = person("Dr Kwabena Lisle", false);
        let longer = person("Dr Kwabena Lisle-Moor", true);
        let spans = spans(text, &[&lisle, &longer]);
        let parts = spans.iter().map(|span| match span {
            Span::Words(text) | Span::Link(text) | Span::Mention { text, .. } => text.as_str(),
        });
        assert_eq!(parts.collect::<String>(), text);
        let kinds = spans.iter().map(|span| match span {
            Span::Words(_) => "-",
            Span::Link(_) => "link",
            Span::Mention { me: false, .. } => "name",
            Span::Mention { me: true, .. } => "me",
        });
        kinds.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn names_and_links_are_marked_where_they_stand() {
        assert_eq!(
            kinds("@Dr Kwabena Lisle, see https://a.org."),
            "name - link -"
        );
        assert_eq!(kinds("(@Dr Kwabena Lisle-Moor)"), "- me -");
        assert_eq!(kinds("@Dr Kwabena Lisle-Moorland"), "name -");
        assert_eq!(kinds("x@Dr Kwabena Lisle"), "-");
        assert_eq!(
            kinds("@Dr Kwabena Lislet and @ and @@Dr Kwabena Lisle"),
            "- name"
        );
        assert_eq!(kinds("שלום @Dr Kwabena Lisle 👩🏽‍⚕️"), "- name -");
        assert_eq!(kinds(""), "");
    }
}
