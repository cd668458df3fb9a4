//! Staff and patients as the hospital's other systems have them, to be taken over.

use jiff::civil::Date;

use crate::{Role, Sex, short_text::short_text};

short_text! {
    /// A name, a place or a number of a record.
    RecordText, at most 255 characters;
    /// Why a text does not stand in a record.
    InvalidRecordText
}

short_text! {
    /// The patient's allergies as the hospital writes them.
    AllergyText, at most 2_000 characters;
    /// Why a text does not stand there.
    InvalidAllergyText
}

short_text! {
    /// The hospital's own, lasting number of a person: a staff number or an MRN. Compared to the letter.
    Identifier, at most 255 characters;
    /// Why a text identifies nobody.
    InvalidIdentifier
}

/// An e-mail address to sign in with. Compared without case.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

/// The text is no [`EmailAddress`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an e-mail address, such as a.name@hospital.example")]
pub struct InvalidEmailAddress;

impl EmailAddress {
    /// Most characters (RFC 5321 with erratum 1690).
    pub const MAX_CHARS: usize = 254;

    /// Reads an address: ASCII, one `@` with something on both sides, and no space.
    ///
    /// # Errors
    /// [`InvalidEmailAddress`] for any other text. Whether mail arrives there is not looked at.
    pub fn parse(text: &str) -> Result<Self, InvalidEmailAddress> {
        let text = text.trim();
        match text.split_once('@') {
            Some((local, host))
                if !local.is_empty()
                    && !host.is_empty()
                    && !host.contains('@')
                    && text.chars().count() <= Self::MAX_CHARS
                    && text.chars().all(|c| c.is_ascii_graphic()) =>
            {
                Ok(Self(text.to_owned()))
            }
            _ => Err(InvalidEmailAddress),
        }
    }

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

/// A fact of a record that not everybody has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Given<T> {
    /// No statement: the held value stays.
    #[default]
    Nothing,
    /// The present value; `None` when they have none, and the held value is removed.
    Is(Option<T>),
}

impl<T> Given<T> {
    /// Returns the value to hold after this record, where `held` was the value before.
    pub fn over(self, held: Option<T>) -> Option<T> {
        match self {
            Self::Nothing => held,
            Self::Is(now) => now,
        }
    }
}

/// A member of staff, as the hospital's own system has them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StaffRecord {
    /// The identifier in that system; without one they are known by their e-mail address.
    pub identifier: Option<Identifier>,
    /// The e-mail address they sign in with.
    pub email: EmailAddress,
    /// Name in full, with the title.
    pub name: RecordText,
    /// The role in the hospital, which decides whether they take part in chat.
    pub role: Role,
    /// Field of work.
    pub specialty: Given<RecordText>,
    /// The clinical grade, such as consultant or registrar.
    pub grade: Given<RecordText>,
    /// Ward they belong to.
    pub ward: Given<RecordText>,
    /// The telephone number.
    pub phone: Given<RecordText>,
    /// Bleep or pager.
    pub bleep: Given<RecordText>,
    /// Whether they work here.
    pub active: bool,
}

impl StaffRecord {
    /// Somebody who works here and of whom nothing else is said.
    pub fn new(email: EmailAddress, name: RecordText, role: Role) -> Self {
        Self {
            identifier: None,
            email,
            name,
            role,
            specialty: Given::Nothing,
            grade: Given::Nothing,
            ward: Given::Nothing,
            phone: Given::Nothing,
            bleep: Given::Nothing,
            active: true,
        }
    }
}

/// A patient, as the hospital's own system has them. Only for use inside the hospital.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PatientRecord {
    /// Medical record number.
    pub mrn: Identifier,
    /// Name in full.
    pub name: RecordText,
    /// Date of birth.
    pub born: Given<Date>,
    /// The patient's sex, as recorded.
    pub sex: Given<Sex>,
    /// The ward they lie in.
    pub ward: Given<RecordText>,
    /// The bed within the ward.
    pub bed: Given<RecordText>,
    /// The allergies, as text.
    pub allergies: Given<AllergyText>,
    /// The record in place of this one, which is about the same person.
    pub replaced_by: Option<Identifier>,
    /// Records that this one is in place of.
    pub replaces: Vec<Identifier>,
}

impl PatientRecord {
    /// A patient of whom nothing else is said.
    pub fn new(mrn: Identifier, name: RecordText) -> Self {
        Self {
            mrn,
            name,
            born: Given::Nothing,
            sex: Given::Nothing,
            ward: Given::Nothing,
            bed: Given::Nothing,
            allergies: Given::Nothing,
            replaced_by: None,
            replaces: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_two_sides() {
        for address in ["a@b", " o.fernwick@larkmere.example ", "a+b'c@d.e"] {
            assert!(EmailAddress::parse(address).is_ok(), "{address}");
        }
        let long = format!("{}@b", "a".repeat(253));
        for text in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            "a@b\u{7}c",
            "änn@h",
            &long,
        ] {
            assert_eq!(
                EmailAddress::parse(text),
                Err(InvalidEmailAddress),
                "{text}"
            );
        }
    }

    #[test]
    fn debug_shows_nobody() {
        let name = RecordText::parse("Odalys Fernwick").unwrap();
        let mut patient =
            PatientRecord::new(Identifier::parse("LMH-900101").unwrap(), name.clone());
        patient.ward = Given::Is(Some(RecordText::parse("A2").unwrap()));
        let email = EmailAddress::parse("o@larkmere.example").unwrap();
        let shown = format!(
            "{patient:?} {:?}",
            StaffRecord::new(email, name, Role::Doctor)
        );
        for canary in ["Odalys", "LMH", "A2", "larkmere"] {
            assert!(!shown.contains(canary), "{shown}");
        }
    }

    #[test]
    fn what_nothing_is_said_of_stays() {
        assert_eq!(Given::Nothing.over(Some(1)), Some(1));
        assert_eq!(Given::Is(None).over(Some(1)), None);
        assert_eq!(Given::Is(Some(2)).over(Some(1)), Some(2));
    }
}
