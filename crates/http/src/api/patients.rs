use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{PageSize, Patient, PatientRef};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    app::Shell,
    extract::JsonBody,
    failure::{Failure, Problem},
    identity::CurrentDoctor,
    json::{FormerRecordJson, PatientsUnreadJson},
    patients_unread,
    sought::sought,
};

/// Patients in an answer.
const SHOWN: u32 = 20;

/// Search for patients. It is in the body, because proxies and browsers write addresses down.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PatientsQuery {
    /// Words of a name, an MRN, a bed or a ward in any order, at most 100 characters.
    q: String,
}

/// Most patients to count for at once.
const MOST_COUNTED: usize = 100;

/// Patients whose rooms are to be looked at for unread messages.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PatientsUnreadQuery {
    /// At most 100 references, as the pages of the patients hold them.
    patients: Vec<String>,
}

/// A patient of the hospital.
#[derive(Serialize, ToSchema)]
pub(crate) struct FoundPatientJson {
    id: String,
    name: String,
    mrn: String,
    bed: Option<String>,
    ward: Option<String>,
    /// Former records, which were merged into this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    former: Vec<FormerRecordJson>,
}

/// Patients by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct FoundPatientsJson {
    patients: Vec<FoundPatientJson>,
}

impl From<Patient> for FoundPatientJson {
    fn from(patient: Patient) -> Self {
        Self {
            id: patient.id.to_string(),
            former: patient.former.iter().map(FormerRecordJson::from).collect(),
            name: patient.name,
            mrn: patient.mrn,
            bed: patient.bed,
            ward: patient.ward,
        }
    }
}

/// The first 20 patients whose name, MRN, bed and ward hold every word.
#[utoipa::path(post, path = "/doctor/api/patients", tag = "patients", request_body = PatientsQuery,
    responses((status = 200, body = FoundPatientsJson), (status = 422, body = Problem)))]
pub(crate) async fn search(
    State(shell): State<Shell>,
    CurrentDoctor(doctor): CurrentDoctor,
    JsonBody(query): JsonBody<PatientsQuery>,
) -> Result<Json<FoundPatientsJson>, Failure> {
    let text = sought(&query.q)
        .ok_or_else(|| Failure::invalid_field("q", "must be at most 100 characters"))?;
    let size = PageSize::new(SHOWN).unwrap_or_default();
    let patients = shell.patients.search(&doctor, &text, size).await?;
    let patients = patients.into_iter().map(FoundPatientJson::from).collect();
    Ok(Json(FoundPatientsJson { patients }))
}

/// How much the doctor has unread about these patients. Only rooms that the doctor is in are counted; a
/// mount that does not answer is named.
#[utoipa::path(post, path = "/doctor/api/patients/unread", tag = "patients", request_body = PatientsUnreadQuery,
    responses((status = 200, body = PatientsUnreadJson), (status = 422, body = Problem)))]
pub(crate) async fn unread(
    State(shell): State<Shell>,
    CurrentDoctor(doctor): CurrentDoctor,
    JsonBody(query): JsonBody<PatientsUnreadQuery>,
) -> Result<Response, Failure> {
    if query.patients.len() > MOST_COUNTED {
        return Err(Failure::invalid_field(
            "patients",
            "must be at most 100 references",
        ));
    }
    let references: Result<Vec<_>, _> = query.patients.iter().map(PatientRef::parse).collect();
    let references =
        references.map_err(|error| Failure::invalid_field("patients", error.to_string()))?;
    let unread = patients_unread::of(&shell, &doctor, &references).await;
    Ok(Json(PatientsUnreadJson::from(&unread)).into_response())
}
