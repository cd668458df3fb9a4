use axum::{Json, extract::State, http::StatusCode};
use domain::{Availability, AvailabilityText};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::Shell,
    extract::JsonBody,
    failure::{Failure, Problem},
    fields::Fields,
    identity::CurrentDoctor,
    json::AvailabilityJson,
};

/// The availability that the asking doctor sets.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SetAvailability {
    /// How to be reached, or that one is away: 1 to 80 characters on one line.
    text: Option<String>,
    /// RFC 3339; later than now and at most 31 days ahead. At that time it is gone by itself.
    until: Option<String>,
}

impl SetAvailability {
    fn parse(self) -> Result<Availability, Failure> {
        let mut fields = Fields::default();
        let text = fields.require("text", self.text);
        let text = fields.take_option("text", text.map(|text| AvailabilityText::parse(&text)));
        let until = fields.require("until", self.until);
        let until = fields.take_option("until", until.map(|until| parse_time(&until)));
        let said = text.zip(until);
        fields
            .finish(said)
            .map(|(text, until)| Availability { text, until })
    }
}

fn parse_time(text: &str) -> Result<Timestamp, &'static str> {
    text.parse()
        .map_err(|_| "must be a time such as 2026-11-22T14:30:00Z")
}

/// The asking doctor says how they can be reached or that they are away; colleagues see it with
/// their name, on every mount, until it ends. What was said before is replaced.
#[utoipa::path(put, path = "/doctor/api/availability", tag = "availability",
    request_body = SetAvailability,
    responses((status = 200, body = AvailabilityJson), (status = 422, body = Problem)))]
pub(crate) async fn set(
    State(shell): State<Shell>,
    CurrentDoctor(doctor): CurrentDoctor,
    JsonBody(body): JsonBody<SetAvailability>,
) -> Result<Json<AvailabilityJson>, Failure> {
    let availabilities = shell
        .availabilities
        .as_ref()
        .ok_or_else(Failure::not_found)?;
    let availability = body.parse()?;
    availabilities.set(&doctor, Some(&availability)).await?;
    Ok(Json(AvailabilityJson::from(&availability)))
}

/// The asking doctor says nothing any more.
#[utoipa::path(delete, path = "/doctor/api/availability", tag = "availability",
    responses((status = 204)))]
pub(crate) async fn clear(
    State(shell): State<Shell>,
    CurrentDoctor(doctor): CurrentDoctor,
) -> Result<StatusCode, Failure> {
    let availabilities = shell
        .availabilities
        .as_ref()
        .ok_or_else(Failure::not_found)?;
    availabilities.set(&doctor, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
