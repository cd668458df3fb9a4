use axum::{extract::State, http::StatusCode, response::Response};
use domain::{Doctor, PageSize, Room};
use serde::Deserialize;

use super::{frame, patients::place, show};
use crate::{
    app::{MountContext, Shell},
    drafts,
    extract::Params,
    failure::Failure,
    identity::CurrentDoctor,
    inbox,
    json::RoomContext,
    pages::{InboxPage, LocalTime, RoomRow},
};

/// Query of the inbox: the page of rooms to show.
#[derive(Deserialize)]
pub(crate) struct InboxQuery {
    /// Cursor at which the page begins: the newest room when left out.
    cursor: Option<String>,
}

/// `GET /doctor/inbox?cursor=`.
pub(crate) async fn show_page(
    State(shell): State<Shell>,
    CurrentDoctor(doctor): CurrentDoctor,
    Params(query): Params<InboxQuery>,
) -> Result<Response, Failure> {
    let cursor = query.cursor.as_deref();
    let (inbox, unread) = futures_util::future::try_join(
        inbox::page(&shell, &doctor, cursor, PageSize::DEFAULT),
        inbox::unread(&shell, &doctor),
    )
    .await?;
    let clock = frame::clock(&shell);
    let drafted = drafts::places(&shell, &doctor).await;
    let rooms = inbox.rooms().map(|(at, context, room)| RoomRow {
        draft: frame::is_drafted(at, room, &drafted),
        ..row(at, &doctor, context, room, &clock)
    });
    let page = InboxPage {
        rooms: rooms.collect(),
        unread: unread.rooms,
        missing: inbox.missing().map(|at| at.mount.label.clone()).collect(),
        is_first: cursor.is_none(),
        frame: frame::of_inbox(&shell, &doctor, unread.rooms).await?,
        next: inbox.next,
    };
    show(StatusCode::OK, &page)
}

fn row(
    at: &MountContext,
    doctor: &Doctor,
    context: &RoomContext,
    room: &Room,
    clock: &LocalTime,
) -> RoomRow {
    RoomRow {
        place: place(at.chat.capabilities().backend),
        ..frame::row(at, doctor.id(), room, context, clock)
    }
}
