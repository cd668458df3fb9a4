use unicode_normalization::char::is_combining_mark;

use crate::clean::has_no_shape;

/// Most accents that one letter carries; scripts that stack them need fewer.
const MOST_ACCENTS: usize = 4;

/// A text as one line that shows what is in it: for names and titles, which stand beside other words.
///
/// Left out is what is not seen itself but changes how its neighbourhood is drawn or hides a difference:
/// control characters, the directional ones of [UAX #9], invisible ones, tags, and accents piled up beyond
/// any script's need. Joiners stay between letters that need them, as Persian's and Hindi's do, and in emoji.
/// Each run of spaces and line breaks is one space, and none stands at an end.
///
/// [UAX #9]: https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut accents = 0;
    let mut joiner = None;
    for c in text.chars() {
        if is_joiner(c) {
            joiner = Some(c).filter(|_| line.ends_with(|last: char| !last.is_ascii()));
            continue;
        }
        if c.is_whitespace() {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
            accents = 0;
        } else if !c.is_control() && !is_unseen(c) {
            accents = if is_combining_mark(c) { accents + 1 } else { 0 };
            if accents <= MOST_ACCENTS {
                line.extend(joiner.filter(|_| !c.is_ascii()));
                line.push(c);
            }
        } else {
            // What goes leaves no trace: not even in what a joiner joins.
            continue;
        }
        joiner = None;
    }
    line.truncate(line.trim_end().len());
    line
}

/// Zero width non-joiner and joiner.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Characters that are drawn as nothing, but for the variation selectors of emoji.
fn is_unseen(c: char) -> bool {
    has_no_shape(c) && !matches!(c, '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_redraws_a_line_is_left_out() {
        for (text, shown) in [
            ("lab results \u{202e}fdp.exe", "lab results fdp.exe"),
            ("\u{202d}a\u{2066}b\u{2069}c\u{200f}", "abc"),
            ("a\u{2028}b\u{2029}c\u{85}d\r\n\te", "a b c d e"),
            ("report.pdf\u{a0}\u{3000}     .exe", "report.pdf .exe"),
            ("zero\u{200b}width\u{feff}\u{ad}\u{2060}", "zerowidth"),
            ("a\u{e0041}\u{e007f}b\u{7}\u{9b}", "ab"),
            ("  \u{2800}\u{3164}\u{200d} ", ""),
            (
                "Zoe\u{308} \u{fc}ber \u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{2764}\u{fe0f}",
                "Zoe\u{308} \u{fc}ber \u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{2764}\u{fe0f}",
            ),
        ] {
            assert_eq!(one_line(text), shown, "{text:?}");
        }
        for kept in [
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{1f469}\u{1f3fd}\u{200d}\u{2695}\u{fe0f}",
        ] {
            assert_eq!(one_line(kept), kept);
        }
        let piled = format!("a{}b", "\u{301}".repeat(50));
        assert_eq!(one_line(&piled).chars().count(), 2 + MOST_ACCENTS);
    }

    proptest! {
        #[test]
        fn a_line_stays_as_it_is(text in any::<String>()) {
            let line = one_line(&text);
            prop_assert_eq!(one_line(&line), line);
        }
    }
}
