use super::{
    lists::{HER_TITLES, HIS_TITLES, PARTICLES, STAFF_TITLES},
    tokens::tokens,
};

/// A patient's name in its parts, folded.
pub(super) struct FullName {
    pub(super) given: Vec<String>,
    pub(super) surname: Vec<String>,
    /// The ways to write the surname without spaces: whole, without `van der`, and each half of a
    /// double one.
    pub(super) surnames: Vec<String>,
}

impl FullName {
    /// Reads `Leif Tamsin-Oduya`, `Maria van der Berg` or `DUNMORE, Casimir`.
    pub(super) fn read(name: &str) -> Self {
        let split = |text: &str| -> Vec<String> {
            tokens(text).into_iter().map(|token| token.text).collect()
        };
        let (given, surname) = if let Some((surname, given)) = name.split_once(',') {
            (split(given), split(surname))
        } else {
            let mut words: Vec<&str> = name.split_whitespace().collect();
            while words.len() > 1 && is_title(words[0]) {
                words.remove(0);
            }
            let is_particle = |word: &&str| PARTICLES.contains(&crate::fold(word).as_str());
            let last = words.len().saturating_sub(1);
            let at = words
                .iter()
                .skip(1)
                .position(is_particle)
                .map_or(last, |at| at + 1);
            let (given, surname) = words.split_at(at.min(last));
            (split(&given.join(" ")), split(&surname.join(" ")))
        };
        let surnames = spellings(&surname);
        Self {
            given,
            surname,
            surnames,
        }
    }

    /// The first given name.
    pub(super) fn first(&self) -> Option<&str> {
        self.given.first().map(String::as_str)
    }

    /// Fewest letters that would have to change to make the word this surname.
    pub(super) fn distance_of_surname(&self, word: &str) -> usize {
        let distances = self
            .surnames
            .iter()
            .map(|surname| strsim::osa_distance(surname, word));
        distances.min().unwrap_or(usize::MAX)
    }

    /// Fewest letters that would have to change to make the word one of these given names.
    pub(super) fn distance_of_given(&self, word: &str) -> usize {
        let distances = self
            .given
            .iter()
            .map(|given| strsim::osa_distance(given, word));
        distances.min().unwrap_or(usize::MAX)
    }
}

fn is_title(word: &str) -> bool {
    let word = crate::fold(word);
    let word = word.trim_end_matches('.');
    HIS_TITLES.contains(&word) || HER_TITLES.contains(&word) || STAFF_TITLES.contains(&word)
}

fn spellings(surname: &[String]) -> Vec<String> {
    let mut spellings = vec![surname.concat()];
    let is_particle = |part: &&String| PARTICLES.contains(&part.as_str());
    let main: Vec<&String> = surname.iter().filter(|part| !is_particle(part)).collect();
    if !main.is_empty() && main.len() < surname.len() {
        spellings.push(main.iter().map(|part| part.as_str()).collect());
    }
    if main.len() > 1 {
        let long = main.into_iter().filter(|part| part.chars().count() >= 4);
        spellings.extend(long.cloned());
    }
    spellings.retain(|spelling| !spelling.is_empty());
    spellings
}
