use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Action, Decision, Doctor, Message, MessageCursor, MessageId, MessagePage, PageSize, Role, Room,
    RoomId, RoomKind, StaffId, Standing, policy,
};
use ports::usecase;
use serde::Deserialize;

use super::{facts, frame, rooms::to_room, show};
use crate::{
    api::{doctors, messages::PostMessage},
    app::At,
    extract::{FormBody, Ids, Params},
    failure::Failure,
    identity::CurrentDoctor,
    json::Dressing,
    live::arrived,
    pages::{
        Abilities, Composer, ConversationPage, Quote, Reader, RoomHead, preview, short_name,
        timeline,
    },
};

/// Which part of the conversation.
#[derive(Default, Deserialize)]
pub(crate) struct ConversationQuery {
    /// The page older than this message.
    before: Option<String>,
    /// Answers this message.
    reply_to: Option<String>,
}

/// `GET P/rooms/{room}`.
pub(crate) async fn show_room(
    at: &At,
    doctor: &Doctor,
    room: &RoomId,
    view: View,
) -> Result<Response, Failure> {
    let found = at.chat.rooms().get(doctor, room).await?;
    let page = at
        .chat
        .messages()
        .page(doctor, room, &view.cursor, PageSize::DEFAULT)
        .await?;
    arrived::with_page(at, doctor, &page);
    let status = view.status;
    show(
        status,
        &conversation(at, doctor, &found, &page, view).await?,
    )
}

/// How a room is shown: which page, and what a refused form left behind.
#[derive(Default)]
pub(crate) struct View {
    status: StatusCode,
    cursor: MessageCursor,
    reply_to: Option<MessageId>,
    composer: Composer,
    participants_error: Option<String>,
}

/// `GET P/rooms/{room}?before=&reply_to=`.
pub(crate) async fn show_one(
    State(at): State<At>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    Params(query): Params<ConversationQuery>,
) -> Result<Response, Failure> {
    let id = |text: Option<String>| {
        text.map(MessageId::parse)
            .transpose()
            .map_err(|_| Failure::not_found())
    };
    let cursor = id(query.before)?.map_or(MessageCursor::Latest, MessageCursor::Before);
    let view = View {
        cursor,
        reply_to: id(query.reply_to)?,
        ..View::default()
    };
    show_room(&at, &doctor, &room, view).await
}

/// `POST P/rooms/{room}/messages`: what the composer sends without scripts.
pub(crate) async fn post(
    State(at): State<At>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    form: FormBody,
) -> Result<Response, Failure> {
    let posted = match PostMessage::from_form(&form).parse() {
        Ok(message) => at
            .chat
            .messages()
            .post(&doctor, &room, &message)
            .await
            .map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    match posted {
        Ok(_) => Ok(Redirect::to(&format!("{}/rooms/{room}#latest", at.prefix())).into_response()),
        Err(failure) if failure.status == StatusCode::NOT_FOUND => Err(failure),
        Err(failure) => {
            let composer = Composer {
                client_id: form.get("client_id").unwrap_or_default().to_owned(),
                text: form.get("text").unwrap_or_default().to_owned(),
                urgent: form.get("urgency") == Some("urgent"),
                reply: None,
                error: Some(format!(
                    "Not sent. {} Your text is kept below.",
                    failure.detail
                )),
            };
            let reply_to = form
                .get("reply_to")
                .and_then(|id| MessageId::parse(id).ok());
            let view = View {
                status: failure.status,
                reply_to,
                composer,
                ..View::default()
            };
            // When the store is away the room cannot be shown either; then the failure is.
            show_room(&at, &doctor, &room, view).await.or(Err(failure))
        }
    }
}

/// `POST P/rooms/{room}/read`.
pub(crate) async fn read(
    State(at): State<At>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    form: FormBody,
) -> Result<Response, Failure> {
    let message = MessageId::parse(form.get("message_id").unwrap_or_default());
    let message =
        message.map_err(|error| Failure::invalid_field("message_id", error.to_string()))?;
    at.chat
        .receipts()
        .mark_read(&doctor, &room, &message)
        .await?;
    Ok(to_room(&at, &room))
}

/// `POST P/rooms/{room}/messages/{message}/acknowledgement`.
pub(crate) async fn acknowledge(
    State(at): State<At>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids((room, message)): Ids<(RoomId, MessageId)>,
) -> Result<Response, Failure> {
    at.chat
        .receipts()
        .acknowledge(&doctor, &room, &message)
        .await?;
    Ok(to_room(&at, &room))
}

/// `POST P/rooms/{room}/participants`.
pub(crate) async fn add_participant(
    State(at): State<At>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    form: FormBody,
) -> Result<Response, Failure> {
    let added = match StaffId::parse(form.get("doctor_id").unwrap_or_default()) {
        Ok(newcomer) => {
            usecase::add_participant(&at.chat, &*at.shell.staff, &doctor, &room, &newcomer)
                .await
                .map_err(Failure::from)
        }
        Err(_) => Err(Failure::invalid_field("doctor_id", "must name a doctor")),
    };
    match added {
        Ok(()) => Ok(to_room(&at, &room)),
        Err(failure) if failure.status == StatusCode::NOT_FOUND => Err(failure),
        Err(failure) => {
            let error = Some(format!("Nobody was added. {}", failure.detail));
            let view = View {
                status: failure.status,
                participants_error: error,
                ..View::default()
            };
            show_room(&at, &doctor, &room, view).await.or(Err(failure))
        }
    }
}

/// `POST P/rooms/{room}/participants/{doctor}/remove`; oneself to leave.
pub(crate) async fn remove_participant(
    State(at): State<At>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids((room, removed)): Ids<(RoomId, StaffId)>,
) -> Result<Response, Failure> {
    at.chat
        .rooms()
        .remove_participant(&doctor, &room, &removed)
        .await?;
    let left = removed == *doctor.id();
    Ok(if left {
        Redirect::to(at.prefix()).into_response()
    } else {
        to_room(&at, &room)
    })
}

async fn conversation(
    at: &At,
    doctor: &Doctor,
    room: &Room,
    page: &MessagePage,
    view: View,
) -> Result<ConversationPage, Failure> {
    let dressing = Dressing::of(at, doctor, std::slice::from_ref(room)).await?;
    let clock = frame::clock(&at.shell);
    let participants = facts::participants(room, doctor, &dressing, &clock);
    let can = abilities(at, room);
    let candidates = if can.add_participants {
        doctors::all(&at.shell, "").await?
    } else {
        Vec::new()
    };
    let reply = answered(at, doctor, &room.id, view.reply_to.as_ref(), &page.messages).await?;
    let is_latest = view.cursor == MessageCursor::Latest;
    let facts = facts::messages(&page.messages);
    let first_unread = is_latest
        .then(|| first_unread(&page.messages, room.unread, doctor))
        .flatten();
    let read_through = first_unread
        .and_then(|first| first.checked_sub(1))
        .map(|last| page.messages[last].id.as_str());
    let reader = Reader {
        doctor_id: doctor.id().as_str(),
        prefix: at.prefix(),
        participants: &participants,
        read_through,
    };
    let newest_of_others = page
        .messages
        .iter()
        .rfind(|message| message.author.id != *doctor.id());
    Ok(ConversationPage {
        frame: frame::of_mount(at, doctor, Some(&room.id)).await?,
        prefix: at.prefix().to_owned(),
        room: RoomHead {
            id: room.id.to_string(),
            title: dressing.title(room),
            kind: room.kind.as_str().to_owned(),
            backend: word(at.chat.capabilities().backend),
        },
        patient: dressing
            .patient(room)
            .map(|patient| facts::identity(patient, &clock)),
        entries: timeline(&facts, &reader, &clock),
        before: page.before.as_ref().map(ToString::to_string),
        older_page: !is_latest,
        shown_before: match &view.cursor {
            MessageCursor::Before(id) => Some(id.to_string()),
            MessageCursor::Latest | MessageCursor::After(_) => None,
        },
        unread_through: newest_of_others
            .filter(|_| is_latest && room.unread > 0)
            .map(|last| last.id.to_string()),
        composer: Composer {
            reply,
            ..composer(view.composer)
        },
        candidates: facts::choices(candidates, |member| {
            room.participants
                .iter()
                .any(|participant| participant.doctor.id == member.id)
        }),
        participants,
        participants_error: view.participants_error,
        can,
    })
}

/// What a reply answers: it need not be on the page that is shown.
async fn answered(
    at: &At,
    doctor: &Doctor,
    room: &RoomId,
    reply_to: Option<&MessageId>,
    page: &[Message],
) -> Result<Option<Quote>, Failure> {
    let Some(id) = reply_to else {
        return Ok(None);
    };
    if let Some(message) = page.iter().find(|message| message.id == *id) {
        return Ok(Some(quote(message)));
    }
    match at.chat.messages().get(doctor, room, id).await {
        Ok(message) => Ok(Some(quote(&message))),
        Err(error) if matches!(error.kind(), ports::ErrorKind::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn quote(message: &Message) -> Quote {
    Quote {
        message_id: message.id.to_string(),
        author: short_name(&message.author.name),
        text: message
            .text()
            .map_or_else(|| "Recalled".to_owned(), |text| preview(text.as_str(), 120)),
    }
}

fn composer(kept: Composer) -> Composer {
    let client_id = if kept.client_id.is_empty() {
        fresh_client_id()
    } else {
        kept.client_id
    };
    Composer { client_id, ..kept }
}

/// A form that is sent twice by a nervous finger is one message.
fn fresh_client_id() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// Where the unread messages begin, counted back from the newest; `None` when all are read or it
/// lies before this page.
fn first_unread(messages: &[Message], unread: u32, doctor: &Doctor) -> Option<usize> {
    let of_others = messages.iter().enumerate().rev();
    let of_others = of_others
        .filter(|(_, message)| message.author.id != *doctor.id() && !message.is_recalled());
    of_others
        .take(unread as usize)
        .enumerate()
        .filter(|(nth, _)| nth + 1 == unread as usize)
        .map(|(_, (i, _))| i)
        .last()
}

fn abilities(at: &At, room: &Room) -> Abilities {
    let standing = match room.kind {
        RoomKind::Direct => Standing::Partner,
        RoomKind::Patient(_) | RoomKind::Group => Standing::Participant,
    };
    let may = |action| policy::decide(Role::Doctor, standing, action) == Decision::Allowed;
    Abilities {
        send: may(Action::PostMessage),
        acknowledge: at.chat.capabilities().acknowledgement && may(Action::Acknowledge),
        reply: may(Action::PostMessage),
        add_participants: may(Action::AddParticipant),
        remove_participants: may(Action::RemoveParticipant),
        leave: may(Action::LeaveRoom),
    }
}

/// `legacy` as pages write it.
fn word(backend: &str) -> String {
    let mut chars = backend.chars();
    chars.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_uppercase(), chars.as_str())
    })
}
