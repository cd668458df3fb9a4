use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{InvalidId, PatientId};

/// A patient, as the hospital knows them. Never leaves the hospital: no adapter of a hosted
/// backend has a function that takes one.
#[derive(Clone, PartialEq, Eq)]
pub struct Patient {
    /// The patient's id, for use inside the hospital only.
    pub id: PatientId,
    /// The pseudonym that is used outside the hospital.
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
    /// Other records that turned out to be about the same person and were merged into this one, the oldest
    /// first.
    pub former: Vec<FormerRecord>,
}

/// A record that was merged into that of another patient, the same person.
#[derive(Clone, PartialEq, Eq)]
pub struct FormerRecord {
    /// Its id inside the hospital.
    pub id: PatientId,
    /// Its reference, by which rooms go on to know the patient.
    pub reference: PatientRef,
    /// Its medical record number.
    pub mrn: String,
    /// The name in it, which may be another one.
    pub name: String,
    /// Allergies, as written in it.
    pub allergies: Option<String>,
}

impl Patient {
    /// The first thing that speaks against both records being about one person: `date of birth` or `sex`.
    pub fn contradicts(&self, other: &Self) -> Option<&'static str> {
        if self.born.is_some() && other.born.is_some() && self.born != other.born {
            return Some("date of birth");
        }
        let is_other_sex = self.sex.is_some() && other.sex.is_some() && self.sex != other.sex;
        is_other_sex.then_some("sex")
    }

    /// All references of the patient, the own one first.
    pub fn references(&self) -> impl Iterator<Item = &PatientRef> {
        let former = self.former.iter().map(|record| &record.reference);
        std::iter::once(&self.reference).chain(former)
    }

    /// The former record behind a reference; none where it is the own one, or somebody else's.
    pub fn former_record(&self, reference: &PatientRef) -> Option<&FormerRecord> {
        self.former
            .iter()
            .find(|record| record.reference == *reference)
    }

    /// The allergies that any of the records tells, each former record's with its MRN: what one record knows, the other
    /// may lack.
    pub fn all_allergies(&self) -> Option<String> {
        let said = |text: &Option<String>| text.as_deref().map(str::trim).map(str::to_owned);
        let own = said(&self.allergies);
        let is_own = |text: &String| {
            own.as_ref()
                .is_some_and(|own| own.eq_ignore_ascii_case(text))
        };
        let mut all: Vec<String> = own.iter().cloned().collect();
        for record in &self.former {
            let text = said(&record.allergies).filter(|text| !text.is_empty() && !is_own(text));
            all.extend(text.map(|text| format!("record {}: {text}", record.mrn)));
        }
        (!all.is_empty()).then(|| all.join("; "))
    }

    /// Former records in words, `LMH-900199 (Odalys Unknown), LMH-900198`; a name only where it is another one. Empty when
    /// there are none.
    pub fn former_in_words(&self) -> String {
        let in_words = |record: &FormerRecord| match record.name == self.name {
            true => record.mrn.clone(),
            false => format!("{} ({})", record.mrn, record.name),
        };
        let records: Vec<String> = self.former.iter().map(in_words).collect();
        records.join(", ")
    }

    /// The patient's name as the title of a room, with the record where it is the room of a former one.
    pub fn room_title(&self, room: &PatientRef) -> String {
        match self.former_record(room) {
            Some(record) => format!("{} (record {})", self.name, record.mrn),
            None => self.name.clone(),
        }
    }

    /// The patient as each of their records calls them, as it is now first.
    pub fn as_each_record(&self) -> impl Iterator<Item = Self> {
        let formerly = self.former.iter().map(|record| Self {
            mrn: record.mrn.clone(),
            name: record.name.clone(),
            ..self.clone()
        });
        std::iter::once(self.clone()).chain(formerly)
    }
}

/// Shows the reference only: who it is does not belong in a log.
impl fmt::Debug for FormerRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FormerRecord({})", self.reference)
    }
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

impl Sex {
    /// The word in the database and in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
            Self::Other => "other",
        }
    }
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
            former: vec![FormerRecord {
                id: PatientId::from(8),
                reference: PatientRef::parse("1".repeat(40)).unwrap(),
                name: "Odalys Unknown".into(),
                mrn: "LMH-900199".into(),
                allergies: Some(" Penicillin".into()),
            }],
        };
        let told = patient.all_allergies();
        assert_eq!(told.as_deref(), Some("record LMH-900199: Penicillin"));
        assert_eq!(patient.former_in_words(), "LMH-900199 (Odalys Unknown)");
        let room = &patient.former[0].reference;
        assert_eq!(
            patient.room_title(room),
            "Odalys Fernwick (record LMH-900199)"
        );
        assert_eq!(patient.room_title(&patient.reference), "Odalys Fernwick");
        let shown = format!("{patient:?} {:?}", patient.former);
        for canary in ["Odalys", "LMH", "A2"] {
            assert!(!shown.contains(canary));
        }
    }
}
