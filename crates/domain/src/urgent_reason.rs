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
