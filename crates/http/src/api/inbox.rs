use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};

use super::rooms::{RoomsQuery, page_size};
use crate::{
    app::Shell,
    extract::Params,
    failure::{Failure, Problem},
    fields::Fields,
    identity::CurrentDoctor,
    inbox,
    json::{InboxJson, InboxUnreadJson},
};

/// The doctor's rooms on all mounts, newest activity first. A mount that does not answer is named, and
/// its rooms are left out.
#[utoipa::path(get, path = "/doctor/inbox/api/rooms", tag = "inbox", params(RoomsQuery),
    responses((status = 200, body = InboxJson), (status = 401, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub(crate) async fn rooms(
    State(shell): State<Shell>,
    CurrentDoctor(doctor): CurrentDoctor,
    Params(query): Params<RoomsQuery>,
) -> Result<Response, Failure> {
    let mut fields = Fields::default();
    let size = fields.take("limit", page_size(query.limit.as_deref()));
    let size = fields.finish(size)?;
    let page = inbox::page(&shell, &doctor, query.cursor.as_deref(), size).await?;
    Ok(Json(InboxJson::from(&page)).into_response())
}

/// In how many rooms of all mounts the doctor has something unread.
#[utoipa::path(get, path = "/doctor/inbox/api/unread", tag = "inbox",
    responses((status = 200, body = InboxUnreadJson), (status = 401, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn unread(
    State(shell): State<Shell>,
    CurrentDoctor(doctor): CurrentDoctor,
) -> Result<Response, Failure> {
    let unread = inbox::unread(&shell, &doctor).await?;
    Ok(Json(InboxUnreadJson::from(&unread)).into_response())
}
