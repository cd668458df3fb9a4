//! Texts without the differences that a search does not see.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization as _;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::clean::has_no_shape;

/// The text without differences of case, of accents and of ways to write the same letter, digit or
/// mark, in every script: `Ångström`, `ANGSTROM` and full-width `ａｎｇｓｔｒｏｍ` fold to one text, and so do
/// `۶٫۹` and `6.9`, curly and straight quotes, dashes of every length, and white space of every kind
/// and amount.
///
/// Points and vowel signs of Hebrew and Arabic are accents; the vowel signs of Indian scripts are
/// letters. Letters that one keyboard has in the place of another's are one letter: Persian and
/// Arabic yeh, kaf and heh. The PostgreSQL adapter has the same rules in SQL; tests hold the two
/// together, and the page's own copy is in `fold.js`.
///
/// ```
/// use hims_chat_domain::fold;
/// assert_eq!(fold("Sørensen, 5 µg, ΑΣΘΕΝΉΣ"), fold("SORENSEN,\n5 μg, ασθενης"));
/// ```
pub fn fold(text: &str) -> String {
    if is_plain(text) {
        return text.to_ascii_lowercase();
    }
    let mut letters = String::with_capacity(text.len());
    let spelt = text.chars().map(before_taking_apart);
    for letter in spelt.nfkd().flat_map(char::to_lowercase) {
        match letter {
            space if space.is_whitespace() => {
                if !letters.ends_with(' ') {
                    letters.push(' ');
                }
            }
            accent if is_accent(accent) => {}
            'ß' => letters.push_str("ss"),
            'æ' => letters.push_str("ae"),
            'œ' => letters.push_str("oe"),
            'þ' => letters.push_str("th"),
            letter => letters.push(same_as(letter)),
        }
    }
    letters.nfkc().collect()
}

/// The words of a text as [`fold`] writes them, each once, the longest first. A word that stands in
/// another one says nothing more and is left out.
pub fn folded_words(text: &str) -> Vec<String> {
    longest_first(fold(text).split(' '))
}

/// The words that look for somebody in a directory: as [`folded_words`], without the marks that
/// stand between names (`Calloway, Y.`).
pub fn sought_words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split([' ', ',', ';']);
    longest_first(words.map(|word| word.trim_matches('.')))
}

fn longest_first<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    let mut kept: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        if !kept.iter().any(|longer| longer.contains(word)) {
            kept.push(word.to_owned());
        }
    }
    kept
}

/// Whether every one of these folded words stands in the text, in any order.
pub fn holds<'a>(text: &str, words: impl IntoIterator<Item = &'a str>) -> bool {
    let folded = fold(text);
    words.into_iter().all(|word| folded.contains(word))
}

/// Whether lower case is all that a text lacks.
fn is_plain(text: &str) -> bool {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'`';
    text.bytes().all(is_plain) && !text.contains("  ")
}

/// Marks that fall apart into others, as these mean them.
fn before_taking_apart(letter: char) -> char {
    match letter {
        '´' => '\'',
        '″' | '‶' => '"',
        letter => letter,
    }
}

/// The letter, digit or mark that stands for this one.
fn same_as(letter: char) -> char {
    match letter {
        'ø' => 'o',
        'đ' | 'ð' => 'd',
        'ł' => 'l',
        'ħ' => 'h',
        'ŧ' => 't',
        'ı' => 'i',
        'ς' => 'σ',
        'ى' | 'ی' => 'ي',
        'ٱ' => 'ا',
        'ک' | 'ڪ' => 'ك',
        'ہ' | 'ھ' | 'ە' | 'ة' | 'ۃ' => 'ه',
        '‘' | '’' | '‚' | '‛' | 'ʹ' | 'ʻ' | 'ʼ' | 'ʽ' | '′' | '‵' | '`' | '‹' | '›' | '׳' => {
            '\''
        }
        '“' | '”' | '„' | '‟' | '«' | '»' | '״' | '〝' | '〞' | '〟' => '"',
        '‐' | '‒' | '–' | '—' | '―' | '−' | '⁃' | '־' | '⸺' | '⸻' => '-',
        '٫' | '۔' | '·' | '∙' | '⋅' => '.',
        '٬' | '،' => ',',
        '؛' => ';',
        '؟' => '?',
        '٪' => '%',
        '⁄' | '∕' => '/',
        '〜' => '~',
        letter => ascii_digit(letter),
    }
}

/// The zeros of the scripts that have digits of their own: `General_Category=Nd` of the Unicode
/// Character Database without those that are compatibility forms. Nine digits follow each.
const ZEROS: [char; 58] = [
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{de6}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{104a0}',
    '\u{10d30}',
    '\u{11066}',
    '\u{110f0}',
    '\u{11136}',
    '\u{111d0}',
    '\u{112f0}',
    '\u{11450}',
    '\u{114d0}',
    '\u{11650}',
    '\u{116c0}',
    '\u{11730}',
    '\u{118e0}',
    '\u{11950}',
    '\u{11c50}',
    '\u{11d50}',
    '\u{11da0}',
    '\u{16a60}',
    '\u{16ac0}',
    '\u{16b50}',
    '\u{1e140}',
    '\u{1e2f0}',
    '\u{1e950}',
];

fn ascii_digit(letter: char) -> char {
    let before = ZEROS.partition_point(|zero| *zero <= letter);
    let zero = before.checked_sub(1).map(|at| ZEROS[at]);
    let digit = zero.and_then(|zero| char::from_digit(u32::from(letter) - u32::from(zero), 10));
    digit.unwrap_or(letter)
}

/// Signs on letters, and what is not seen.
fn is_accent(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        // Hebrew and Arabic.
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
        || letter.is_control()
        || has_no_shape(letter)
}

/// The places of folded words in a text: ranges of bytes, in order, none over another, each of whole
/// characters as people see them.
pub(crate) fn find(words: &[String], text: &str) -> Vec<Range<usize>> {
    let mut whole = String::with_capacity(text.len());
    // For each byte of `whole` the piece of the text it comes from.
    let mut origins: Vec<Range<usize>> = Vec::with_capacity(text.len());
    for (start, piece) in text.grapheme_indices(true) {
        whole.push_str(&fold(piece));
        origins.resize(whole.len(), start..start + piece.len());
    }
    let mut hits: Vec<Range<usize>> = words
        .iter()
        // Signs alone fold to nothing, which stands nowhere.
        .filter(|word| !word.is_empty())
        .flat_map(|word| whole.match_indices(word.as_str()))
        .map(|(start, hit)| origins[start].start..origins[start + hit.len() - 1].end)
        .collect();
    hits.sort_unstable_by_key(|hit| (hit.start, hit.end));
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for hit in hits {
        match ranges.last_mut() {
            // A character may hold the end of one hit and the start of the next.
            Some(last) if hit.start < last.end => last.end = last.end.max(hit.end),
            _ => ranges.push(hit),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_text_however_it_is_written() {
        for (one, other) in [
            ("Ödem am Knöchel", "odem AM knochel"),
            ("e\u{301}le\u{300}ve", "ÉLÈVE"),
            ("Straße", "STRASSE"),
            ("İstanbul ılık", "istanbul ilik"),
            ("Łódź, Đorđe, Æble, Þór", "lodz, dorde, aeble, thor"),
            ("σταθερός ΑΣΘΕΝΉΣ", "σταθερος ασθενής"),
            ("ЁЛКА, чай", "елка, чаи"),
            ("שָׁלוֹם", "שלום"),
            ("مُسْتَقِرّ", "مستقر"),
            ("ｍｇ １００", "mg 100"),
            ("5 µg/m²", "5 μg/m2"),
            ("K⁺ 3.5–5", "k+ 3.5-5"),
            ("it’s", "it's"),
            // Letters by keyboard.
            ("مریض", "مريض"),
            ("کلیه", "كليه"),
            ("على إسم أحمد آمنة", "علی اسم احمد امنه"),
            ("شُعْبَة ٱلقلب، ھاتف", "شعبه القلب, هاتف"),
            ("مـــریض می\u{200c}خواهد", "مريض ميخواهد"),
            // Digits and their separators.
            ("۶٫۹", "6.9"),
            ("٦٫٩ و ۱۲٬۵۰۰ ٪", "6.9 و 12,500 %"),
            ("६.९, ๓๗°, ６．９, ១២", "6.9, 37°, 6.9, 12"),
            ("6·9 and ½", "6.9 and 1/2"),
            // Quotes, dashes, white space.
            ("“don’t” ‘x’ «y» „z‟", "\"don't\" 'x' \"y\" \"z\""),
            (
                "5′ 6″, o`clock, o´clock, ד״ר",
                "5' 6\", o'clock, o'clock, ד\"ר",
            ),
            (
                "3–5, 3—5, 3−5, co\u{2011}amoxiclav, co\u{ad}op",
                "3-5, 3-5, 3-5, co-amoxiclav, coop",
            ),
            ("a\u{a0}b\r\nc\u{2028}\u{3000}d\te  f", "a b c d e f"),
            ("a\u{202f}\u{200b}\u{2009}b\u{b}\u{3}c", "a b c"),
            ("❤\u{fe0f}", "❤"),
        ] {
            assert_eq!(fold(one), fold(other), "{one}");
        }
        assert_ne!(fold("が"), fold("か"), "another syllable");
        assert_ne!(fold("हिन्दी"), fold("हन्द"), "vowel signs are letters");
    }

    #[test]
    fn a_find_names_the_place_in_the_text() {
        let found = |sought: &str, text: &str| -> Vec<String> {
            let ranges = find(&folded_words(sought), text);
            ranges
                .into_iter()
                .map(|range| text[range].to_owned())
                .collect()
        };
        assert_eq!(found("odem", "Ödem, O\u{308}DEM"), ["Ödem", "O\u{308}DEM"]);
        assert_eq!(found("ss", "Straße"), ["ß"]);
        assert_eq!(found("s", "ß"), ["ß"]);
        assert_eq!(found("安定", "患者は安定"), ["安定"]);
        assert_eq!(found("<b>", "a <b> c"), ["<b>"]);
        assert_eq!(
            found("lactate bp", "BP, then lactate; bp"),
            ["BP", "lactate", "bp"]
        );
        assert_eq!(found("ab bc", "abc"), ["abc"]);
        assert_eq!(found("۶٫۹", "K 6.9"), ["6.9"]);
        assert_eq!(found("⚕", "👩🏽‍⚕\u{fe0f}!"), ["👩🏽‍⚕\u{fe0f}"]);
        assert!(found("x", "").is_empty());
    }

    #[test]
    fn words_are_kept_once_and_longest_first() {
        assert_eq!(
            folded_words(" K  Potassium\npot 6.9 "),
            ["potassium", "6.9", "k"]
        );
        assert!(folded_words("\u{301} \u{200b}").is_empty());
        assert_eq!(sought_words("Calloway,Y.; Dr."), ["calloway", "dr"]);
        assert_eq!(sought_words("6.9, LMH-900"), ["lmh-900", "6.9"]);
        assert!(holds("Yusra Calloway", ["calloway", "yusra"]));
        assert!(!holds("Yusra Calloway", ["calloway", "yusef"]));
    }

    proptest! {
        #[test]
        fn folding_again_changes_nothing_that_words_hold(text in any::<String>()) {
            let folded = fold(&text);
            prop_assert!(!folded.contains("  ") && !folded.contains(|c: char| c != ' ' && c.is_whitespace()));
        }

        #[test]
        fn every_place_is_of_the_text(text in "\\PC{0,40}", sought in "\\PC{1,2}") {
            for range in find(&folded_words(&sought), &text) {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
