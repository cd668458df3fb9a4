use crate::short_text::short_text;

short_text! {
    /// Why a message is urgent, in a few words: 1 to 120 characters on one line.
    ///
    /// `Debug` prints the length only, so that clinical words cannot reach a log. Cloning is cheap.
    UrgentReason, at most 120 characters;
    /// The text is no [`UrgentReason`].
    InvalidUrgentReason
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
        let two_lines = UrgentReason::parse("K 6.9\u{b}call\u{92}");
        assert_eq!(two_lines.unwrap().as_str(), "K 6.9 call");
        for text in ["", " ", &"é".repeat(121), "\u{200b}"] {
            assert!(UrgentReason::parse(text).is_err(), "{text}");
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
