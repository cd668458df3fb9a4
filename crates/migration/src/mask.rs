/// Most characters of a sample.
const LONGEST: usize = 40;

/// The shape of a text without a word of it: letters become `x` or `X`, digits `9`; only spaces and
/// ASCII punctuation stay. What is longer is cut.
pub(crate) fn mask(text: &str) -> String {
    let mut shape: String = text.chars().take(LONGEST).map(masked).collect();
    if text.chars().nth(LONGEST).is_some() {
        shape.push_str("...");
    }
    shape
}

fn masked(c: char) -> char {
    match c {
        ' ' => ' ',
        c if c.is_ascii_punctuation() => c,
        c if c.is_numeric() => '9',
        c if c.is_uppercase() => 'X',
        c if c.is_alphabetic() => 'x',
        _ => '.',
    }
}

/// A key as it may be shown: numbers and hexadecimal ids as they are, as somebody has to find the
/// row; anything else, which may be an e-mail or a name, as its shape.
pub(crate) fn key(text: &str) -> String {
    let is_id = text.len() <= 40
        && (text.bytes().all(|b| b.is_ascii_digit())
            || text.len() >= 26
                && text.bytes().any(|b| b.is_ascii_digit())
                && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'));
    if is_id { text.to_owned() } else { mask(text) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_shape_stays_and_the_words_go() {
        assert_eq!(mask("K+ 6.8 for Mrs Fernwick!"), "X+ 9.9 xxx Xxx Xxxxxxxx!");
        assert_eq!(key("42"), "42");
        assert_eq!(
            key("0192f3a4-7c00-7000-8000-00000000002a"),
            "0192f3a4-7c00-7000-8000-00000000002a"
        );
        assert_eq!(
            key("amara.osei@larkmere.example"),
            "xxxxx.xxxx@xxxxxxxx.xxxxxxx"
        );
    }

    proptest! {
        #[test]
        fn no_letter_or_digit_of_the_text_survives(text in any::<String>()) {
            let shape = mask(&text);
            prop_assert!(shape.chars().all(|c| c.is_ascii() && (!c.is_ascii_alphanumeric() || "xX9".contains(c))));
            prop_assert!(shape.chars().count() <= LONGEST + 3);
        }
    }
}
