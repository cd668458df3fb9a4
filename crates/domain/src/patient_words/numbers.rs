//! Record numbers in a text: what is written like one, and what only looks like it.

use std::collections::BTreeSet;

use super::{
    lists::{LABORATORY, RECORD_CUES, TELEPHONE, UNITS},
    tokens::Token,
};

/// Fewest digits of a record number that stands alone.
const ALONE: usize = 5;
/// Fewest digits behind a word such as `MRN`.
const CUED: usize = 3;
/// Most letters and digits of a record number or a bed.
const LONGEST: usize = 24;

/// Numbers that may be a record number without its letters: `900106`, `900 106`, `MRN 4711`.
pub(super) fn numbers(tokens: &[Token]) -> BTreeSet<String> {
    let mut numbers = BTreeSet::new();
    let mut at = 0;
    while at < tokens.len() {
        let end = end_of_run(tokens, at);
        if end > at {
            numbers.extend(numbers_of_run(tokens, at, end));
        }
        at = end.max(at + 1);
    }
    numbers
}

/// Tokens and runs of tokens that may be a record number or a bed with its letters: `LMH-900 106`.
pub(super) fn codes(tokens: &[Token]) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    for start in 0..tokens.len() {
        let mut code = String::new();
        for (length, token) in tokens[start..].iter().take(4).enumerate() {
            if length > 0 && !goes_on(&tokens[start + length - 1], token) {
                break;
            }
            code.push_str(&token.text);
            if is_code(&code) {
                codes.insert(code.clone());
            }
        }
    }
    // `MRN900106` is a number behind its cue.
    let cued = tokens.iter().filter_map(|token| {
        let cue = RECORD_CUES.iter().find(|cue| token.text.starts_with(**cue));
        cue.map(|cue| token.text[cue.len()..].to_owned())
    });
    codes.extend(cued.filter(|code| is_code(code)));
    codes
}

/// Numbers written against their cue: `MRN900106`.
pub(super) fn cued_numbers(tokens: &[Token]) -> impl Iterator<Item = String> {
    let number = |token: &Token| {
        let cue = RECORD_CUES
            .iter()
            .find(|cue| token.text.starts_with(**cue))?;
        let digits = &token.text[cue.len()..];
        let is_number = digits.len() >= CUED && digits.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| digits.to_owned())
    };
    tokens.iter().filter_map(number)
}

/// A record number without the letters before it: `lmh900101` is `900101`.
pub(super) fn number_of(code: &str) -> &str {
    code.trim_start_matches(|c: char| c.is_ascii_lowercase())
}

/// At least a digit and a letter, and long enough to mean one patient.
fn is_code(code: &str) -> bool {
    let digits = code.chars().filter(char::is_ascii_digit).count();
    let length = code.chars().count();
    digits > 0 && digits < length && (3..=LONGEST).contains(&length)
}

/// Whether a code goes on with the next token.
fn goes_on(before: &Token, token: &Token) -> bool {
    let gap = token.gap.as_str();
    if before.possessive {
        return false;
    }
    if matches!(gap, "-" | "/" | ".") {
        return true;
    }
    let is_split = matches!(gap.trim(), "" | "-" | "/") && !gap.contains('\n');
    is_split && before.length() <= 6 && token.text.chars().any(|c| c.is_ascii_digit())
}

/// The end of a run of numbers with single spaces or hyphens between them.
fn end_of_run(tokens: &[Token], start: usize) -> usize {
    let mut end = start;
    while let Some(token) = tokens.get(end) {
        let joins = end == start || matches!(token.gap.as_str(), " " | "-");
        if !token.is_number() || !joins {
            break;
        }
        end += 1;
    }
    end
}

fn numbers_of_run(tokens: &[Token], start: usize, end: usize) -> Vec<String> {
    let run = &tokens[start..end];
    if is_part_of_a_value(tokens, start, end) || is_date(run) {
        return Vec::new();
    }
    let Some(least) = least_digits(tokens, start) else {
        return Vec::new();
    };
    let long = run.iter().all(|token| token.text.len() >= ALONE);
    let found: Vec<String> = if long {
        run.iter().map(|token| token.text.clone()).collect()
    } else {
        // Followed by something else: `900 106 2 L`.
        (1..=run.len())
            .map(|length| {
                run[..length]
                    .iter()
                    .map(|token| token.text.as_str())
                    .collect()
            })
            .collect()
    };
    // A telephone number of two halves is no two records.
    let halves = found.len() > 1 && long && run.iter().any(|token| token.text.starts_with('0'));
    let fits = |number: &String| (least..=LONGEST).contains(&number.len());
    found
        .into_iter()
        .filter(|number| !halves && fits(number))
        .collect()
}

/// `6.9`, `150,000`, `14:30`, `+44`, and what has a unit.
fn is_part_of_a_value(tokens: &[Token], start: usize, end: usize) -> bool {
    const INSIDE: [&str; 3] = [".", ",", ":"];
    let first = &tokens[start];
    let behind_number = start > 0
        && tokens[start - 1]
            .text
            .ends_with(|c: char| c.is_ascii_digit());
    // `(01632) 900106` is a telephone number.
    let is_tail = behind_number && (INSIDE.contains(&first.gap.as_str()) || first.gap == ") ");
    let next = tokens.get(end);
    let is_head = next.is_some_and(|next| {
        let is_digit = next.text.starts_with(|c: char| c.is_ascii_digit());
        is_digit && INSIDE.contains(&next.gap.as_str())
    });
    let has_unit = next.is_some_and(|next| next.follows() && UNITS.contains(&next.text.as_str()));
    is_tail || is_head || has_unit || first.gap.ends_with(['+', '<', '>', '='])
}

fn is_date(run: &[Token]) -> bool {
    let lengths: Vec<usize> = run.iter().map(|token| token.text.len()).collect();
    matches!(
        lengths.as_slice(),
        [4, 1..=2, 1..=2] | [1..=2, 1..=2, 2 | 4]
    )
}

/// How long a number behind these words has to be; none where they say that it is no record.
fn least_digits(tokens: &[Token], start: usize) -> Option<usize> {
    if tokens[start].gap.ends_with('#') {
        return Some(CUED);
    }
    let mut later = &tokens[start];
    for token in tokens[..start].iter().rev().take(4) {
        if later.begins_sentence() {
            break;
        }
        let word = token.text.as_str();
        if RECORD_CUES.contains(&word) {
            return Some(CUED);
        }
        if TELEPHONE.contains(&word) || LABORATORY.contains(&word) {
            return None;
        }
        later = token;
    }
    Some(ALONE)
}
