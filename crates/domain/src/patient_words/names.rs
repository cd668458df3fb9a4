//! Names in a text, as people write them.

use std::{collections::HashSet, sync::LazyLock};

use super::{
    full_name::FullName,
    lists::{
        COLLEAGUE_BEFORE, COLLEAGUE_BEHIND, EPONYMS, HER_TITLES, HIS_TITLES, SPOKEN, STAFF_TITLES,
        TITLES,
    },
    tokens::Token,
};
use crate::Sex;

/// How much of a name a text holds; the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// `Casimir Dunmore`, `Dunmore, Casimir`.
    Full,
    /// `C. Dunmore`, `Dunmore, C.`
    Initial,
    /// `Mr Dunmore`.
    Titled,
    /// The given name that tells a patient from the namesake whose room it is.
    Given,
    /// The surname alone, as in `Dunmore`.
    Surname,
}

/// A patient whom a text is searched for.
pub(super) struct Sought<'a> {
    pub(super) name: &'a FullName,
    pub(super) sex: Option<Sex>,
    /// On the ward of the room's patient: more loosely written names are theirs.
    pub(super) is_near: bool,
    /// Easily taken for the room's patient.
    pub(super) is_namesake: bool,
    /// The room's patient, whose name never means another.
    pub(super) own: Option<&'a FullName>,
}

/// Words of English that are also names, or a letter away from one.
static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("common_words.txt")
        .split_whitespace()
        .collect()
});

pub(super) fn is_common(word: &str) -> bool {
    COMMON.contains(word)
}

/// Shortest words in which a slip of the keys is looked for.
const SLIP_SURNAME: usize = 6;
const SLIP_GIVEN: usize = 5;
/// As a surname that stands alone.
const SLIP_ALONE: usize = 7;

impl Sought<'_> {
    /// The surest way in which the text names them.
    pub(super) fn in_text(&self, tokens: &[Token]) -> Option<Form> {
        let written_together = tokens.iter().any(|token| self.is_written_together(token));
        let full = written_together.then_some(Form::Full);
        let surnames = (0..tokens.len()).filter_map(|at| self.at(tokens, at));
        let given = (0..tokens.len()).filter_map(|at| self.given_at(tokens, at));
        surnames.chain(given).chain(full).min()
    }

    /// Scripts without spaces: the name stands inside a run of letters.
    fn is_written_together(&self, token: &Token) -> bool {
        if !token.text.contains(has_no_spaces) {
            return false;
        }
        let orders = [
            [self.name.given.concat(), self.name.surname.concat()].concat(),
            [self.name.surname.concat(), self.name.given.concat()].concat(),
        ];
        let is_own = |order: &String| {
            let own = self
                .own
                .map(|own| [own.given.concat(), own.surname.concat()].concat());
            own.as_ref() == Some(order)
        };
        orders.iter().any(|order| {
            order.chars().count() >= 2 && token.text.contains(order.as_str()) && !is_own(order)
        })
    }

    /// A surname that begins at a token, with what stands around it.
    fn at(&self, tokens: &[Token], start: usize) -> Option<Form> {
        let mut word = String::new();
        for end in start + 1..=tokens.len().min(start + 4) {
            let token = &tokens[end - 1];
            if end > start + 1
                && (tokens[end - 2].possessive
                    || !matches!(token.gap.as_str(), " " | "-" | "" | "'"))
            {
                break;
            }
            word.push_str(&token.text);
            let distance = self.name.distance_of_surname(&word);
            let is_slip =
                distance == 1 && word.chars().count() >= SLIP_SURNAME && !is_common(&word);
            if distance > 0 && !is_slip {
                continue;
            }
            let surname = Surname {
                tokens,
                start,
                end,
                word: &word,
                distance,
            };
            if let Some(form) = self.form(&surname) {
                return Some(form);
            }
        }
        None
    }

    fn form(&self, surname: &Surname<'_>) -> Option<Form> {
        if let Some((first, given)) = self.given_beside(surname) {
            let is_staff = is_staff(surname.tokens, first.min(surname.start));
            let is_own = self.is_own(surname.word, Some(&given));
            return (!is_staff && !is_own).then_some(Form::Full);
        }
        if is_staff(surname.tokens, surname.start) {
            return None;
        }
        let is_own = self.is_own(surname.word, None);
        if let Some(at) = self.initial_beside(surname) {
            let is_own_initial = || {
                let own = self
                    .own
                    .and_then(FullName::first)
                    .and_then(|own| own.chars().next());
                is_own && own == surname.tokens[at].text.chars().next()
            };
            let is_staff = is_staff(surname.tokens, at.min(surname.start));
            return (!is_staff && !is_own_initial()).then_some(Form::Initial);
        }
        if is_own {
            return None;
        }
        if self.has_title(surname) {
            return Some(Form::Titled);
        }
        let is_another = self.has_title_of_the_other_sex(surname);
        (!is_another && self.stands_alone(surname)).then_some(Form::Surname)
    }

    /// The words are at least as near to the name of the room's patient.
    fn is_own(&self, surname: &str, given: Option<&str>) -> bool {
        let Some(own) = self.own else { return false };
        if own.distance_of_surname(surname) > self.name.distance_of_surname(surname) {
            return false;
        }
        given.is_none_or(|given| own.distance_of_given(given) <= self.name.distance_of_given(given))
    }

    /// The given name before the surname, perhaps with a middle one between, or behind it.
    fn given_beside(&self, surname: &Surname<'_>) -> Option<(usize, String)> {
        let Surname {
            tokens, start, end, ..
        } = *surname;
        let found = |at: usize| {
            let word = tokens.get(at)?.text.as_str();
            let distance = self.name.distance_of_given(word);
            let is_slip =
                distance == 1 && surname.distance == 0 && word.chars().count() >= SLIP_GIVEN;
            let is_given = distance == 0 || is_slip && !is_common(word);
            let words = [&tokens[at], &tokens[start]];
            let all_common = words.iter().all(|token| is_common(&token.text));
            let is_said = !all_common || words.iter().all(|token| token.capital);
            (is_given && is_said).then(|| (at, word.to_owned()))
        };
        let is_ward = surname.word == "ward"
            && tokens
                .get(end)
                .is_some_and(|next| next.is_mixed() || next.is_number());
        if is_ward {
            return None;
        }
        let before = start
            .checked_sub(1)
            .filter(|_| is_one_name(&tokens[start]))
            .and_then(|at| {
                let middle = at.checked_sub(1).filter(|_| is_one_name(&tokens[at]));
                let is_middle =
                    tokens[at].length() == 1 || self.name.given.contains(&tokens[at].text);
                found(at).or_else(|| middle.filter(|_| is_middle).and_then(found))
            });
        let behind = || {
            let next = tokens.get(end)?;
            let is_beside = !surname.last().possessive
                && matches!(next.gap.trim(), "" | ",")
                && !next.gap.contains('\n');
            is_beside.then(|| found(end)).flatten()
        };
        before.or_else(behind)
    }

    fn initial_beside(&self, surname: &Surname<'_>) -> Option<usize> {
        let initial = self.name.first()?.chars().next()?;
        let Surname {
            tokens, start, end, ..
        } = *surname;
        if surname.distance > 0 {
            return None;
        }
        let is_initial = |token: &Token| {
            let written = token.written.chars().all(char::is_uppercase);
            token.length() == 1 && written && token.text.starts_with(initial)
        };
        let is_common = surname.is_common();
        let before = start.checked_sub(1).filter(|at| {
            let has_dot = tokens[start].gap.starts_with('.');
            let is_article = matches!(tokens[*at].text.as_str(), "a" | "i");
            let is_clear = has_dot || !(is_common || is_article && !tokens[start].capital);
            let is_name = tokens[start].capital || !is_common;
            is_initial(&tokens[*at])
                && matches!(tokens[start].gap.as_str(), "." | ". " | " ")
                && is_clear
                && is_name
        });
        let behind = || {
            let next = tokens.get(end).filter(|next| is_initial(next))?;
            let ends = tokens
                .get(end + 1)
                .is_none_or(|token| token.gap.starts_with(['.', ':', ',']));
            let is_clear = matches!(next.gap.as_str(), ", " | ",") && ends && tokens[start].capital;
            let is_beside = matches!(next.gap.as_str(), ", " | "," | " ") && !is_common;
            (is_clear || is_beside).then_some(end)
        };
        before.or_else(behind)
    }

    /// `Mr`, of the patient's sex: another is of the family.
    fn has_title(&self, surname: &Surname<'_>) -> bool {
        let Surname { tokens, start, .. } = *surname;
        let Some(before) = start.checked_sub(1) else {
            return false;
        };
        let title = tokens[before].text.as_str();
        let fits = TITLES.contains(&title)
            || HIS_TITLES.contains(&title) && self.sex != Some(Sex::Female)
            || HER_TITLES.contains(&title) && self.sex != Some(Sex::Male);
        let is_beside = matches!(tokens[start].gap.as_str(), " " | ". " | ".");
        let first = &tokens[start];
        let is_name = first.capital || first.capitals || !surname.is_common();
        fits && is_beside && is_name && (surname.distance == 0 || !surname.is_common())
    }

    /// `Mrs Dunmore` is the wife or the mother of a man called Dunmore.
    fn has_title_of_the_other_sex(&self, surname: &Surname<'_>) -> bool {
        let before = surname.start.checked_sub(1);
        let title = before.map_or("", |at| surname.tokens[at].text.as_str());
        match self.sex {
            Some(Sex::Male) => HER_TITLES.contains(&title),
            Some(Sex::Female) => HIS_TITLES.contains(&title),
            _ => false,
        }
    }

    /// A surname and nothing else, where it can hardly be a word, a thing or a colleague.
    fn stands_alone(&self, surname: &Surname<'_>) -> bool {
        let Surname {
            tokens,
            start,
            end,
            word,
            distance,
        } = *surname;
        let length = word.chars().count();
        if surname.is_common() || EPONYMS.contains(&word) || surname.is_of_a_colleague() {
            return false;
        }
        let is_whole =
            word == self.name.surname.concat() || self.name.surnames.len() == 1 || length >= 5;
        let is_other_name = start > 1 && is_given_of_another(&tokens[start - 1], &tokens[start]);
        if length < 4 || !is_whole || is_other_name {
            return false;
        }
        let capital = tokens[start].capital || tokens[end - 1].capital;
        if distance > 0 {
            return self.is_near && capital && length >= SLIP_ALONE;
        }
        capital || self.is_near && length >= 5
    }

    /// The given name of a namesake alone, which points to them and not to the room's patient.
    fn given_at(&self, tokens: &[Token], at: usize) -> Option<Form> {
        let own = self.own.filter(|_| self.is_namesake)?;
        let token = &tokens[at];
        let word = token.text.as_str();
        let first = self.name.first()?;
        let length = word.chars().count();
        let distance = strsim::osa_distance(first, word);
        let is_slip = distance == 1 && length > SLIP_GIVEN && !is_common(word);
        let is_theirs =
            length >= 3 && (distance == 0 || is_slip) && distance < own.distance_of_given(word);
        let is_said = !is_common(word)
            || token.capital && (token.possessive || at > 0 && !token.begins_sentence());
        (is_theirs && is_said && !is_staff(tokens, at)).then_some(Form::Given)
    }
}

/// A surname found in a text.
struct Surname<'a> {
    tokens: &'a [Token],
    start: usize,
    end: usize,
    /// Its tokens, written together.
    word: &'a str,
    /// How many slips of the keys it holds.
    distance: usize,
}

impl Surname<'_> {
    fn last(&self) -> &Token {
        &self.tokens[self.end - 1]
    }

    fn is_common(&self) -> bool {
        is_common(self.word)
    }

    fn is_of_a_colleague(&self) -> bool {
        let before = |back: usize| {
            let at = self.start.checked_sub(back)?;
            self.tokens.get(at).map(|token| token.text.as_str())
        };
        let is_asked = !self.tokens[self.start].begins_sentence()
            && match (before(1), before(2)) {
                (Some("with" | "to" | "from"), Some(verb)) => SPOKEN.contains(&verb),
                (Some(word), _) => COLLEAGUE_BEFORE.contains(&word),
                (None, _) => false,
            };
        let behind = self.tokens.get(self.end).filter(|next| next.follows());
        let is_theirs = behind.is_some_and(|next| COLLEAGUE_BEHIND.contains(&next.text.as_str()));
        is_asked || is_theirs
    }
}

/// `Dr`, `Sister` or `@` before a name.
fn is_staff(tokens: &[Token], start: usize) -> bool {
    if tokens[start].gap.trim_end().ends_with('@') {
        return true;
    }
    let Some(before) = start
        .checked_sub(1)
        .filter(|_| !tokens[start].gap.contains([',', '\n', ';']))
    else {
        return false;
    };
    let title = tokens[before].text.as_str();
    let is_with_others = matches!(title, "and") || tokens[before].capital && start > 1;
    let earlier = &tokens[start.saturating_sub(3)..before];
    let are_doctors = is_with_others
        && earlier
            .iter()
            .any(|token| matches!(token.text.as_str(), "drs" | "doctors"));
    let is_called =
        before > 0 && tokens[before].gap.trim_end().ends_with('@') && tokens[before].capital;
    STAFF_TITLES.contains(&title) || are_doctors || is_called
}

/// Both tokens may belong to one name.
fn is_one_name(token: &Token) -> bool {
    matches!(
        token.gap.as_str(),
        " " | "-" | ". " | "." | "  " | "\n" | "\u{a0}"
    )
}

/// `her friend Sarah Dunmore` is not Casimir; `CT Dunmore` may be, and a first word is no name.
fn is_given_of_another(before: &Token, surname: &Token) -> bool {
    let is_name = before.is_word() && before.capital && before.length() > 2;
    let is_code = before.capitals && !surname.capitals;
    let is_beside = surname.follows() && surname.capital && !before.begins_sentence();
    is_name && is_beside && !is_code && !is_common(&before.text)
}

/// Chinese, Japanese, Korean and Thai letters.
pub(super) fn has_no_spaces(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}')
}
