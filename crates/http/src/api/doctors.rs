use axum::{Json, extract::State};
use domain::{PageSize, StaffMember};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::{At, Shell},
    extract::Params,
    failure::{Failure, Problem},
    identity::CurrentDoctor,
};

/// Whom to look for.
#[derive(Deserialize, IntoParams)]
pub(crate) struct DoctorsQuery {
    /// Part of a name, specialty or ward, at most 100 characters; everyone when left out.
    q: Option<String>,
}

/// A doctor one can write to.
#[derive(Serialize, ToSchema)]
pub(crate) struct DoctorJson {
    id: String,
    name: String,
    specialty: Option<String>,
    grade: Option<String>,
    ward: Option<String>,
}

/// Doctors by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct DoctorsJson {
    doctors: Vec<DoctorJson>,
}

impl From<StaffMember> for DoctorJson {
    fn from(member: StaffMember) -> Self {
        Self {
            id: member.id.into(),
            name: member.name,
            specialty: member.specialty,
            grade: member.grade,
            ward: member.ward,
        }
    }
}

/// The first 100 active doctors whose name, specialty or ward holds the text.
#[utoipa::path(get, path = "/doctors", tag = "rooms", params(DoctorsQuery),
    responses((status = 200, body = DoctorsJson), (status = 422, body = Problem)))]
pub(crate) async fn search(
    State(at): State<At>,
    _doctor: CurrentDoctor,
    Params(query): Params<DoctorsQuery>,
) -> Result<Json<DoctorsJson>, Failure> {
    let text = query.q.unwrap_or_default();
    if text.chars().count() > 100 {
        return Err(Failure::invalid_field(
            "q",
            "must be at most 100 characters",
        ));
    }
    let doctors = all(&at.shell, text.trim())
        .await?
        .into_iter()
        .map(DoctorJson::from)
        .collect();
    Ok(Json(DoctorsJson { doctors }))
}

pub(crate) async fn all(shell: &Shell, text: &str) -> Result<Vec<StaffMember>, Failure> {
    let size = PageSize::new(100).unwrap_or_default();
    Ok(shell.staff.search_doctors(text, size).await?)
}
