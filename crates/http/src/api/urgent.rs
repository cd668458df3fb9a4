use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{Doctor, Message, PageSize, Room, RoomId};

use crate::{
    app::MountContext,
    failure::{Failure, Problem},
    identity::CurrentDoctor,
    json::{RoomContext, WaitingJson},
};

/// The urgent messages of all rooms that wait for the doctor's acknowledgement, oldest first.
#[utoipa::path(get, path = "/urgent", tag = "receipts",
    responses((status = 200, body = WaitingJson), (status = 501, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn waiting(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
) -> Result<Response, Failure> {
    let messages = at.chat.messages().waiting(&doctor).await?;
    let rooms = rooms_of(&at, &doctor, &messages).await?;
    let context = RoomContext::of(&at, &doctor, &rooms).await?;
    Ok(Json(WaitingJson::new(&messages, &rooms, &context)).into_response())
}

/// The rooms of some messages, out of the list of rooms: one question for a hundred of them. A room
/// that the doctor left in this moment is not among them.
pub(crate) async fn rooms_of(
    at: &MountContext,
    doctor: &Doctor,
    messages: &[Message],
) -> Result<Vec<Room>, Failure> {
    let mut missing: Vec<&RoomId> = messages.iter().map(|message| &message.room).collect();
    missing.sort_unstable();
    missing.dedup();
    let mut found = Vec::new();
    let mut cursor = None;
    let size = PageSize::new(100).unwrap_or_default();
    while !missing.is_empty() {
        let page = at.chat.rooms().list(doctor, cursor, size).await?;
        for room in page.rooms {
            if let Ok(index) = missing.binary_search(&&room.id) {
                missing.remove(index);
                found.push(room);
            }
        }
        if page.next.is_none() {
            break;
        }
        cursor = page.next;
    }
    Ok(found)
}
