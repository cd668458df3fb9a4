use axum::{extract::State, http::StatusCode};
use domain::{MessageId, RoomId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    app::MountContext,
    extract::{Ids, JsonBody},
    failure::{Failure, Problem},
    fields::Fields,
    identity::CurrentDoctor,
};

/// Up to where the room was read.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ReadUpTo {
    message_id: Option<String>,
}

/// Every message up to this one was on the doctor's screen.
#[utoipa::path(post, path = "/rooms/{room}/read", tag = "receipts", params(("room" = String, Path)),
    request_body = ReadUpTo,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn read(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    JsonBody(body): JsonBody<ReadUpTo>,
) -> Result<StatusCode, Failure> {
    let mut fields = Fields::default();
    let message = fields.require("message_id", body.message_id);
    let message = fields.take_option("message_id", message.map(MessageId::parse));
    let message = fields.finish(message)?;
    at.chat
        .receipts()
        .mark_read(&doctor, &room, &message)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// From where on the room is to be unread.
#[derive(Deserialize, ToSchema)]
pub(crate) struct UnreadFrom {
    message_id: Option<String>,
}

/// This message and those after it count as unread again, on every device of the doctor. What others
/// see of their reading stays.
#[utoipa::path(post, path = "/rooms/{room}/unread", tag = "receipts", params(("room" = String, Path)),
    request_body = UnreadFrom,
    responses((status = 204), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn unread(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    JsonBody(body): JsonBody<UnreadFrom>,
) -> Result<StatusCode, Failure> {
    let mut fields = Fields::default();
    let from = fields.require("message_id", body.message_id);
    let from = fields.take_option("message_id", from.map(MessageId::parse));
    let from = fields.finish(from)?;
    at.chat
        .receipts()
        .mark_unread(&doctor, &room, &from)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The doctor acts on an urgent message.
#[utoipa::path(post, path = "/rooms/{room}/messages/{message}/acknowledgement", tag = "receipts",
    params(("room" = String, Path), ("message" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn acknowledge(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids((room, message)): Ids<(RoomId, MessageId)>,
) -> Result<StatusCode, Failure> {
    at.chat
        .receipts()
        .acknowledge(&doctor, &room, &message)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
