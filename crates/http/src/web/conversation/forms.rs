//! The forms of an open conversation, for who has no scripts.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{ClientId, Content, Doctor, MessageId, MessageText, PatientId, RoomId, StaffId};
use ports::{PatientWarning, Posted, usecase};

use super::{Part, View, show_room};
use crate::{
    api::messages::PostMessage,
    app::MountContext,
    drafts,
    extract::{FormBody, Ids},
    failure::Failure,
    identity::CurrentDoctor,
    mentioned::mentioned,
    new_rooms,
    pages::Composer,
    patient_check,
    web::{facts, rooms::to_room},
};

/// `POST P/rooms/{room}/messages`: what the composer sends without scripts.
pub(crate) async fn post(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    form: FormBody,
) -> Result<Response, Failure> {
    match send(&at, &doctor, &room, &form).await {
        Ok(_) => {
            // It is sent: a draft that stays behind is no reason to say anything else.
            let _ = drafts::forget(&at, &doctor, &room).await;
            Ok(Redirect::to(&format!("{}/rooms/{room}#latest", at.prefix())).into_response())
        }
        Err(failure) if failure.status == StatusCode::NOT_FOUND => Err(failure),
        Err(failure) => {
            let composer = Composer {
                error: Some(format!(
                    "Not sent. {} Your text is kept below.",
                    failure.detail
                )),
                warning: failure.wrong_patient.as_deref().map(facts::warning),
                ..kept(&form)
            };
            let view = View {
                status: failure.status,
                reply_to: answered(&form),
                composer: Some(composer),
                ..View::default()
            };
            // When the store is away the room cannot be shown either; then the failure is.
            show_room(&at, &doctor, &room, view).await.or(Err(failure))
        }
    }
}

async fn send(
    at: &MountContext,
    doctor: &Doctor,
    room: &RoomId,
    form: &FormBody,
) -> Result<Posted, Failure> {
    let check = patient_check::of_form(form)?;
    let mut body = PostMessage::from_form(form);
    let mentions = mentions(at, doctor, room, form.text()).await?;
    body.mention_ids = Some(mentions.iter().map(ToString::to_string).collect());
    patient_check::post(at, doctor, room, &body.parse()?, check).await
}

/// Participants whom a text calls by name.
async fn mentions(
    at: &MountContext,
    doctor: &Doctor,
    room: &RoomId,
    text: &str,
) -> Result<Vec<StaffId>, Failure> {
    if !text.contains('@') {
        return Ok(Vec::new());
    }
    let room = at.chat.rooms().get(doctor, room).await?;
    let mentioned = mentioned(text, &room.participants);
    if mentioned.len() > Content::MAX_MENTIONS {
        let words = "must call at most 25 participants by name";
        return Err(Failure::invalid_field("text", words));
    }
    Ok(mentioned)
}

/// Composer with the content of a form that was not sent.
fn kept(form: &FormBody) -> Composer {
    Composer {
        client_id: form.get("client_id").unwrap_or_default().to_owned(),
        text: form.get("text").unwrap_or_default().to_owned(),
        urgent: form.get("urgency") == Some("urgent"),
        reason: form.get("urgent_reason").unwrap_or_default().to_owned(),
        ..Composer::default()
    }
}

fn answered(form: &FormBody) -> Option<MessageId> {
    form.get("reply_to")
        .and_then(|id| MessageId::parse(id).ok())
}

/// `POST P/rooms/{room}/patient-warning`: the text is not sent and goes back into the composer, or into
/// that of the room of the patient whom `open` names.
pub(crate) async fn withdraw(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    form: FormBody,
) -> Result<Response, Failure> {
    let edited = form.get("editing").and_then(|id| MessageId::parse(id).ok());
    let new = form.get("client_id");
    let new = new.and_then(|id| ClientId::parse(id).ok());
    let subject = match (&edited, &new) {
        (Some(edited), _) => edited.as_str(),
        (None, new) => new.as_ref().map_or("", ClientId::as_str),
    };
    at.chat
        .record_warning(&doctor, &room, PatientWarning::Withdrawn, subject)
        .await?;
    if let Some(other) = form.get("open") {
        let other = PatientId::parse(other).map_err(|_| Failure::not_found())?;
        let (place, opened) = new_rooms::open_patient(&at, &doctor, &other).await?;
        let composer = Composer {
            client_id: String::new(),
            ..kept(&form)
        };
        let view = View {
            composer: Some(composer),
            ..View::default()
        };
        return show_room(&place, &doctor, &opened.room.id, view).await;
    }
    in_composer(&at, &doctor, &room, &form).await
}

/// `POST P/rooms/{room}/unsent`: the message of a form that came too late goes back into the composer.
pub(crate) async fn unsent(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    form: FormBody,
) -> Result<Response, Failure> {
    in_composer(&at, &doctor, &room, &form).await
}

async fn in_composer(
    at: &MountContext,
    doctor: &Doctor,
    room: &RoomId,
    form: &FormBody,
) -> Result<Response, Failure> {
    let edited = form.get("editing").and_then(|id| MessageId::parse(id).ok());
    let view = View {
        reply_to: answered(form),
        part: edited.clone().map_or(Part::Latest, Part::Around),
        edit: edited,
        composer: Some(kept(form)),
        ..View::default()
    };
    show_room(at, doctor, room, view).await
}

/// `POST P/rooms/{room}/read`.
pub(crate) async fn read(
    State(at): State<MountContext>,
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

/// `POST P/rooms/{room}/messages/{message}/edit`: the composer, opened with `?edit=`.
pub(crate) async fn edit(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids((room, message)): Ids<(RoomId, MessageId)>,
    form: FormBody,
) -> Result<Response, Failure> {
    let text = form.get("text").unwrap_or_default().to_owned();
    match save(&at, &doctor, (&room, &message), &form).await {
        Ok(()) => Ok(to_message(&at, &room, &message)),
        Err(failure) if failure.status == StatusCode::NOT_FOUND => Err(failure),
        Err(failure) => {
            let error = Some(format!(
                "Not saved. {} Your text is kept below.",
                failure.detail
            ));
            let view = View {
                status: failure.status,
                part: Part::Around(message.clone()),
                edit: Some(message),
                composer: Some(Composer {
                    text,
                    error,
                    warning: failure.wrong_patient.as_deref().map(facts::warning),
                    ..Composer::default()
                }),
                ..View::default()
            };
            show_room(&at, &doctor, &room, view).await.or(Err(failure))
        }
    }
}

/// `POST P/rooms/{room}/messages/{message}/recall`.
pub(crate) async fn recall(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids((room, message)): Ids<(RoomId, MessageId)>,
) -> Result<Response, Failure> {
    at.chat.messages().recall(&doctor, &room, &message).await?;
    Ok(to_message(&at, &room, &message))
}

/// `POST P/rooms/{room}/unread`: from this message on.
pub(crate) async fn unread(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    form: FormBody,
) -> Result<Response, Failure> {
    let message = MessageId::parse(form.get("message_id").unwrap_or_default());
    let message =
        message.map_err(|error| Failure::invalid_field("message_id", error.to_string()))?;
    at.chat
        .receipts()
        .mark_unread(&doctor, &room, &message)
        .await?;
    Ok(Redirect::to(at.prefix()).into_response())
}

/// `POST P/rooms/{room}/messages/{message}/acknowledgement`.
pub(crate) async fn acknowledge(
    State(at): State<MountContext>,
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
    State(at): State<MountContext>,
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
    State(at): State<MountContext>,
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

/// Changes the words of a message; the same words again change nothing.
async fn save(
    at: &MountContext,
    doctor: &Doctor,
    (room, message): (&RoomId, &MessageId),
    form: &FormBody,
) -> Result<(), Failure> {
    let check = patient_check::of_form(form)?;
    let text = MessageText::parse(form.text())
        .map_err(|error| Failure::invalid_field("text", error.to_string()))?;
    let current = at.chat.messages().get(doctor, room, message).await?;
    let mentions = if current.text() == Some(&text) {
        current.mentions
    } else {
        mentions(at, doctor, room, text.as_str()).await?
    };
    let said = (text, Some(mentions));
    patient_check::edit(at, doctor, (room, message), said, check).await?;
    Ok(())
}

/// The page around a message that was just changed.
fn to_message(at: &MountContext, room: &RoomId, message: &MessageId) -> Response {
    let address = format!("{}/rooms/{room}?message={message}", at.prefix());
    Redirect::to(&address).into_response()
}
