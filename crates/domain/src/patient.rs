use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{InvalidId, PatientId};

/// A patient, as the hospital knows them. Never leaves the hospital: no adapter of a hosted
/// backend has a function that takes one.
#[derive(Clone, PartialEq, Eq)]
pub struct Patient {
    /// Who, inside the hospital.
    pub id: PatientId,
    /// Who, outside it.
    pub reference: PatientRef,
    /// Name in full.
    pub name: String,
    /// Medical record number.
    pub mrn: String,
    /// Date of birth, when known.
    pub born: Option<Date>,
    /// Sex, when known.
    pub sex: Option<Sex>,
    /// Bed, when in one.
    pub bed: Option<String>,
    /// Ward, when on one.
    pub ward: Option<String>,
    /// Allergies, as written in the record.
    pub allergies: Option<String>,
}

/// Shows the reference only: who it is does not belong in a log.
impl fmt::Debug for Patient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Patient({})", self.reference)
    }
}

/// Sex as recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Sex {
    Female,
    Male,
    Other,
}

/// The only form of a patient that may leave the hospital: a keyed pseudonym of the patient id.
///
/// 40 lower-case hex digits (the first 160 bits of an HMAC-SHA-256), made by the holder of the key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PatientRef(PatientId);

impl PatientRef {
    /// Reads a reference.
    ///
    /// # Errors
    /// When the text is anything but 40 lower-case hex digits.
    pub fn parse(text: impl AsRef<str>) -> Result<Self, InvalidPatientRef> {
        let text = text.as_ref();
        let is_hex =
            text.len() == 40 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        match PatientId::parse(text) {
            Ok(id) if is_hex => Ok(Self(id)),
            Ok(_) | Err(InvalidId { .. }) => Err(InvalidPatientRef),
        }
    }

    /// The reference as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// The text is no [`PatientRef`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a patient reference is 40 lower-case hex digits")]
pub struct InvalidPatientRef;

impl fmt::Display for PatientRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for PatientRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PatientRef({})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_forty_hex_digits() {
        assert!(PatientRef::parse("0123456789abcdef0123456789abcdef01234567").is_ok());
        for text in [
            "",
            "LMH-900101",
            "0123456789ABCDEF0123456789abcdef01234567",
            "1",
        ] {
            assert_eq!(PatientRef::parse(text), Err(InvalidPatientRef), "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_person() {
        let patient = Patient {
            id: PatientId::from(7),
            reference: PatientRef::parse("0".repeat(40)).unwrap(),
            name: "Odalys Fernwick".into(),
            mrn: "LMH-900101".into(),
            born: None,
            sex: Some(Sex::Female),
            bed: Some("A2-04".into()),
            ward: Some("A2".into()),
            allergies: None,
        };
        let shown = format!("{patient:?}");
        for canary in ["Odalys", "LMH", "A2"] {
            assert!(!shown.contains(canary));
        }
    }
}
