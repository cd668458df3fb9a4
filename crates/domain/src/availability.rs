use std::{fmt, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

/// How a doctor can be reached, or that they are away, in a few words: 1 to 80 characters on one
/// line.
///
/// `Debug` prints the length only: what a doctor says of themselves is for colleagues, not for a
/// log. Cloning is cheap.
#[derive(Clone, PartialEq, Eq)]
pub struct AvailabilityText(Arc<str>);

/// The text is no [`AvailabilityText`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("must be 1 to 80 characters on one line")]
pub struct InvalidAvailabilityText;

impl AvailabilityText {
    /// Longest text, in Unicode scalar values.
    pub const MAX_CHARS: usize = 80;

    /// Reads a text; white space around it is dropped.
    ///
    /// # Errors
    /// [`InvalidAvailabilityText`] when it is empty, too long, or more than a line.
    pub fn parse(text: &str) -> Result<Self, InvalidAvailabilityText> {
        let text = text.trim();
        let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        let fits = (1..=Self::MAX_CHARS).contains(&text.chars().count());
        if fits && !text.chars().any(breaks) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidAvailabilityText)
        }
    }

    /// A text that is already held, kept as it is.
    pub fn stored(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AvailabilityText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AvailabilityText({} characters)", self.0.chars().count())
    }
}

/// What a doctor says of being available, and until when it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Availability {
    /// What is said.
    pub text: AvailabilityText,
    /// From then on it is as if nothing had been said.
    pub until: Timestamp,
}

/// An [`Availability`] ends too early or too late.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("must be later than now and at most 31 days ahead")]
pub struct InvalidEnd;

impl Availability {
    /// How far ahead the end may be: a month's absence, and nothing that is forgotten for good.
    pub const LONGEST: SignedDuration = SignedDuration::from_hours(31 * 24);

    /// Whether it can be said at `now`.
    ///
    /// # Errors
    /// [`InvalidEnd`] when it is over already, or ends more than [`Availability::LONGEST`] ahead.
    pub fn check_end(&self, now: Timestamp) -> Result<(), InvalidEnd> {
        let left = self.until.duration_since(now);
        if left > SignedDuration::ZERO && left <= Self::LONGEST {
            Ok(())
        } else {
            Err(InvalidEnd)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bounds() {
        let parsed = AvailabilityText::parse("  En sala – בניתוח ");
        assert_eq!(parsed.unwrap().as_str(), "En sala – בניתוח");
        assert!(AvailabilityText::parse(&"é".repeat(80)).is_ok());
        for text in ["", " ", &"é".repeat(81), "a\nb", "a\tb", "a\u{2028}b"] {
            assert_eq!(AvailabilityText::parse(text), Err(InvalidAvailabilityText));
        }
    }

    #[test]
    fn it_ends_within_a_month() {
        let now: Timestamp = "2026-11-22T13:30:00Z".parse().unwrap();
        let ends = |until: &str| {
            let availability = Availability {
                text: AvailabilityText::stored("In theatre"),
                until: until.parse().unwrap(),
            };
            availability.check_end(now)
        };
        for until in ["2026-11-22T13:30:00.000001Z", "2026-12-23T13:30:00Z"] {
            assert_eq!(ends(until), Ok(()), "{until}");
        }
        for until in ["2026-11-22T13:30:00Z", "2026-12-23T13:30:00.000001Z"] {
            assert_eq!(ends(until), Err(InvalidEnd), "{until}");
        }
    }

    proptest! {
        #[test]
        fn debug_never_shows_a_word(text in "[a-z]{6,40}") {
            let shown = format!("{:?}", AvailabilityText::stored(text.as_str()));
            prop_assert!(!shown.contains(&text));
        }
    }
}
