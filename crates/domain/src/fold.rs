//! Texts without the differences that a search does not see.

use std::ops::Range;

use unicode_normalization::{UnicodeNormalization as _, char::canonical_combining_class};

/// The text without differences of case, of accents and of ways to write the same letter, in every
/// script: `Ångström`, `ANGSTROM` and full-width `ａｎｇｓｔｒｏｍ` fold to one text.
///
/// Points and vowel signs of Hebrew and Arabic are accents; the vowel signs of Indian scripts are
/// letters. The PostgreSQL adapter has the same rules in SQL; tests hold the two together.
///
/// ```
/// use hims_chat_domain::fold;
/// assert_eq!(fold("Sørensen, 5 µg, ΑΣΘΕΝΉΣ"), fold("SORENSEN, 5 μg, ασθενης"));
/// ```
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut letters = String::with_capacity(text.len());
    for letter in text.nfkd().flat_map(char::to_lowercase) {
        match letter {
            accent if is_accent(accent) => {}
            'ß' => letters.push_str("ss"),
            'æ' => letters.push_str("ae"),
            'œ' => letters.push_str("oe"),
            'þ' => letters.push_str("th"),
            'ø' => letters.push('o'),
            'đ' | 'ð' => letters.push('d'),
            'ł' => letters.push('l'),
            'ħ' => letters.push('h'),
            'ŧ' => letters.push('t'),
            'ı' => letters.push('i'),
            'ς' => letters.push('σ'),
            '‘' | '’' | 'ʼ' => letters.push('\''),
            '‐' | '‒' | '–' | '—' | '−' => letters.push('-'),
            letter => letters.push(letter),
        }
    }
    letters.nfkc().collect()
}

/// Signs on letters, and signs that are not seen.
fn is_accent(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        // Hebrew and Arabic.
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}'
        // Soft hyphens, joiners, marks of direction.
        | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Where a folded text stands in a text: ranges of bytes, in order, none over another.
pub(crate) fn find(folded: &str, text: &str) -> Vec<Range<usize>> {
    // Signs alone fold to nothing, which stands nowhere.
    if folded.is_empty() {
        return Vec::new();
    }
    let mut whole = String::with_capacity(text.len());
    // For each byte of `whole` the piece of the text it comes from.
    let mut origins: Vec<Range<usize>> = Vec::with_capacity(text.len());
    for piece in pieces(text) {
        whole.push_str(&fold(&text[piece.clone()]));
        origins.resize(whole.len(), piece);
    }
    let hits = whole.match_indices(folded).map(|(start, hit)| {
        let last = start + hit.len().saturating_sub(1);
        origins[start].start..origins[last].end
    });
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for hit in hits {
        match ranges.last_mut() {
            // A letter that folds to several may hold the end of one hit and the start of the next.
            Some(last) if hit.start < last.end => last.end = last.end.max(hit.end),
            _ => ranges.push(hit),
        }
    }
    ranges
}

/// Each letter of a text with the signs on it.
fn pieces(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_start = |letter: char| !is_accent(letter) && canonical_combining_class(letter) == 0;
    let mut starts = text
        .char_indices()
        .filter(move |(at, letter)| *at == 0 || is_start(*letter))
        .map(|(at, _)| at)
        .peekable();
    std::iter::from_fn(move || {
        let start = starts.next()?;
        Some(start..starts.peek().copied().unwrap_or(text.len()))
    })
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
        ] {
            assert_eq!(fold(one), fold(other), "{one}");
        }
        assert_ne!(fold("が"), fold("か"), "another syllable");
        assert_ne!(fold("हिन्दी"), fold("हन्द"), "vowel signs are letters");
    }

    #[test]
    fn a_find_names_the_place_in_the_text() {
        let found = |sought: &str, text: &str| -> Vec<String> {
            let ranges = find(&fold(sought), text);
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
        assert!(found("x", "").is_empty());
    }

    proptest! {
        #[test]
        fn every_place_is_of_the_text(text in "\\PC{0,40}", sought in "\\PC{1,2}") {
            for range in find(&fold(&sought), &text) {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
