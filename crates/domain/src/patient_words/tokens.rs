use crate::fold;

/// A word or a number of a text, and what stood before it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Folded, letters and digits only: `O’Brien’s` is `obrien`.
    pub(super) text: String,
    /// As it is written, for the directory's own spelling of a ward.
    pub(super) written: String,
    /// Folded text between the token before and this one, with its new line.
    pub(super) gap: String,
    /// Begins with a capital, in a text that is not all capitals.
    pub(super) capital: bool,
    /// Two letters or more, all of them capitals.
    pub(super) capitals: bool,
    /// Ends like a possessive, as `O’Brien’s` does.
    pub(super) possessive: bool,
}

const APOSTROPHES: [char; 4] = ['\'', '’', '‘', 'ʼ'];

impl Token {
    pub(super) fn is_number(&self) -> bool {
        self.text.bytes().all(|b| b.is_ascii_digit())
    }

    pub(super) fn is_word(&self) -> bool {
        self.text.chars().all(char::is_alphabetic)
    }

    pub(super) fn length(&self) -> usize {
        self.text.chars().count()
    }

    /// Letters and digits, as most names of wards and beds have them.
    pub(super) fn is_mixed(&self) -> bool {
        self.text.chars().any(char::is_alphabetic) && self.text.chars().any(|c| c.is_ascii_digit())
    }

    /// The token before belongs to another sentence.
    pub(super) fn begins_sentence(&self) -> bool {
        self.gap.contains(['\n', ';', '?', '!']) || self.gap.contains(". ")
    }

    /// Nothing but space lies between it and the token before, or nothing at all.
    pub(super) fn follows(&self) -> bool {
        self.gap.trim().is_empty() && !self.gap.contains('\n')
    }
}

/// The words and numbers of a text, in order.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let is_shouted = is_shouted(text);
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_inside) {
        let (gap, tail) = rest.split_at(start);
        let end = tail.find(|c| !is_inside(c)).unwrap_or(tail.len());
        let (written, after) = tail.split_at(end);
        rest = after;
        let folded = fold(written);
        let stem = folded
            .strip_suffix('s')
            .and_then(|stem| stem.strip_suffix(APOSTROPHES));
        let text = stem.unwrap_or(&folded);
        let text: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        if text.is_empty() {
            continue;
        }
        let mut letters = written.chars().filter(|c| c.is_alphabetic());
        let capital = letters.next().is_some_and(char::is_uppercase);
        let lower = written.chars().any(char::is_lowercase);
        tokens.push(Token {
            capitals: capital && !lower && text.chars().count() > 1,
            capital: capital && !is_shouted,
            possessive: stem.is_some(),
            gap: folded_gap(gap),
            written: written.to_owned(),
            text,
        });
    }
    tokens
}

/// Folded, but for a new line, which ends a sentence.
fn folded_gap(gap: &str) -> String {
    if !gap.contains('\n') {
        return fold(gap);
    }
    format!("{}\n", fold(gap.trim()))
}

/// Letters, digits, apostrophes, and signs on letters.
fn is_inside(c: char) -> bool {
    c.is_alphanumeric()
        || APOSTROPHES.contains(&c)
        || (!c.is_ascii() && fold(c.encode_utf8(&mut [0; 4])).is_empty())
}

/// Capitals say nothing where nearly everything is written in them.
fn is_shouted(text: &str) -> bool {
    let lower = text.chars().filter(|c| c.is_lowercase()).count();
    let upper = text.chars().filter(|c| c.is_uppercase()).count();
    upper > 8 && upper > 4 * lower
}
