use std::{fmt, sync::Arc};

use thiserror::Error;

/// Why a message is urgent, in a few words: 1 to 120 characters on one line.
///
/// `Debug` prints the length only, so that clinical words cannot reach a log. Cloning is cheap.
#[derive(Clone, PartialEq, Eq)]
pub struct UrgentReason(Arc<str>);

/// The text is no [`UrgentReason`].
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("must be 1 to 120 characters on one line")]
pub struct InvalidUrgentReason;

impl UrgentReason {
    /// Longest reason, in Unicode scalar values.
    pub const MAX_CHARS: usize = 120;

    /// Reads a reason; white space around it is dropped.
    ///
    /// # Errors
    /// [`InvalidUrgentReason`] when it is empty, too long, or more than a line.
    pub fn parse(text: &str) -> Result<Self, InvalidUrgentReason> {
        let text = text.trim();
        let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        let fits = (1..=Self::MAX_CHARS).contains(&text.chars().count());
        if fits && !text.chars().any(breaks) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidUrgentReason)
        }
    }

    /// A reason that a backend already holds, kept as it is.
    pub fn stored(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UrgentReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UrgentReason({} characters)", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bounds() {
        let parsed = UrgentReason::parse("  K⁺ 6.9 – דחוף ");
        assert_eq!(parsed.unwrap().as_str(), "K⁺ 6.9 – דחוף");
        assert!(UrgentReason::parse(&"é".repeat(120)).is_ok());
        for text in ["", " ", &"é".repeat(121), "a\nb", "a\tb", "a\u{2028}b"] {
            assert_eq!(UrgentReason::parse(text), Err(InvalidUrgentReason));
        }
    }

    proptest! {
        #[test]
        fn debug_never_shows_a_word(text in "[a-z]{6,40}") {
            let shown = format!("{:?}", UrgentReason::stored(text.as_str()));
            prop_assert!(!shown.contains(&text));
        }
    }
}
