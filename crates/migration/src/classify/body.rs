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
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("&#") {
        let (before, number) = rest.split_at(start);
        decoded.push_str(&decode_html_entities(before));
        rest = match windows(number) {
            Some((c, length)) => {
                decoded.push(c);
                &number[length..]
            }
            None => {
                let next = number[1..].find(['&', ';']).map(|at| at + 1);
                let is_end = |at: &usize| number.as_bytes().get(*at) == Some(&b';');
                let end = next.map_or(number.len(), |at| at + usize::from(is_end(&at)));
                decoded.push_str(&decode_html_entities(&number[..end]));
                &number[end..]
            }
        };
    }
    decoded.push_str(&decode_html_entities(rest));
    // PostgreSQL keeps no NUL in a text.
    decoded.replace('\0', "\u{fffd}")
}

/// The letters of Windows that its numbers from 0x80 stand for, as HTML says; other bytes have none.
const WINDOWS: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// The letter of a reference such as `&#150;` that a text begins with, where its number is one of Windows and no
/// control character, and the length of the reference.
fn windows(text: &str) -> Option<(char, usize)> {
    let end = text.find(';')?;
    let number = text.get(2..end)?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => number.parse(),
    };
    let index = code.ok()?.checked_sub(0x80)?;
    let c = WINDOWS.chars().nth(usize::try_from(index).ok()?)?;
    Some((c, end + 1))
}

/// Whether something looks like a tag: `<b>`, `</p`, `<script`; not `K < 3`.
fn has_tag(text: &str) -> bool {
    text.match_indices('<').any(|(index, _)| {
        let after = text[index + 1..].trim_start_matches('/');
        after.starts_with(|c: char| c.is_ascii_alphabetic()) && after.contains('>')
    })
}

/// Text that went through the wrong encoding: UTF-8 read as Latin-1, bytes that are no UTF-8, letters of
/// Windows as control characters, or letters lost to question marks.
fn is_garbled(text: &str) -> bool {
    let mut previous = ' ';
    for c in text.chars() {
        let is_pair = matches!(previous, 'Ã' | 'Â') && ('\u{80}'..='\u{bf}').contains(&c);
        if is_pair || c == '\u{fffd}' || ('\u{80}'..='\u{9f}').contains(&c) {
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

    #[test]
    fn a_dash_of_windows_stays_a_dash() {
        assert_eq!(
            decoded("5&#150;10 mg, it&#x92;s &#8211; so"),
            "5–10 mg, it’s – so"
        );
        assert_eq!(
            decoded("a &# b; &#xzz; &#129;&#8364;&"),
            "a &# b; &#xzz; \u{81}€&"
        );
        assert_eq!(flags("5\u{96}10 mg"), [Reason::Garbled]);
        assert_eq!(flags("5&#150;10 mg"), [Reason::Entities]);
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in "[^\0]*") {
            let encoded = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
            prop_assert_eq!(decoded(&encoded), text);
        }
    }
}
