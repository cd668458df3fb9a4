//! Texts as programs hand them over, and as we keep them.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

/// The text with line breaks of every kind as `\n` and without other control characters, tabs kept.
///
/// Word processors paste vertical tabs, form feeds and the C1 characters of old encodings. Nobody sees
/// them, so nobody could mend a text that was refused for them.
///
/// ```
/// use hims_chat_domain::clean_text;
/// assert_eq!(clean_text("K 6.9\r\nrepeat\u{b}sent\u{92}\u{3}"), "K 6.9\nrepeat\nsent");
/// ```
pub fn clean_text(text: &str) -> Cow<'_, str> {
    if is_clean(text) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' => {
                letters.next_if_eq(&'\n');
                cleaned.push('\n');
            }
            letter if is_break(letter) => cleaned.push('\n'),
            letter if is_dropped(letter) => {}
            letter => cleaned.push(letter),
        }
    }
    Cow::Owned(cleaned)
}

/// Whether [`clean_text`] changes nothing.
pub(crate) fn is_clean(text: &str) -> bool {
    !text
        .chars()
        .any(|letter| letter != '\n' && (is_break(letter) || is_dropped(letter)))
}

/// The text on one line: breaks and tabs are a space each, however many, and the ends are trimmed.
///
/// ```
/// use hims_chat_domain::clean_line;
/// assert_eq!(clean_line("  K 6.9,\r\n\r\n\tcall back "), "K 6.9, call back");
/// ```
pub fn clean_line(text: &str) -> String {
    let cleaned = clean_text(text);
    let parts = cleaned.split(['\n', '\t']).map(str::trim);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// Whether a reader would see nothing: white space, characters without a shape, and marks without a
/// letter to stand on. The page's own copy of this rule is in `blank.js`.
///
/// ```
/// use hims_chat_domain::is_blank;
/// assert!(is_blank(" \u{200b}\u{2800}\u{3164}\u{fe0f}"));
/// assert!(!is_blank("👩🏽‍⚕️"));
/// ```
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|letter| {
        letter.is_whitespace()
            || letter.is_control()
            || has_no_shape(letter)
            || is_combining_mark(letter)
    })
}

/// Line feed, vertical tab, form feed, carriage return, next line, line and paragraph separator: the
/// mandatory breaks of Unicode Standard Annex 14.
fn is_break(letter: char) -> bool {
    matches!(
        letter,
        '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

fn is_dropped(letter: char) -> bool {
    letter.is_control() && letter != '\t'
}

/// Whether a character is drawn as nothing: `Default_Ignorable_Code_Point` of the Unicode Character
/// Database (`DerivedCoreProperties.txt`, which also reserves ranges for characters to come), and the
/// few outside it whose shape is empty.
pub(crate) fn has_no_shape(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fff8}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}'
        // The empty Braille cell, anchors of annotations, the null note head, blank hieroglyphs.
        | '\u{2800}' | '\u{fff9}'..='\u{fffb}' | '\u{1d159}' | '\u{13441}'..='\u{13442}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn breaks_of_every_kind_are_one_kind() {
        for broken in [
            "\n", "\r\n", "\r", "\u{b}", "\u{c}", "\u{85}", "\u{2028}", "\u{2029}",
        ] {
            assert_eq!(clean_text(&format!("a{broken}b")), "a\nb", "{broken:?}");
            assert_eq!(clean_line(&format!("a{broken}b")), "a b", "{broken:?}");
        }
        assert_eq!(
            clean_text("a\r\r\n\nb"),
            "a\n\n\nb",
            "an empty line stays one"
        );
        for dropped in [
            "\0", "\u{3}", "\u{8}", "\u{1b}", "\u{1f}", "\u{7f}", "\u{92}", "\u{9f}",
        ] {
            assert_eq!(clean_text(&format!("a{dropped}b")), "ab", "{dropped:?}");
        }
        assert_eq!(clean_text("a\tb"), "a\tb");
    }

    #[test]
    fn nothing_visible_is_blank() {
        for blank in [
            "",
            " \u{a0}\u{3000}\n",
            "\u{200b}",
            "\u{200c}\u{200d}",
            "\u{2060}\u{feff}",
            "\u{ad}",
            "\u{2800}\u{2800}",
            "\u{3164}",
            "\u{115f}\u{1160}",
            "\u{ffa0}",
            "\u{fe0f}\u{fe0e}",
            "\u{e0100}",
            "\u{e0067}\u{e007f}",
            "\u{202e}\u{2066}\u{2069}\u{61c}",
            "\u{180e}",
            "\u{301}\u{20e3}",
            "\u{34f}",
            "\u{fff9}\u{fffb}",
            "\u{206a}",
            "\u{7}",
        ] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for seen in [
            ".",
            "0",
            "\u{200b}x",
            "e\u{301}",
            "❤\u{fe0f}",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
            "ก",
            "한",
            "ㅎ",
            "ﾡ",
            "⠁",
        ] {
            assert!(!is_blank(seen), "{seen:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_clean_stays(text in any::<String>()) {
            let cleaned = clean_text(&text);
            prop_assert!(is_clean(&cleaned));
            prop_assert!(cleaned.chars().all(|c| !c.is_control() || "\n\t".contains(c)));
            prop_assert_eq!(clean_text(&cleaned), &*cleaned);
            let line = clean_line(&text);
            prop_assert!(!line.contains(char::is_control));
            prop_assert_eq!(clean_line(&line), line);
        }
    }
}
