use diesel::Queryable;
use domain::{Patient, PatientId, Sex, one_line};
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
        }
    }
}

fn sex(word: &str) -> Option<Sex> {
    match word.trim().to_ascii_lowercase().as_str() {
        "f" | "female" => Some(Sex::Female),
        "m" | "male" => Some(Sex::Male),
        "" => None,
        _ => Some(Sex::Other),
    }
}
