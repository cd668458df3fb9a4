use domain::{Doctor, NamedBy, Patient, PatientWords, is_near_namesake};

use crate::{Patients, Result};

/// Another patient whom a message of a patient's room may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspicion {
    /// Who.
    pub patient: Patient,
    /// Why.
    pub why: Why,
}

/// Why another patient may be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// The text names them.
    Named(NamedBy),
    /// Their name is easily taken for that of the room's patient, and they lie on the same ward.
    Namesake,
}

impl Why {
    /// The word in the JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Named(NamedBy::Mrn) => "mrn",
            Self::Named(NamedBy::Bed) => "bed",
            Self::Named(NamedBy::Name) => "name",
            Self::Namesake => "namesake",
        }
    }
}

/// Whom else a message in the room of `own` may mean: patients its words name by MRN, bed or full
/// name, and near-namesakes on the ward. Naming the room's own patient is never suspicious.
///
/// # Errors
/// `Unavailable`.
pub async fn suspicious_patients(
    patients: &Patients,
    doctor: &Doctor,
    own: &Patient,
    words: &str,
) -> Result<Vec<Suspicion>> {
    let words = PatientWords::of(words).without(own);
    let (named, on_ward) = patients.check(doctor, &words, own.ward.as_deref()).await?;
    let named = named.into_iter().filter_map(|patient| {
        let why = Why::Named(words.name_patient(&patient)?);
        Some(Suspicion { patient, why })
    });
    let namesakes = on_ward
        .into_iter()
        .filter(|patient| is_near_namesake(&patient.name, &own.name))
        .map(|patient| Suspicion {
            patient,
            why: Why::Namesake,
        });
    let mut found: Vec<Suspicion> = Vec::new();
    for suspicion in named.chain(namesakes) {
        let is_known = |known: &Suspicion| known.patient.id == suspicion.patient.id;
        if suspicion.patient.id != own.id && !found.iter().any(is_known) {
            found.push(suspicion);
        }
    }
    Ok(found)
}
