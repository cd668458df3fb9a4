use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{PageSize, PatientId, RoomCursor, RoomId, RoomTitle, StaffId};
use ports::Opened;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::{
    app::MountContext,
    extract::{Ids, JsonBody, Params},
    failure::{Failure, Problem},
    fields::Fields,
    identity::CurrentDoctor,
    json::{RoomContext, RoomJson, RoomPageJson},
    new_rooms,
};

/// Position and size of a page of rooms; without a cursor the first.
#[derive(Deserialize, IntoParams)]
pub(crate) struct RoomsQuery {
    /// `next` of the page before.
    pub(super) cursor: Option<String>,
    /// 1 to 100; 50 when left out.
    pub(super) limit: Option<String>,
}

/// A room to open: of a patient, or with colleagues.
#[derive(Deserialize, ToSchema)]
pub(crate) struct OpenRoom {
    /// Opens the room of this patient.
    patient_id: Option<String>,
    /// Opens a room with these doctors: one makes it direct, several a group.
    participant_ids: Option<Vec<String>>,
    /// Makes it a group of this name, 1 to 120 characters.
    title: Option<String>,
}

/// The doctor's rooms, newest activity first.
#[utoipa::path(get, path = "/rooms", tag = "rooms", params(RoomsQuery),
    responses((status = 200, body = RoomPageJson), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn list(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Params(query): Params<RoomsQuery>,
) -> Result<Response, Failure> {
    let mut fields = Fields::default();
    let cursor = fields.take_option("cursor", query.cursor.as_deref().map(RoomCursor::parse));
    let size = fields.take("limit", page_size(query.limit.as_deref()));
    let page = at
        .chat
        .rooms()
        .list(&doctor, cursor, fields.finish(size)?)
        .await?;
    let context = RoomContext::of(&at, &doctor, &page.rooms).await?;
    Ok(Json(context.page(&page)).into_response())
}

/// Opens a room: 201 for a new one, 200 for one that was there. Where new rooms of this mount open on another,
/// its `url` is there.
#[utoipa::path(post, path = "/rooms", tag = "rooms", request_body = OpenRoom,
    responses((status = 201, body = RoomJson), (status = 200, body = RoomJson), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn open(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    JsonBody(body): JsonBody<OpenRoom>,
) -> Result<Response, Failure> {
    let (place, opened) = match (body.patient_id, body.participant_ids) {
        (Some(patient), None) if body.title.is_none() => {
            let patient = PatientId::parse(patient).map_err(|_| Failure::not_found())?;
            new_rooms::open_patient(&at, &doctor, &patient).await?
        }
        (None, Some(ids)) => {
            let mut fields = Fields::default();
            let ids: Result<Vec<_>, _> = ids.into_iter().map(StaffId::try_from).collect();
            let others = fields.take("participant_ids", ids);
            let title = fields.take_option("title", body.title.as_deref().map(RoomTitle::parse));
            let others = fields.finish(others)?;
            new_rooms::open(&at, &doctor, &others, title).await?
        }
        _ => {
            return Err(Failure::invalid_field(
                "patient_id",
                "or participant_ids is required, not both",
            ));
        }
    };
    answer(&place, &doctor, &opened).await
}

/// One room.
#[utoipa::path(get, path = "/rooms/{room}", tag = "rooms", params(("room" = String, Path)),
    responses((status = 200, body = RoomJson), (status = 404, body = Problem)))]
pub(crate) async fn get(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
) -> Result<Response, Failure> {
    let room = at.chat.rooms().get(&doctor, &room).await?;
    answer(
        &at,
        &doctor,
        &Opened {
            room,
            created: false,
        },
    )
    .await
}

async fn answer(
    at: &MountContext,
    doctor: &domain::Doctor,
    opened: &Opened,
) -> Result<Response, Failure> {
    let context = RoomContext::of(at, doctor, std::slice::from_ref(&opened.room)).await?;
    let status = if opened.created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(context.room(&opened.room))).into_response())
}

/// A page size out of a query.
pub(super) fn page_size(text: Option<&str>) -> Result<PageSize, domain::InvalidPage> {
    match text {
        None => Ok(PageSize::DEFAULT),
        Some(text) => text
            .parse()
            .map_err(|_| domain::InvalidPage::Size)
            .and_then(PageSize::new),
    }
}
