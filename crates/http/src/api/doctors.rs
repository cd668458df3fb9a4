use axum::{Json, extract::State};
use domain::{Availability, PageSize, StaffId, StaffMember};
use ports::DoctorFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::{MountContext, Shell},
    availability,
    extract::Params,
    failure::{Failure, Problem},
    identity::CurrentDoctor,
    json::AvailabilityJson,
    sought::sought,
};

/// Search for doctors.
#[derive(Deserialize, IntoParams)]
pub(crate) struct DoctorsQuery {
    /// Words of a name, specialty, grade or ward in any order, at most 100 characters; everyone when
    /// left out.
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
    /// Left out when the doctor says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    availability: Option<AvailabilityJson>,
}

/// Doctors by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct DoctorsJson {
    doctors: Vec<DoctorJson>,
}

impl DoctorJson {
    fn new(member: StaffMember, availability: Option<&Availability>) -> Self {
        Self {
            id: member.id.into(),
            name: member.name,
            specialty: member.specialty,
            grade: member.grade,
            ward: member.ward,
            availability: availability.map(AvailabilityJson::from),
        }
    }
}

/// The first 100 active doctors whose name, specialty, grade and ward hold every word.
#[utoipa::path(get, path = "/doctors", tag = "rooms", params(DoctorsQuery),
    responses((status = 200, body = DoctorsJson), (status = 422, body = Problem)))]
pub(crate) async fn search(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Params(query): Params<DoctorsQuery>,
) -> Result<Json<DoctorsJson>, Failure> {
    let text = sought(query.q.as_deref().unwrap_or_default());
    let text = text.ok_or_else(|| Failure::invalid_field("q", "must be at most 100 characters"))?;
    let found = all(&at.shell, &text).await?;
    let ids: Vec<StaffId> = found.iter().map(|member| member.id.clone()).collect();
    let said = availability::of(&at.shell, &doctor, &ids).await?;
    let doctor = |member: StaffMember| {
        let availability = said.get(&member.id);
        DoctorJson::new(member, availability)
    };
    Ok(Json(DoctorsJson {
        doctors: found.into_iter().map(doctor).collect(),
    }))
}

pub(crate) async fn all(shell: &Shell, text: &str) -> Result<Vec<StaffMember>, Failure> {
    let size = PageSize::new(100).unwrap_or_default();
    let filter = DoctorFilter::text(text);
    Ok(shell.staff.doctors(&filter, None, size).await?.doctors)
}
