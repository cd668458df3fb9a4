use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    AttachmentId, ClientId, Content, MessageCursor, MessageId, MessageText, NewMessage, RoomId,
    StaffId, Urgency, UrgentReason, is_blank,
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::rooms::page_size;
use crate::{
    app::MountContext,
    extract::{Ids, JsonBody, Params},
    failure::{Failure, Problem},
    fields::Fields,
    identity::CurrentDoctor,
    json::{MessageJson, MessagePageJson, VersionsJson},
    live::arrived,
    patient_check, quoted,
};

/// Position and size of a page of messages; without `before`, `after` and `around` the newest.
#[derive(Deserialize, IntoParams)]
pub(crate) struct MessagesQuery {
    /// Older than this message.
    before: Option<String>,
    /// Newer than this message.
    after: Option<String>,
    /// With this message near the middle. Of `before`, `after` and `around` only one is given.
    around: Option<String>,
    /// 1 to 100; 50 when left out.
    limit: Option<String>,
}

/// A message to post.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PostMessage {
    /// Makes a repeated send one message: 1 to 64 of `A-Z a-z 0-9 _ -`, new for each message.
    client_id: Option<String>,
    /// At most 5,000 characters; may be left out when a file is attached.
    text: Option<String>,
    /// The message of this room it answers.
    reply_to: Option<String>,
    /// Files uploaded to this room by the same doctor; at most 10.
    attachment_ids: Option<Vec<String>>,
    /// `routine`, also when left out, or `urgent`.
    urgency: Option<String>,
    /// Why it is urgent: 1 to 120 characters on one line. Only of an urgent message.
    urgent_reason: Option<String>,
    /// Participants it calls by name; at most 25.
    pub(crate) mention_ids: Option<Vec<String>>,
    /// `ask`, also when left out, stops a message that may mean another patient than its room is
    /// about (409); `confirmed` sends it all the same.
    patient_check: Option<String>,
}

/// A message's new text.
#[derive(Deserialize, ToSchema)]
pub(crate) struct EditMessage {
    /// At most 5,000 characters.
    text: Option<String>,
    /// Participants it calls by name from now on; when left out, those it called before.
    mention_ids: Option<Vec<String>>,
    /// As of a new message: `ask`, also when left out, or `confirmed`.
    patient_check: Option<String>,
}

impl PostMessage {
    pub(crate) fn parse(self) -> Result<NewMessage, Failure> {
        let mut fields = Fields::default();
        let client_id = fields.require("client_id", self.client_id);
        let client_id = fields.take_option("client_id", client_id.map(ClientId::parse));
        let files = self.attachment_ids.unwrap_or_default();
        if files.len() > Content::MAX_ATTACHMENTS {
            fields.wrong("attachment_ids", "must be at most 10");
        }
        let files: Result<Vec<_>, _> = files.into_iter().map(AttachmentId::try_from).collect();
        let files = fields.take("attachment_ids", files).unwrap_or_default();
        // An empty text beside a file is no text; alone it is a mistake that the parser names.
        let text = self.text.filter(|text| files.is_empty() || !is_blank(text));
        let content = match text {
            Some(text) => fields
                .take("text", MessageText::parse(&text))
                .map(|text| Content::new(Some(text), files)),
            None => Some(Content::new(None, files)),
        };
        let content = content.and_then(|content| fields.take("text", content));
        let reply_to = fields.take_option("reply_to", self.reply_to.map(MessageId::parse));
        let urgency = fields.take("urgency", urgency(self.urgency.as_deref()));
        let reason = self.urgent_reason.as_deref().map(UrgentReason::parse);
        let urgent_reason = fields.take_option("urgent_reason", reason);
        if urgent_reason.is_some() && urgency == Some(Urgency::Routine) {
            fields.wrong("urgent_reason", "goes with urgent messages only");
        }
        let mentions = mentions(&mut fields, self.mention_ids).unwrap_or_default();
        let parsed = client_id.zip(content).zip(urgency);
        let ((client_id, content), urgency) = fields.finish(parsed)?;
        Ok(NewMessage {
            client_id,
            content: content.mentioning(mentions),
            reply_to,
            urgency,
            urgent_reason,
        })
    }

    /// Reads the form of a page without scripts, except the mentions and the answer to the wrong-patient check,
    /// which its handler reads.
    pub(crate) fn from_form(form: &crate::extract::FormBody) -> Self {
        let filled = |name: &str| {
            form.get(name)
                .filter(|value| !value.is_empty())
                .map(str::to_owned)
        };
        Self {
            client_id: filled("client_id"),
            text: Some(form.text().to_owned()),
            reply_to: filled("reply_to"),
            attachment_ids: None,
            urgency: filled("urgency"),
            // The field is there, and perhaps filled, beside a switch that is off.
            urgent_reason: filled("urgent_reason")
                .filter(|reason| filled("urgency").is_some() && !is_blank(reason)),
            mention_ids: None,
            patient_check: None,
        }
    }
}

/// Checks the ids of the doctors whom a message mentions; `None` when the request has none.
fn mentions(fields: &mut Fields, ids: Option<Vec<String>>) -> Option<Vec<StaffId>> {
    let ids = ids?;
    if ids.len() > Content::MAX_MENTIONS {
        fields.wrong("mention_ids", "must be at most 25");
    }
    let ids: Result<Vec<_>, _> = ids.into_iter().map(StaffId::try_from).collect();
    fields.take("mention_ids", ids)
}

pub(super) fn urgency(word: Option<&str>) -> Result<Urgency, &'static str> {
    match word {
        None | Some("routine") => Ok(Urgency::Routine),
        Some("urgent") => Ok(Urgency::Urgent),
        Some(_) => Err("must be routine or urgent"),
    }
}

/// A page of a room, oldest first in the page.
#[utoipa::path(get, path = "/rooms/{room}/messages", tag = "messages", params(("room" = String, Path), MessagesQuery),
    responses((status = 200, body = MessagePageJson), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn page(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    Params(query): Params<MessagesQuery>,
) -> Result<Response, Failure> {
    let mut fields = Fields::default();
    let given = [&query.before, &query.after, &query.around];
    if given.iter().filter(|cursor| cursor.is_some()).count() > 1 {
        fields.wrong("before", "after and around do not go together");
    }
    let before = fields.take_option("before", query.before.map(MessageId::parse));
    let after = fields.take_option("after", query.after.map(MessageId::parse));
    let around = fields.take_option("around", query.around.map(MessageId::parse));
    let size = fields.take("limit", page_size(query.limit.as_deref()));
    let size = fields.finish(size)?;
    let cursor = before
        .map(MessageCursor::Before)
        .or(after.map(MessageCursor::After))
        .or(around.map(MessageCursor::Around))
        .unwrap_or_default();
    let page = at
        .chat
        .messages()
        .page(&doctor, &room, &cursor, size)
        .await?;
    let quoted = quoted::missing_reply_targets(&at, &doctor, &room, &page.messages).await?;
    arrived::with_page(&at, &doctor, &page);
    Ok(Json(MessagePageJson::new(&page, &quoted)).into_response())
}

/// Posts a message: 201, or 200 with the first one when `client_id` repeats.
#[utoipa::path(post, path = "/rooms/{room}/messages", tag = "messages", params(("room" = String, Path)),
    request_body = PostMessage,
    responses((status = 201, body = MessageJson), (status = 200, body = MessageJson), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn post(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    JsonBody(body): JsonBody<PostMessage>,
) -> Result<Response, Failure> {
    let check = patient_check::parse(body.patient_check.as_deref())?;
    let posted = patient_check::post(&at, &doctor, &room, &body.parse()?, check).await?;
    let status = if posted.repeated {
        StatusCode::OK
    } else {
        StatusCode::CREATED
    };
    Ok((status, Json(MessageJson::from(&posted.message))).into_response())
}

/// One message.
#[utoipa::path(get, path = "/rooms/{room}/messages/{message}", tag = "messages",
    params(("room" = String, Path), ("message" = String, Path)),
    responses((status = 200, body = MessageJson), (status = 404, body = Problem)))]
pub(crate) async fn get(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids((room, message)): Ids<(RoomId, MessageId)>,
) -> Result<Response, Failure> {
    let message = at.chat.messages().get(&doctor, &room, &message).await?;
    arrived::with_message(&at, &doctor, &message);
    Ok(Json(MessageJson::from(&message)).into_response())
}

/// Earlier texts of a message that was edited, oldest first.
#[utoipa::path(get, path = "/rooms/{room}/messages/{message}/versions", tag = "messages",
    params(("room" = String, Path), ("message" = String, Path)),
    responses((status = 200, body = VersionsJson), (status = 404, body = Problem), (status = 501, body = Problem)))]
pub(crate) async fn versions(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids((room, message)): Ids<(RoomId, MessageId)>,
) -> Result<Response, Failure> {
    let versions = at.chat.messages();
    let versions = versions.versions(&doctor, &room, &message).await?;
    Ok(Json(VersionsJson::from(versions.as_slice())).into_response())
}

/// Changes the text of one's own message, and whom it mentions; every version is kept.
#[utoipa::path(patch, path = "/rooms/{room}/messages/{message}", tag = "messages",
    params(("room" = String, Path), ("message" = String, Path)), request_body = EditMessage,
    responses((status = 200, body = MessageJson), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn edit(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids((room, message)): Ids<(RoomId, MessageId)>,
    JsonBody(body): JsonBody<EditMessage>,
) -> Result<Response, Failure> {
    let check = patient_check::parse(body.patient_check.as_deref())?;
    let mut fields = Fields::default();
    let text = fields.require("text", body.text);
    let text = fields.take_option("text", text.as_deref().map(MessageText::parse));
    let mentions = mentions(&mut fields, body.mention_ids);
    let text = fields.finish(text)?;
    let (of, said) = ((&room, &message), (text, mentions));
    let message = patient_check::edit(&at, &doctor, of, said, check).await?;
    Ok(Json(MessageJson::from(&message)).into_response())
}

/// Takes one's own message back. Readers see a tombstone; the original is kept for audit where the
/// capability `edit_history` holds.
#[utoipa::path(delete, path = "/rooms/{room}/messages/{message}", tag = "messages",
    params(("room" = String, Path), ("message" = String, Path)),
    responses((status = 200, body = MessageJson), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn recall(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids((room, message)): Ids<(RoomId, MessageId)>,
) -> Result<Response, Failure> {
    let message = at.chat.messages().recall(&doctor, &room, &message).await?;
    Ok(Json(MessageJson::from(&message)).into_response())
}
