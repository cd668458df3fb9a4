//! Beds in a text: codes such as `A2-06`, words such as `bed 6 on A2`, and which of them is only
//! where somebody goes.

use super::{
    bed_words::words,
    lists::{BOUND, DONE_TO, MOVING, TOWARDS, UNITS},
    tokens::Token,
};
use crate::Patient;

/// Letters and digits apart, without leading zeros: `A2-06` is `a`, `2`, `6`.
pub(super) type Parts = Vec<String>;

/// A bed that a text names.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Bed {
    /// Its first token, and the one behind its last.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) spelled: Spelled,
    /// Somebody goes there or comes from there: alone it is no patient.
    pub(super) is_place: bool,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Spelled {
    Code {
        code: String,
        parts: Parts,
        /// A word before it says that it is a bed or who lies in one.
        cued: bool,
        /// Written with a hyphen, a slash or a space.
        split: bool,
        /// Also a way to write a vertebra, a lead of an ECG or a vitamin.
        is_medical: bool,
    },
    Words {
        ward: Option<Ward>,
        bed: Parts,
    },
}

/// A ward beside a bed, as the text writes it.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Ward {
    pub(super) written: String,
    pub(super) parts: Parts,
}

/// The ward and bed of a patient.
struct Place {
    ward: Parts,
    bed: Parts,
}

impl Place {
    fn of(patient: &Patient) -> Option<Self> {
        let mut bed = parts(patient.bed.as_deref()?);
        bed.retain(|part| part != "bed");
        let ward = parts(patient.ward.as_deref().unwrap_or_default());
        if bed.len() > ward.len() && bed.starts_with(&ward) {
            bed.drain(..ward.len());
        }
        (!bed.is_empty()).then_some(Self { ward, bed })
    }

    fn whole(&self) -> Parts {
        [self.ward.as_slice(), &self.bed].concat()
    }
}

pub(super) fn parts(text: &str) -> Parts {
    let folded = crate::fold(text);
    let mut parts: Parts = Vec::new();
    let mut before = None;
    for c in folded.chars() {
        let kind = c.is_alphanumeric().then(|| c.is_ascii_digit());
        match (kind, parts.last_mut()) {
            (Some(_), Some(last)) if kind == before => last.push(c),
            (Some(_), _) => parts.push(c.to_string()),
            (None, _) => {}
        }
        before = kind;
    }
    for part in &mut parts {
        let significant = part.trim_start_matches('0');
        if !significant.is_empty() {
            *part = significant.to_owned();
        }
    }
    parts
}

/// The beds of a text, in order.
pub(super) fn beds(tokens: &[Token]) -> Vec<Bed> {
    let mut beds: Vec<Bed> = Vec::new();
    for start in 0..tokens.len() {
        beds.extend(words(tokens, start));
        beds.extend(codes(tokens, start));
    }
    beds.sort_by_key(|bed| bed.start);
    for at in 0..beds.len() {
        beds[at].is_place = is_towards(tokens, &beds[at]) || goes_on_a_place(tokens, &beds, at);
    }
    beds
}

impl Bed {
    /// Whether the patient lies there. A bed without a ward is one of the ward that the text is
    /// written on, or of any where `ward` is none.
    pub(super) fn is_of(&self, patient: &Patient, ward: Option<&str>) -> bool {
        let Some(place) = Place::of(patient) else {
            return false;
        };
        match &self.spelled {
            Spelled::Words {
                ward: Some(ward),
                bed,
            } => ward.parts == place.ward && *bed == place.bed,
            Spelled::Words { ward: None, bed } => {
                *bed == place.bed && ward.is_none_or(|ward| parts(ward) == place.ward)
            }
            Spelled::Code {
                code,
                parts,
                cued,
                split,
                is_medical,
            } => {
                let has_digit = place
                    .bed
                    .iter()
                    .chain(&place.ward)
                    .any(|part| part.as_bytes()[0].is_ascii_digit());
                let whole = super::PatientWords::code(patient.bed.as_deref().unwrap_or_default());
                let is_exact = *code == whole && (*split || !is_medical || *cued);
                let is_near = *parts == place.whole() && *split && (!is_medical || *cued);
                has_digit && (is_exact || is_near)
            }
        }
    }

    /// How a directory may write the bed, as [`super::PatientWords::code`] does.
    pub(super) fn codes(&self, ward: Option<&str>) -> Vec<String> {
        let (mut codes, whole) = match &self.spelled {
            Spelled::Code { code, parts, .. } => (vec![code.clone()], parts.clone()),
            Spelled::Words {
                ward: Some(ward),
                bed,
            } => (Vec::new(), [ward.parts.as_slice(), bed].concat()),
            Spelled::Words { ward: None, bed } => {
                let ward = ward.map(parts).unwrap_or_default();
                (Vec::new(), [ward.as_slice(), bed].concat())
            }
        };
        let Some((last, before)) = whole.split_last() else {
            return codes;
        };
        let before = before.concat();
        codes.push(format!("{before}{last}"));
        if last.bytes().all(|b| b.is_ascii_digit()) {
            codes.push(format!("{before}{last:0>2}"));
            codes.push(format!("{before}{last:0>3}"));
        }
        codes.retain(|code| code.len() >= 3);
        codes
    }

    /// The ward beside it, as a directory may write it.
    pub(super) fn ward(&self) -> Option<&str> {
        match &self.spelled {
            Spelled::Words {
                ward: Some(ward), ..
            } => Some(&ward.written),
            Spelled::Words { ward: None, .. } | Spelled::Code { .. } => None,
        }
    }

    /// Takes the word beside it for no ward unless one of the wards is called so.
    pub(super) fn keep_ward(&mut self, wards: &[Parts]) {
        if let Spelled::Words { ward, .. } = &mut self.spelled {
            ward.take_if(|ward| !wards.contains(&ward.parts));
        }
    }
}

/// A code that begins with this token, in its possible lengths: `A206`, `A2-6`, `ED R2`.
fn codes(tokens: &[Token], start: usize) -> Vec<Bed> {
    const LONGEST: usize = 12;
    let mut beds = Vec::new();
    let mut code = String::new();
    let mut written = String::new();
    for end in start + 1..=tokens.len().min(start + 3) {
        let token = &tokens[end - 1];
        if end > start + 1 {
            let is_tight = matches!(token.gap.as_str(), "-" | "/" | "." | " - ");
            let is_apart = token.gap == " " && token.text.bytes().any(|b| b.is_ascii_digit());
            let is_ward =
                tokens[start].is_mixed() || tokens[start].capitals || tokens[start].length() == 1;
            if !(is_tight || is_apart && is_ward) {
                break;
            }
        }
        let has_unit = tokens
            .get(end)
            .is_some_and(|next| next.follows() && UNITS.contains(&next.text.as_str()));
        let is_apart = token.gap == " " && end > start + 1;
        code.push_str(&token.text);
        written.push(' ');
        written.push_str(&token.text);
        let has_letter = code.chars().any(char::is_alphabetic);
        let has_digit = code.bytes().any(|b| b.is_ascii_digit());
        if !(has_letter && has_digit && (3..=LONGEST).contains(&code.len()))
            || (has_unit && is_apart)
        {
            continue;
        }
        let split = end > start + 1;
        beds.push(Bed {
            start,
            end,
            spelled: Spelled::Code {
                code: code.clone(),
                parts: parts(&written),
                cued: is_cued(tokens, start),
                split,
                is_medical: is_medical(&tokens[start..end]),
            },
            is_place: false,
        });
    }
    beds
}

fn is_cued(tokens: &[Token], start: usize) -> bool {
    const CUES: [&str; 12] = [
        "bed",
        "beds",
        "cot",
        "in",
        "pt",
        "patient",
        "lady",
        "man",
        "gentleman",
        "woman",
        "child",
        "boy",
    ];
    let before = start.checked_sub(1).map(|at| tokens[at].text.as_str());
    before.is_some_and(|word| CUES.contains(&word))
}

/// `B12`, `T4`; `C1-3`, `L4/5`, `V1-6`: vitamins, hormones, vertebrae, leads, stages.
fn is_medical(tokens: &[Token]) -> bool {
    let [first, rest @ ..] = tokens else {
        return false;
    };
    let letters = first.text.chars().take_while(|c| c.is_alphabetic()).count();
    let digits = first.text.len().saturating_sub(letters);
    let is_short = letters == 1 && (1..=2).contains(&digits) && first.is_mixed();
    match rest {
        [] => is_short,
        [last] => {
            let is_level = first
                .text
                .starts_with(['c', 't', 'l', 's', 'v', 'g', 'n', 'm', 'p']);
            is_short
                && is_level
                && last.is_number()
                && last.length() <= 2
                && !last.text.starts_with('0')
        }
        _ => false,
    }
}

const BEFORE_A_BED: [&str; 15] = [
    "bed", "beds", "the", "ward", "a", "an", "her", "his", "their", "its", "own", "our", "either",
    "side", "new",
];

/// `to A2-06`, `back to bed 6`, `bound for A2-06`, `A2-04 → A2-06`.
fn is_towards(tokens: &[Token], bed: &Bed) -> bool {
    let is_arrow = |token: &Token| token.gap.contains(['→', '⇒', '>']);
    if tokens.get(bed.end).is_some_and(is_arrow) || is_arrow(&tokens[bed.start]) {
        return true;
    }
    let mut at = bed.start;
    while let Some(before) = at.checked_sub(1) {
        if tokens[at].begins_sentence() {
            return false;
        }
        let word = tokens[before].text.as_str();
        if TOWARDS.contains(&word) {
            return word != "to" || !is_done_to(tokens, before);
        }
        if word == "for" {
            let verb = before.checked_sub(1).map(|at| tokens[at].text.as_str());
            return verb.is_some_and(|verb| BOUND.contains(&verb));
        }
        if word == "then" {
            let earlier = &tokens[before.saturating_sub(6)..before];
            return earlier
                .iter()
                .any(|token| TOWARDS.contains(&token.text.as_str()));
        }
        if !BEFORE_A_BED.contains(&word) {
            return false;
        }
        at = before;
    }
    false
}

/// `give paracetamol to A2-06`: the nearest verb before `to` is one of doing, not of going.
fn is_done_to(tokens: &[Token], to: usize) -> bool {
    for at in (to.saturating_sub(8)..to).rev() {
        let word = tokens[at].text.as_str();
        if tokens[at + 1].begins_sentence() || MOVING.contains(&word) {
            return false;
        }
        if DONE_TO.contains(&word) {
            return true;
        }
    }
    false
}

/// `to B3-07 or D2-01`: the second is as much a place as the first.
fn goes_on_a_place(tokens: &[Token], beds: &[Bed], at: usize) -> bool {
    let start = beds[at].start;
    let is_joined = start > 0 && matches!(tokens[start - 1].text.as_str(), "or" | "and" | "then");
    let gap = tokens[start].gap.trim();
    let end = match (is_joined, gap) {
        (true, _) => start - 1,
        (false, "," | "/" | "&") => start,
        _ => return false,
    };
    beds[..at].iter().any(|bed| bed.is_place && bed.end == end)
}
