use axum::{extract::State, http::StatusCode};
use domain::RoomId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::MountContext,
    extract::{Ids, JsonBody},
    failure::{Failure, Problem},
    fields::Fields,
    identity::CurrentDoctor,
};

/// Typing began, goes on, or stopped.
#[derive(Deserialize, ToSchema)]
pub(crate) struct Typing {
    typing: Option<bool>,
}

/// Says that the doctor is typing. It lapses after six seconds unless repeated.
#[utoipa::path(post, path = "/rooms/{room}/typing", tag = "live", params(("room" = String, Path)),
    request_body = Typing,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn typing(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    JsonBody(body): JsonBody<Typing>,
) -> Result<StatusCode, Failure> {
    let mut fields = Fields::default();
    let typing = fields.require("typing", body.typing);
    let typing = fields.finish(typing)?;
    at.chat.live().typing(&doctor, &room, typing).await?;
    Ok(StatusCode::NO_CONTENT)
}
