use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{RoomId, StaffId};
use ports::usecase;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::MountContext,
    extract::{Ids, JsonBody},
    failure::{Failure, Problem},
    fields::Fields,
    identity::CurrentDoctor,
    json::{ChangesJson, RoomContext, RoomJson},
};

/// A doctor to add.
#[derive(Deserialize, ToSchema)]
pub(crate) struct AddParticipant {
    doctor_id: Option<String>,
}

/// Adds a doctor to the room; 403 for anyone who is no doctor.
#[utoipa::path(post, path = "/rooms/{room}/participants", tag = "rooms", params(("room" = String, Path)),
    request_body = AddParticipant,
    responses((status = 200, body = RoomJson), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn add(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    JsonBody(body): JsonBody<AddParticipant>,
) -> Result<Response, Failure> {
    let mut fields = Fields::default();
    let newcomer = fields.require("doctor_id", body.doctor_id);
    let newcomer = fields.take_option("doctor_id", newcomer.map(StaffId::parse));
    let newcomer = fields.finish(newcomer)?;
    usecase::add_participant(&at.chat, &*at.shell.staff, &doctor, &room, &newcomer).await?;
    let room = at.chat.rooms().get(&doctor, &room).await?;
    let context = RoomContext::of(&at, &doctor, std::slice::from_ref(&room)).await?;
    Ok(Json(context.room(&room)).into_response())
}

/// Doctors who joined the room, left it or were removed: the newest 100 changes at most, oldest first.
#[utoipa::path(get, path = "/rooms/{room}/changes", tag = "rooms", params(("room" = String, Path)),
    responses((status = 200, body = ChangesJson), (status = 404, body = Problem)))]
pub(crate) async fn changes(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
) -> Result<Response, Failure> {
    let changes = at.chat.rooms().changes(&doctor, &room).await?;
    Ok(Json(ChangesJson::from(changes.as_slice())).into_response())
}

/// Removes a participant; oneself to leave.
#[utoipa::path(delete, path = "/rooms/{room}/participants/{doctor}", tag = "rooms",
    params(("room" = String, Path), ("doctor" = String, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn remove(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids((room, removed)): Ids<(RoomId, StaffId)>,
) -> Result<StatusCode, Failure> {
    at.chat
        .rooms()
        .remove_participant(&doctor, &room, &removed)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
