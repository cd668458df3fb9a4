//! Leads from where a room was to where it lives now: old links go on, and what would write is told.
//!
//! A backend answers as if there were no such room, so only what was not found is looked up here.

mod address;

use std::time::Duration;

use axum::{
    extract::{OriginalUri, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{Doctor, RoomId, Standing};
use ports::{Chat, Error, ErrorKind, MoveState, Moves, Result};

use self::address::{Address, Direction, Target};
use crate::{
    app::{Mount, MountContext, Mounted},
    failure::Failure,
    identity::SignedIn,
};

/// Goes on where something is that was not found here.
pub(crate) async fn lead(
    State(here): State<MountContext>,
    request: Request,
    next: Next,
) -> Response {
    let Some(moves) = here.shell.moves.clone() else {
        return next.run(request).await;
    };
    let asked = Asked {
        method: request.method().clone(),
        doctor: request
            .extensions()
            .get::<SignedIn>()
            .and_then(SignedIn::doctor),
        uri: request.extensions().get::<OriginalUri>().cloned(),
    };
    let response = next.run(request).await;
    let leads = match response.status() {
        StatusCode::NOT_FOUND => elsewhere(&here, &*moves, &asked).await,
        StatusCode::CONFLICT if is_moved(&response) => Ok(opens_there(&here, &asked)),
        _ => return response,
    };
    match leads {
        Ok(Some(there)) => there,
        Ok(None) => response,
        Err(error) => Failure::from(error).into_response(),
    }
}

/// The parts of a request that are needed after it was answered.
struct Asked {
    method: Method,
    doctor: Option<Doctor>,
    uri: Option<OriginalUri>,
}

fn is_moved(response: &Response) -> bool {
    let failure = response.extensions().get::<Failure>();
    failure.is_some_and(Failure::is_moved_somewhere)
}

/// Redirects to the room or file in the other chat, or names its page there, for a doctor who may know of it.
async fn elsewhere(
    here: &MountContext,
    moves: &dyn Moves,
    asked: &Asked,
) -> Result<Option<Response>> {
    let address = asked.uri.as_ref();
    let address = address.and_then(|uri| Address::read(here.prefix(), &uri.0));
    let (Some(address), Some(doctor)) = (address, &asked.doctor) else {
        return Ok(None);
    };
    let direction = direction(here);
    let room = match &address.target {
        Target::File(_) => None,
        Target::Room(room) => match room_there(here, moves, doctor, room, direction).await? {
            Some(there) => Some(there),
            None => return Ok(None),
        },
    };
    let Some((mount, chat)) = mount_of(here, direction) else {
        return Ok(None);
    };
    let prefix = mount.prefix.as_str();
    let there = address.there(moves, prefix, room.as_ref(), direction);
    let Some(there) = there.await? else {
        return Ok(None);
    };
    if !may_know(chat, doctor, &there.target).await? {
        return Ok(None);
    }
    let reads = asked.method == Method::GET || asked.method == Method::HEAD;
    Ok(Some(if reads {
        onwards(StatusCode::PERMANENT_REDIRECT, &there.path)
    } else {
        Failure::moved(there.page).into_response()
    }))
}

/// Opening a patient's room or a pair's that was moved: the same call to the other chat opens it.
fn opens_there(here: &MountContext, asked: &Asked) -> Option<Response> {
    let path = asked.uri.as_ref()?.0.path().strip_prefix(here.prefix())?;
    let (mount, _) = mount_of(here, direction(here))?;
    let path = format!("{}{path}", mount.prefix);
    Some(onwards(StatusCode::TEMPORARY_REDIRECT, &path))
}

/// The direction in which rooms leave this mount.
fn direction(here: &MountContext) -> Direction {
    match here.chat.capabilities().backend {
        "legacy" => Direction::ToStream,
        _ => Direction::ToLegacy,
    }
}

/// The id, in the other chat, of a room that lives there.
///
/// # Errors
/// `Unavailable` while it is shown in neither, for those who take part.
async fn room_there(
    here: &MountContext,
    moves: &dyn Moves,
    doctor: &Doctor,
    room: &RoomId,
    direction: Direction,
) -> Result<Option<RoomId>> {
    let known = match direction {
        Direction::ToStream => moves.by_legacy(room).await?,
        Direction::ToLegacy => moves.by_stream(room).await?,
    };
    let Some(known) = known else {
        return Ok(None);
    };
    if known.state == MoveState::Moved && known.is_shut {
        return between(here, doctor, &known.legacy, direction).await;
    }
    Ok(match (direction, known.state) {
        (Direction::ToStream, MoveState::Moved) => Some(known.stream),
        // A room that came back may be being copied once more.
        (Direction::ToLegacy, MoveState::Returned | MoveState::Copying) => Some(known.legacy),
        _ => None,
    })
}

/// For seconds a room is shown in neither chat; the legacy one knows who takes part.
async fn between<T>(
    here: &MountContext,
    doctor: &Doctor,
    legacy: &RoomId,
    direction: Direction,
) -> Result<Option<T>> {
    let chat = match direction {
        Direction::ToStream => Some(&here.chat),
        Direction::ToLegacy => mount_of(here, direction).map(|(_, chat)| chat),
    };
    match chat {
        Some(chat) if chat.rooms().standing(doctor, legacy).await? == Standing::Participant => {
            let moving = Error::unavailable("the room is being moved");
            Err(moving.with_retry_after(Duration::from_secs(1)))
        }
        _ => Ok(None),
    }
}

/// The first mount of the other backend.
fn mount_of(here: &MountContext, direction: Direction) -> Option<(&Mount, &Chat)> {
    let mounts = here.shell.mounts.iter();
    let chats = mounts.filter_map(|mount| match &mount.chat {
        Mounted::Chat(chat) => Some((&**mount, chat)),
        Mounted::NotConfigured(_) => None,
    });
    let wanted = match direction {
        Direction::ToStream => "stream",
        Direction::ToLegacy => "legacy",
    };
    chats
        .into_iter()
        .find(|(_, chat)| chat.capabilities().backend == wanted)
}

/// The mount that a room which lives here was moved from, and the room's id there.
pub(crate) async fn origin(here: &MountContext, room: &RoomId) -> Result<Option<(String, RoomId)>> {
    let Some(moves) = &here.shell.moves else {
        return Ok(None);
    };
    let direction = direction(here);
    let known = match direction {
        Direction::ToStream => moves.by_legacy(room).await?.map(|known| known.stream),
        Direction::ToLegacy => moves.by_stream(room).await?.map(|known| known.legacy),
    };
    let there = mount_of(here, direction).map(|(mount, _)| mount.prefix.to_string());
    Ok(there.zip(known))
}

/// Asked of the chat that has it now: the guard there decides and keeps the entry.
async fn may_know(chat: &Chat, doctor: &Doctor, target: &Target) -> Result<bool> {
    let known = match target {
        Target::Room(room) => chat.rooms().get(doctor, room).await.map(drop),
        Target::File(file) => chat.attachments().describe(doctor, file).await.map(drop),
    };
    match known {
        Ok(()) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Forbidden) => {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

fn onwards(status: StatusCode, path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(location) => (status, [(header::LOCATION, location)]).into_response(),
        Err(_) => Failure::not_found().into_response(),
    }
}
