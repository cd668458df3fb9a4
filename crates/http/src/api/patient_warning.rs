use axum::{extract::State, http::StatusCode};
use domain::{ClientId, RoomId};
use ports::PatientWarning;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::MountContext,
    extract::{Ids, JsonBody},
    failure::{Failure, Problem},
    fields::Fields,
    identity::CurrentDoctor,
};

/// The author's answer to the warning that a message may be about another patient.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PatientWarningChoice {
    /// `withdrawn`. To send it all the same, post it with `patient_check` `confirmed`.
    choice: Option<String>,
    /// The message's; of one that was being edited, its id.
    client_id: Option<String>,
}

/// Says that a message was not sent after a `wrong-patient` problem: written down.
#[utoipa::path(post, path = "/rooms/{room}/patient-warning", tag = "messages", params(("room" = String, Path)),
    request_body = PatientWarningChoice,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn choose(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    JsonBody(body): JsonBody<PatientWarningChoice>,
) -> Result<StatusCode, Failure> {
    let mut fields = Fields::default();
    let choice = fields.require("choice", body.choice);
    if choice.is_some_and(|choice| choice != "withdrawn") {
        fields.wrong("choice", "must be withdrawn");
    }
    let message = fields.take_option("client_id", body.client_id.map(ClientId::parse));
    fields.check()?;
    let subject = message.as_ref().map_or("", ClientId::as_str);
    at.chat
        .record_warning(&doctor, &room, PatientWarning::Withdrawn, subject)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
