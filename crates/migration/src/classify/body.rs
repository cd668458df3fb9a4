//! The flags and readable form of a message's text.

use html_escape::decode_html_entities;

use crate::Reason;

/// Longest text that Stream takes.
const STREAM: usize = 5_000;

/// Finds the reasons to flag a text for review.
pub(super) fn flags(text: &str) -> Vec<Reason> {
    let mut found = Vec::new();
    if has_entity(text) {
        found.push(Reason::Entities);
    }
    if has_tag(text) {
        found.push(Reason::Markup);
    }
    if is_garbled(text) {
        found.push(Reason::Garbled);
    }
    if text.chars().count() > STREAM {
        found.push(Reason::TooLongForStream);
    }
    found
}

fn has_entity(text: &str) -> bool {
    text.contains('&') && decode_html_entities(text) != text
}

/// Decodes entities once, by name or number: `&amp;lt;` becomes `&lt;`.
pub(super) fn decoded(text: &str) -> String {
    // PostgreSQL keeps no NUL in a text.
    decode_html_entities(text).replace('\0', "\u{fffd}")
}

/// Whether something looks like a tag: `<b>`, `</p`, `<script`; not `K < 3`.
fn has_tag(text: &str) -> bool {
    text.match_indices('<').any(|(index, _)| {
        let after = text[index + 1..].trim_start_matches('/');
        after.starts_with(|c: char| c.is_ascii_alphabetic()) && after.contains('>')
    })
}

/// Text that went through the wrong encoding: UTF-8 read as Latin-1, bytes that are no UTF-8, or
/// letters lost to question marks.
fn is_garbled(text: &str) -> bool {
    let mut previous = ' ';
    for c in text.chars() {
        let is_pair = matches!(previous, 'Ã' | 'Â') && ('\u{80}'..='\u{bf}').contains(&c);
        if c == '\u{fffd}' || is_pair {
            return true;
        }
        previous = c;
    }
    text.contains("â€") || text.contains("????")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_flagged_and_what_is_not() {
        assert_eq!(flags("K+ 6.8, ECG < 3 min & calcium given?"), []);
        assert_eq!(flags("a &amp; b"), [Reason::Entities]);
        assert_eq!(flags("125 &micro;g"), [Reason::Entities]);
        assert_eq!(flags("<script>x</script>"), [Reason::Markup]);
        assert_eq!(flags("RenÃ© is here"), [Reason::Garbled]);
        assert_eq!(flags("temperature ????"), [Reason::Garbled]);
        assert_eq!(flags(&"x".repeat(5_001)), [Reason::TooLongForStream]);
    }

    #[test]
    fn entities_are_decoded_once() {
        assert_eq!(decoded("&amp;lt;b&gt; & &unknown;"), "&lt;b> & &unknown;");
        assert_eq!(
            decoded("M&eacute;ni&egrave;re&#039;s: 125 &micro;g, 38.4 &deg;C, SpO2 &ge; 94 %"),
            "Ménière's: 125 µg, 38.4 °C, SpO2 ≥ 94 %"
        );
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in "[^\0]*") {
            let encoded = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
            prop_assert_eq!(decoded(&encoded), text);
        }
    }
}
