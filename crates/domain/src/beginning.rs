use unicode_segmentation::GraphemeCursor;

/// The start of a text, at most so many Unicode scalar values of it, cut between characters as people
/// see them: a family of emoji stays together or is left out.
///
/// ```
/// use hims_chat_domain::beginning;
/// assert_eq!(beginning("ok 👩🏽‍⚕️", 5), "ok ");
/// ```
pub fn beginning(text: &str, most: usize) -> &str {
    let Some((limit, _)) = text.char_indices().nth(most) else {
        return text;
    };
    match boundary_before(text, limit) {
        // Letters can carry marks without an end.
        0 => &text[..limit],
        end => &text[..end],
    }
}

/// The last place up to the byte `at` that no character, as people see them, reaches across.
pub fn boundary_before(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(true) => at,
        // With the whole text at hand the cursor asks for nothing more.
        _ => cursor.prev_boundary(text, 0).ok().flatten().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation as _;

    use super::*;

    #[test]
    fn what_is_seen_as_one_is_not_cut() {
        assert_eq!(beginning("ab", 2), "ab");
        assert_eq!(beginning("abc", 2), "ab");
        assert_eq!(beginning("ae\u{301}", 2), "a");
        assert_eq!(beginning("🇵🇰🇬🇧", 3), "🇵🇰");
        assert_eq!(beginning("हिन्दी", 1).chars().count(), 1, "never nothing");
    }

    proptest! {
        #[test]
        fn a_beginning_is_whole_and_short(text in "[a👩🏽‍⚕️e\u{301}🇵🇰\r\n한ㄱ]{0,30}", most in 12_usize..40) {
            let start = beginning(&text, most);
            prop_assert!(text.starts_with(start) && start.chars().count() <= most);
            let whole: Vec<&str> = text.graphemes(true).collect();
            let of_start: Vec<&str> = start.graphemes(true).collect();
            prop_assert!(start.chars().count() == most || whole.starts_with(&of_start));
        }
    }
}
