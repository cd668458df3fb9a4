use std::{collections::BTreeSet, fmt};

use crate::{Patient, fold};

/// What of a text may name a patient: tokens that look like a record number or a bed, and runs of
/// words that may be a full name. Only what a directory knows is one.
///
/// Its size is bounded by that of the text: at most [`PatientWords::RUN`] runs begin at a word.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PatientWords {
    codes: BTreeSet<String>,
    names: BTreeSet<String>,
}

/// By which of its words a text names a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum NamedBy {
    Mrn,
    Bed,
    Name,
}

/// Shows counts only: the words may be a patient's name.
impl fmt::Debug for PatientWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (codes, names) = (self.codes.len(), self.names.len());
        write!(f, "PatientWords({codes} codes, {names} names)")
    }
}

impl PatientWords {
    /// Most words in a name that is looked for.
    pub const RUN: usize = 5;

    /// The words of a text.
    pub fn of(text: &str) -> Self {
        let text = fold(text);
        Self {
            codes: codes(&text),
            names: names(&text),
        }
    }

    /// Tokens like a record number or a bed, as [`PatientWords::code`] writes them.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.codes.iter().map(String::as_str)
    }

    /// Runs of words, as [`PatientWords::name`] writes them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Whether nothing in the text can name a patient.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty() && self.names.is_empty()
    }

    /// The words that do not name this patient.
    #[must_use]
    pub fn without(mut self, patient: &Patient) -> Self {
        self.codes.remove(&Self::code(&patient.mrn));
        if let Some(bed) = &patient.bed {
            self.codes.remove(&Self::code(bed));
        }
        self.names.remove(&Self::name(&patient.name));
        self
    }

    /// Whether and how the words name a patient; the surest way counts.
    pub fn name_patient(&self, patient: &Patient) -> Option<NamedBy> {
        let bed = patient.bed.as_deref().map(Self::code);
        if self.codes.contains(&Self::code(&patient.mrn)) {
            Some(NamedBy::Mrn)
        } else if self.names.contains(&Self::name(&patient.name)) {
            Some(NamedBy::Name)
        } else if bed.is_some_and(|bed| self.codes.contains(&bed)) {
            Some(NamedBy::Bed)
        } else {
            None
        }
    }

    /// A record number or a bed as it is compared: `LMH-900 101` is `lmh900101`.
    pub fn code(text: &str) -> String {
        let folded = fold(text);
        folded.chars().filter(|c| c.is_alphanumeric()).collect()
    }

    /// A name as it is compared: `Leif Tamsin-Oduya` is `leif tamsin oduya`.
    pub fn name(text: &str) -> String {
        let folded = fold(text);
        let words: Vec<String> = words(&folded).map(|word| word.text).collect();
        words.join(" ")
    }
}

/// A word and what stood before it.
struct Word {
    text: String,
    /// A comma lies between it and the word before: `Ashgrove, Bertrand`.
    after_comma: bool,
}

const APOSTROPHES: [char; 4] = ['\'', '’', '‘', 'ʼ'];

fn words(folded: &str) -> impl Iterator<Item = Word> {
    let is_inside = |c: char| c.is_alphanumeric() || APOSTROPHES.contains(&c);
    let mut rest = folded;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find(is_inside)?;
            let after_comma = rest[..start].contains(',');
            let tail = &rest[start..];
            let end = tail.find(|c| !is_inside(c)).unwrap_or(tail.len());
            rest = &tail[end..];
            let word = tail[..end].strip_suffix('s').map_or(&tail[..end], |stem| {
                // Somebody's.
                stem.strip_suffix(APOSTROPHES).unwrap_or(&tail[..end])
            });
            let text: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
            if !text.is_empty() {
                return Some(Word { text, after_comma });
            }
        }
    })
}

/// Runs of two to five words without a digit, and with the surname first where a comma says so.
fn names(folded: &str) -> BTreeSet<String> {
    let words: Vec<Word> = words(folded).collect();
    let mut names = BTreeSet::new();
    let is_letters = |word: &Word| word.text.chars().all(char::is_alphabetic);
    for stretch in words.split(|word| !is_letters(word)) {
        for start in 0..stretch.len() {
            for length in 2..=PatientWords::RUN.min(stretch.len() - start) {
                let run = &stretch[start..start + length];
                names.insert(join(run.iter()));
                if let Some(given) = run.iter().skip(1).position(|word| word.after_comma) {
                    let (surname, given) = run.split_at(given + 1);
                    names.insert(join(given.iter().chain(surname)));
                }
            }
        }
    }
    names
}

fn join<'a>(words: impl Iterator<Item = &'a Word>) -> String {
    let words: Vec<&str> = words.map(|word| word.text.as_str()).collect();
    words.join(" ")
}

/// Tokens with a digit that are long enough to mean one patient: with a letter three characters,
/// without one five. A number that stands behind a word of letters is looked for with it too, as
/// in `LMH 900101`.
fn codes(folded: &str) -> BTreeSet<String> {
    let mut codes = BTreeSet::new();
    let mut keep = |token: &str| {
        let code: String = token.chars().filter(|c| c.is_alphanumeric()).collect();
        if is_code(&code) {
            codes.insert(code);
        }
    };
    let is_inside = |c: char| c.is_alphanumeric() || "-/.".contains(c);
    let mut letters = "";
    for token in folded
        .split(|c| !is_inside(c))
        .filter(|token| !token.is_empty())
    {
        let parts = token.split(['/', '.']);
        parts.for_each(&mut keep);
        if token.chars().any(char::is_alphabetic) {
            keep(token);
        } else if is_code(token) && !letters.is_empty() {
            keep(&format!("{letters}{token}"));
        }
        let is_letters = token.len() <= 6 && token.chars().all(char::is_alphabetic);
        letters = if is_letters { token } else { "" };
    }
    codes
}

fn is_code(code: &str) -> bool {
    let digits = code.chars().filter(char::is_ascii_digit).count();
    let length = code.chars().count();
    let least = if digits == length { 5 } else { 3 };
    digits > 0 && (least..=24).contains(&length)
}

#[cfg(test)]
mod tests;
