use std::{fmt, sync::Arc};

use thiserror::Error;

use crate::TooLong;
use crate::clean::{clean_text, is_blank, is_clean};

/// The words of a message.
///
/// `Debug` prints the length only, so that clinical words cannot reach a log. Cloning is cheap.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageText(Arc<str>);

/// Why a text cannot be posted.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum InvalidText {
    /// Nothing that a reader would see.
    #[error("must not be empty")]
    Empty,
    /// More than [`MessageText::MAX_CHARS`].
    #[error(transparent)]
    TooLong(#[from] TooLong),
}

impl MessageText {
    /// Longest text, in Unicode scalar values.
    pub const MAX_CHARS: usize = 5_000;

    /// Reads what a doctor wrote, cleaned as [`clean_text`] does.
    ///
    /// # Errors
    /// [`InvalidText`], saying which rule.
    pub fn parse(text: &str) -> Result<Self, InvalidText> {
        let text = clean_text(text);
        if is_blank(&text) {
            return Err(InvalidText::Empty);
        }
        TooLong::check(&text, Self::MAX_CHARS)?;
        Ok(Self(text.into()))
    }

    /// Text that a backend already holds, of any length: another application may have written it
    /// under other rules. It is cleaned for its readers; what is stored is not rewritten.
    pub fn stored(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        if is_clean(&text) {
            Self(text)
        } else {
            Self(clean_text(&text).into())
        }
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
            Err(InvalidText::TooLong(TooLong {
                over: 1,
                most: 5_000
            }))
        );
        assert_eq!(MessageText::parse("\u{200b}\u{3}"), Err(InvalidText::Empty));
        assert_eq!(MessageText::parse("a\u{b}b").unwrap().as_str(), "a\nb");
        assert_eq!(MessageText::stored("a\u{92}\r\nb").as_str(), "a\nb");
        let longest = format!("{}\u{3}\r\n", "é".repeat(4_999));
        assert!(
            MessageText::parse(&longest).is_ok(),
            "counted as it is kept"
        );
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
                prop_assert_eq!(parsed.as_str(), clean_text(&text));
                prop_assert!(!is_blank(parsed.as_str()));
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
