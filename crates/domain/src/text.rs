use std::{fmt, sync::Arc};

use thiserror::Error;

/// The words of a message.
///
/// `Debug` prints the length only, so that clinical words cannot reach a log. Cloning is cheap.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageText(Arc<str>);

/// Why a text cannot be posted.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum InvalidText {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// More than [`MessageText::MAX_CHARS`].
    #[error("must be at most 5,000 characters")]
    TooLong,
    /// A control character other than newline and tab.
    #[error("must not hold control characters other than line breaks and tabs")]
    Control,
}

impl MessageText {
    /// Longest text, in Unicode scalar values.
    pub const MAX_CHARS: usize = 5_000;

    /// Reads what a doctor wrote. A CR LF pair, which forms send, is one newline.
    ///
    /// # Errors
    /// [`InvalidText`], saying which rule.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let text = text.replace("\r\n", "\n");
        if text.trim().is_empty() {
            return Err(InvalidText::Empty);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(InvalidText::TooLong);
        }
        if text
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\t')
        {
            return Err(InvalidText::Control);
        }
        Ok(Self(text.into()))
    }

    /// Text that a database already holds, kept as it is: another application may have written
    /// it under other rules, and a record is not rewritten.
    pub fn stored(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MessageText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageText({} characters)", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bounds() {
        assert_eq!(MessageText::parse(" \n\t"), Err(InvalidText::Empty));
        assert!(MessageText::parse(&"é".repeat(5_000)).is_ok());
        assert_eq!(
            MessageText::parse(&"é".repeat(5_001)),
            Err(InvalidText::TooLong)
        );
        assert_eq!(MessageText::parse("a\u{0}b"), Err(InvalidText::Control));
        assert_eq!(MessageText::parse("a\rb"), Err(InvalidText::Control));
        assert_eq!(MessageText::parse("a\r\nb").unwrap().as_str(), "a\nb");
    }

    #[test]
    fn right_to_left_and_emoji_pass_untouched() {
        let text = "מטופל 3 👩🏽‍⚕️ — K⁺ 6.9";
        assert_eq!(MessageText::parse(text).unwrap().as_str(), text);
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_printable_and_kept(text in any::<String>()) {
            if let Ok(parsed) = MessageText::parse(&text) {
                prop_assert_eq!(parsed.as_str(), text.replace("\r\n", "\n"));
                prop_assert!(!parsed.as_str().trim().is_empty());
                prop_assert!(parsed.as_str().chars().all(|c| !c.is_control() || "\n\t".contains(c)));
            }
        }

        #[test]
        fn debug_never_shows_a_word(text in "[a-z]{6,40}") {
            let shown = format!("{:?}", MessageText::stored(text.as_str()));
            prop_assert!(!shown.contains(&text));
        }
    }
}
