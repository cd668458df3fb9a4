//! Files of who has no scripts: a form of its own, as such a browser sends no part of one before the
//! other.

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::{ClientId, Content, NewMessage, RoomId, Urgency};

use crate::{
    app::MountContext, extract::Ids, failure::Failure, identity::CurrentDoctor, measurements,
    upload::Form,
};

/// `POST P/rooms/{room}/files`: sends files as a message of their own.
pub(crate) async fn send(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    request: Request,
) -> Result<Response, Failure> {
    let files = at.chat.attachments();
    let most = Content::MAX_ATTACHMENTS as u64;
    let mut form = Form::open(&at, &doctor, &room, most, request).await?;
    let mut sent = Vec::new();
    while let Some((name, bytes)) = form.next_file().await? {
        if sent.len() >= Content::MAX_ATTACHMENTS {
            let most = Content::MAX_ATTACHMENTS;
            return Err(Failure::invalid_field(
                "file",
                format!("at most {most} at once"),
            ));
        }
        let file = at.shell.uploads.prepare(name, bytes).await?;
        let stored = files.upload(&doctor, &room, &file).await?;
        measurements::uploaded(&at, stored.size);
        sent.push(stored.id);
    }
    let content = Content::new(None, sent)
        .map_err(|_| Failure::invalid_field("file", "must be chosen first"))?;
    let client_id = ClientId::parse(form.client_id().unwrap_or_default())
        .map_err(|error| Failure::invalid_field("client_id", error.to_string()))?;
    let message = NewMessage {
        client_id,
        content,
        reply_to: None,
        urgency: Urgency::Routine,
        urgent_reason: None,
    };
    let posted = at.chat.messages().post(&doctor, &room, &message).await?;
    measurements::posted(&at, &posted);
    let page = format!("{}/rooms/{room}", at.prefix());
    Ok(Redirect::to(&page).into_response())
}
