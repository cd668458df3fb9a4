use std::collections::HashSet;

use diesel::Queryable;
use domain::{FormerRecord, Patient, PatientId, PatientRef, Sex, one_line};
use ports::PatientRefKey;

/// A row of `patients`, in this order of columns.
#[derive(Clone, Queryable)]
#[allow(missing_docs, reason = "the names are the columns'")]
pub struct PatientRow {
    pub id: i64,
    pub name: String,
    pub mrn: String,
    /// ISO 8601, `1957-03-09`.
    pub date_of_birth: Option<String>,
    pub sex: Option<String>,
    pub bed: Option<String>,
    pub ward: Option<String>,
    pub allergies: Option<String>,
    /// Records that were merged into it: JSON, `[[7, "LMH-900199", "Amara Vint", null]]`, with allergies.
    pub former: Option<String>,
}

impl PatientRow {
    /// The patient, with the pseudonym under `key`.
    pub fn into_patient(self, key: &PatientRefKey) -> Patient {
        let id = PatientId::from(self.id);
        Patient {
            reference: key.reference(&id),
            id,
            name: one_line(&self.name),
            mrn: self.mrn,
            born: self
                .date_of_birth
                .and_then(|date| date.get(..10)?.parse().ok()),
            sex: self.sex.as_deref().and_then(sex),
            bed: self.bed,
            ward: self.ward,
            allergies: self.allergies,
            former: former(self.former.as_deref(), key),
        }
    }
}

/// Id, MRN, name and allergies.
type FormerRow = (i64, Option<String>, Option<String>, Option<String>);

/// Records in the order in which the hospital made them. A database answers JSON of this shape, always.
fn former(json: Option<&str>, key: &PatientRefKey) -> Vec<FormerRecord> {
    let records = json.and_then(|json| serde_json::from_str(json).ok());
    let mut records: Vec<FormerRow> = records.unwrap_or_default();
    records.sort_unstable_by_key(|(id, ..)| *id);
    let record = |(id, mrn, name, allergies): FormerRow| {
        let id = PatientId::from(id);
        FormerRecord {
            reference: key.reference(&id),
            id,
            mrn: mrn.unwrap_or_default(),
            name: one_line(&name.unwrap_or_default()),
            allergies,
        }
    };
    records.into_iter().map(record).collect()
}

/// Whether each reference is one of these patients'.
pub fn are_all(patients: &[Patient], references: &[PatientRef]) -> bool {
    let known: HashSet<&PatientRef> = patients.iter().flat_map(Patient::references).collect();
    references.iter().all(|reference| known.contains(reference))
}

/// The sex that a HIMS's word means; none where the word is empty.
pub fn sex(word: &str) -> Option<Sex> {
    match word.trim().to_ascii_lowercase().as_str() {
        "f" | "female" => Some(Sex::Female),
        "m" | "male" => Some(Sex::Male),
        "" => None,
        _ => Some(Sex::Other),
    }
}
