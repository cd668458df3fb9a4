use super::room::FormerRecordJson;
use domain::Patient;
use ports::usecase::{Suspicion, WrongPatient};
use serde::Serialize;
use utoipa::ToSchema;

/// A patient with what tells them from another.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct PatientBannerJson {
    id: String,
    name: String,
    mrn: String,
    /// Date of birth, such as `1957-03-09`.
    born: Option<String>,
    bed: Option<String>,
    /// Former records, which were merged into this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    former: Vec<FormerRecordJson>,
}

/// Another patient whom a message may be about.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct OtherPatientJson {
    #[serde(flatten)]
    patient: PatientBannerJson,
    /// The detail of this patient that the text holds: `mrn`, `bed` or `name`; or `namesake`.
    why: &'static str,
}

/// Of a `wrong-patient` problem: the patient of the room, and whom else the message may mean.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct WrongPatientJson {
    /// `null` where the room is about no patient, or about one whom the directory does not know any more.
    patient: Option<PatientBannerJson>,
    others: Vec<OtherPatientJson>,
}

impl From<&Patient> for PatientBannerJson {
    fn from(patient: &Patient) -> Self {
        Self {
            id: patient.id.to_string(),
            name: patient.name.clone(),
            mrn: patient.mrn.clone(),
            born: patient.born.map(|born| born.to_string()),
            bed: patient.bed.clone(),
            former: patient.former.iter().map(FormerRecordJson::from).collect(),
        }
    }
}

impl From<&WrongPatient> for WrongPatientJson {
    fn from(found: &WrongPatient) -> Self {
        let other = |other: &Suspicion| OtherPatientJson {
            patient: (&other.patient).into(),
            why: other.why.as_str(),
        };
        Self {
            patient: found.room.known().map(PatientBannerJson::from),
            others: found.others.iter().map(other).collect(),
        }
    }
}
