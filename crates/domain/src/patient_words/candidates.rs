//! The words a directory is asked for: wide enough to find whom the text may name, and bounded.

use std::collections::BTreeSet;

use super::{
    PatientWords,
    names::{has_no_spaces, is_common},
    tokens::Token,
};

/// Most words of a text that are looked for as surnames.
const SURNAMES: usize = 120;
/// Most pairs of words that are looked for as a full name with a slip.
const BEGINNINGS: usize = 24;
/// Longest name without spaces, and most letters of a text in which one is looked for.
const TOGETHER: usize = 6;
const LETTERS: usize = 400;

/// Runs of two to five words without a digit, also with the surname first; and names that stand
/// inside a run of letters.
pub(super) fn names(tokens: &[Token]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for stretch in tokens.split(|token| !token.is_word()) {
        for start in 0..stretch.len() {
            for length in 2..=PatientWords::RUN.min(stretch.len() - start) {
                let run: Vec<&str> = stretch[start..start + length]
                    .iter()
                    .map(|token| token.text.as_str())
                    .collect();
                names.insert(run.join(" "));
                // `Dunmore, Casimir` and `Dunmore Casimir`; `Tamsin-Oduya, Leif`.
                let after_comma = |token: &Token| token.gap.contains(',');
                let comma = stretch[start + 1..start + length]
                    .iter()
                    .position(after_comma);
                let surname = comma.map_or(length - 1, |at| at + 1);
                let (surname, given) = run.split_at(surname);
                names.insert([given, surname].concat().join(" "));
            }
        }
    }
    names.extend(tokens.iter().flat_map(together));
    names
}

fn together(token: &Token) -> Vec<String> {
    if !token.text.contains(has_no_spaces) {
        return Vec::new();
    }
    let letters: Vec<char> = token.text.chars().take(LETTERS).collect();
    let runs =
        (2..=TOGETHER).flat_map(|length| letters.windows(length).map(|run| run.iter().collect()));
    runs.collect()
}

/// Words that may be the last of a name.
pub(super) fn surnames(tokens: &[Token]) -> BTreeSet<String> {
    let is_name = |token: &&Token| {
        let is_long = token.length()
            >= if token.capital || token.capitals {
                2
            } else {
                4
            };
        token.is_word() && is_long && (token.capital || token.capitals || !is_common(&token.text))
    };
    let words = tokens
        .iter()
        .filter(is_name)
        .map(|token| token.text.clone());
    words.take(SURNAMES).collect()
}

/// A word and the first letter of the next, where both may be a name.
pub(super) fn beginnings(tokens: &[Token]) -> BTreeSet<String> {
    let is_name = |token: &Token| token.is_word() && token.length() >= 3 && !is_common(&token.text);
    let pair = |given: &Token, surname: &Token| {
        let first = surname.text.chars().next()?;
        Some(format!("{} {first}", given.text))
    };
    let pairs = tokens.windows(2).filter(|pair| {
        let is_beside = matches!(pair[1].gap.as_str(), " " | ", ");
        is_beside && is_name(&pair[0]) && is_name(&pair[1]) && pair[1].length() >= 5
    });
    let both = pairs.flat_map(|words| [pair(&words[0], &words[1]), pair(&words[1], &words[0])]);
    both.flatten().take(BEGINNINGS).collect()
}
