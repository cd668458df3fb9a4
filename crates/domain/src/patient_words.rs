//! Words of a text that may name a patient, and whether they name one.

mod bed_words;
mod beds;
mod candidates;
mod full_name;
mod lists;
mod names;
mod numbers;
mod tokens;

use std::{collections::BTreeSet, fmt};

use self::{
    beds::Bed,
    full_name::FullName,
    names::{Form, Sought},
    tokens::{Token, tokens},
};
use crate::{Patient, fold, is_near_namesake};

/// The words of a text that may name a patient: numbers and codes that look like a record number, beds in
/// code or in words, and words that may be a name. Only what a directory knows is one.
///
/// A directory looks for [`codes`](Self::codes), [`numbers`](Self::numbers), [`names`](Self::names),
/// [`surnames`](Self::surnames) and [`beginnings`](Self::beginnings); whom it finds is asked about
/// with [`name_patient`](Self::name_patient), which alone decides. How it decides is told in
/// `docs/guard.md`. Its size is bounded by that of the text.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PatientWords {
    tokens: Vec<Token>,
    codes: BTreeSet<String>,
    numbers: BTreeSet<String>,
    names: BTreeSet<String>,
    surnames: BTreeSet<String>,
    beginnings: BTreeSet<String>,
    beds: Vec<Bed>,
    /// The patient of the room that the text is written in, as each of their records calls them, as it is now first.
    own: Vec<Patient>,
}

/// By which of its words a text names a patient.
///
/// In the order of how sure they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
        let tokens = tokens(text);
        let beds = beds::beds(&tokens);
        let mut codes = numbers::codes(&tokens);
        codes.extend(beds.iter().flat_map(|bed| bed.codes(None)));
        let mut numbers = numbers::numbers(&tokens);
        numbers.extend(numbers::cued_numbers(&tokens));
        Self {
            names: candidates::names(&tokens),
            surnames: candidates::surnames(&tokens),
            beginnings: candidates::beginnings(&tokens),
            codes,
            numbers,
            beds,
            tokens,
            own: Vec::new(),
        }
    }

    /// As written in the room of a patient: what names them names nobody else, a bed without a ward
    /// is one of their ward, and a bare number may be an MRN with the same letters as theirs.
    #[must_use]
    pub fn without(mut self, patient: &Patient) -> Self {
        let ward = patient.ward.as_deref();
        let beds = self.beds.iter().flat_map(|bed| bed.codes(ward));
        let mut added: Vec<String> = beds.collect();
        self.own = patient.as_each_record().collect();
        for record in &self.own {
            let code = Self::code(&record.mrn);
            let letters = code.strip_suffix(numbers::number_of(&code));
            let letters = letters.unwrap_or_default();
            let numbers = self.numbers.iter();
            added.extend(numbers.map(|number| format!("{letters}{number}")));
        }
        self.codes.extend(added);
        for record in &self.own {
            let code = Self::code(&record.mrn);
            self.numbers.remove(numbers::number_of(&code));
            self.codes.remove(&code);
            self.names.remove(&Self::name(&record.name));
        }
        if let Some(bed) = &patient.bed {
            self.codes.remove(&Self::code(bed));
        }
        self.beds.retain(|bed| !bed.is_of(patient, ward));
        self
    }

    /// Codes like a record number or a bed, as [`PatientWords::code`] writes them.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.codes.iter().map(String::as_str)
    }

    /// Numbers that may be a record number without its letters, as [`PatientWords::number`] writes
    /// them.
    pub fn numbers(&self) -> impl Iterator<Item = &str> {
        self.numbers.iter().map(String::as_str)
    }

    /// Runs of words that may be a full name, as [`PatientWords::name`] writes them.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Words that may be the last word of a name.
    pub fn surnames(&self) -> impl Iterator<Item = &str> {
        self.surnames.iter().map(String::as_str)
    }

    /// How full names may begin that the text holds with a slip of the keys: `casimir d`.
    pub fn beginnings(&self) -> impl Iterator<Item = &str> {
        self.beginnings.iter().map(String::as_str)
    }

    /// Wards named beside a bed, as the text writes them: at most three.
    pub fn wards(&self) -> impl Iterator<Item = &str> {
        let wards: BTreeSet<&str> = self.beds.iter().filter_map(Bed::ward).collect();
        wards.into_iter().take(3)
    }

    /// Takes a word beside a bed for no ward unless one of these patients lies on a ward called so.
    pub fn knowing_wards_of(&mut self, patients: &[Patient]) {
        let wards = patients
            .iter()
            .filter_map(|patient| patient.ward.as_deref());
        let known: Vec<_> = wards.map(beds::parts).collect();
        for bed in &mut self.beds {
            bed.keep_ward(&known);
        }
    }

    /// Whether nothing in the text can name a patient.
    pub fn is_empty(&self) -> bool {
        [&self.codes, &self.numbers, &self.names, &self.surnames]
            .iter()
            .all(|words| words.is_empty())
    }

    /// Whether and how the words name a patient; the surest way counts.
    pub fn name_patient(&self, patient: &Patient) -> Option<NamedBy> {
        if self.holds_mrn_of(patient) {
            Some(NamedBy::Mrn)
        } else if self.form(patient).is_some() {
            Some(NamedBy::Name)
        } else {
            let ward = self
                .own
                .first()
                .map(|own| own.ward.as_deref().unwrap_or_default());
            let is_there =
                |bed: &Bed| !bed.is_place && bed.is_of(patient, Some(ward.unwrap_or_default()));
            self.beds.iter().any(is_there).then_some(NamedBy::Bed)
        }
    }

    /// Whether the words leave no doubt that they name a patient, also where no patient is talked
    /// about: by MRN, full name, or name and bed.
    pub fn name_patient_in_full(&self, patient: &Patient) -> Option<NamedBy> {
        if self.holds_mrn_of(patient) {
            return Some(NamedBy::Mrn);
        }
        let form = self.form(patient)?;
        let is_there = || self.beds.iter().any(|bed| bed.is_of(patient, None));
        (form == Form::Full || is_there()).then_some(NamedBy::Name)
    }

    /// Whether the text holds no more of a patient than their surname, which a colleague may share.
    pub fn holds_only_surname_of(&self, patient: &Patient) -> bool {
        self.form(patient) == Some(Form::Surname) && !self.holds_mrn_of(patient)
    }

    fn holds_mrn_of(&self, patient: &Patient) -> bool {
        let code = Self::code(&patient.mrn);
        self.codes.contains(&code) || self.numbers.contains(numbers::number_of(&code))
    }

    /// In the least sure form, where the patient of the room has several names: what may be one of theirs is theirs.
    fn form(&self, patient: &Patient) -> Option<Form> {
        if self.own.is_empty() {
            return self.form_beside(patient, None);
        }
        let own = self.own.iter();
        let forms = own.map(|own| self.form_beside(patient, Some(own)));
        forms.collect::<Option<Vec<Form>>>()?.into_iter().max()
    }

    fn form_beside(&self, patient: &Patient, own: Option<&Patient>) -> Option<Form> {
        let name = FullName::read(&patient.name);
        let own_name = own.map(|own| FullName::read(&own.name));
        let is_near = own.is_some_and(|own| own.ward.is_some() && own.ward == patient.ward);
        let is_of_family = own_name
            .as_ref()
            .is_some_and(|own| own.surname == name.surname);
        let is_namesake = is_near
            && (is_of_family || own.is_some_and(|own| is_near_namesake(&own.name, &patient.name)));
        let sought = Sought {
            name: &name,
            sex: patient.sex,
            is_near,
            is_namesake,
            own: own_name.as_ref(),
        };
        let form = sought.in_text(&self.tokens)?;
        // Of all who were ever treated here somebody has nearly every surname.
        let is_here = is_near || patient.bed.is_some();
        (is_here || form <= Form::Initial).then_some(form)
    }

    /// A record number or a bed as it is compared: `LMH-900 101` is `lmh900101`.
    pub fn code(text: &str) -> String {
        let folded = fold(text);
        folded.chars().filter(|c| c.is_alphanumeric()).collect()
    }

    /// A record number without the letters it begins with: `LMH-900 101` is `900101`.
    pub fn number(mrn: &str) -> String {
        numbers::number_of(&Self::code(mrn)).to_owned()
    }

    /// A name as it is compared: `Leif Tamsin-Oduya` is `leif tamsin oduya`.
    pub fn name(text: &str) -> String {
        let words: Vec<String> = tokens(text).into_iter().map(|token| token.text).collect();
        words.join(" ")
    }
}

/// Whether two full names end in the same surname.
pub fn share_surname(one: &str, other: &str) -> bool {
    FullName::read(one).surname == FullName::read(other).surname
}

#[cfg(test)]
mod tests;
