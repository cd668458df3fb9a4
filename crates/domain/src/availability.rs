use jiff::{SignedDuration, Timestamp};
use thiserror::Error;

use crate::short_text::short_text;

short_text! {
    /// How a doctor can be reached, or that they are away, in a few words: 1 to 80 characters on one
    /// line.
    ///
    /// `Debug` prints the length only: what a doctor says of themselves is for colleagues, not for a
    /// log. Cloning is cheap.
    AvailabilityText, at most 80 characters;
    /// The text is no [`AvailabilityText`].
    InvalidAvailabilityText
}

/// A doctor's statement about being available, and the time until which it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Availability {
    /// The words of the statement.
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
        for text in ["", " ", &"é".repeat(81), "\u{200b}"] {
            assert!(AvailabilityText::parse(text).is_err(), "{text}");
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
