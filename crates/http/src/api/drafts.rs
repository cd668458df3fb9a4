use axum::{Json, extract::State, http::StatusCode};
use domain::{Doctor, MessageId, RoomId, Urgency};
use ports::Replaces;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::messages::urgency;
use crate::{
    app::MountContext,
    drafts::{self, Draft},
    extract::{Ids, JsonBody},
    failure::{Failure, Problem},
    fields::Fields,
    identity::CurrentDoctor,
};

/// A draft may be longer than a message, which is told when it is to be sent.
const MOST_CHARS: usize = 20_000;
const MOST_REASON_CHARS: usize = 1_000;

/// A message that is not finished. What is left out is empty; one that is empty altogether is none.
#[derive(Deserialize, Serialize, ToSchema)]
pub(crate) struct DraftJson {
    /// At most 20,000 characters.
    text: Option<String>,
    /// `routine`, also when left out, or `urgent`.
    urgency: Option<String>,
    /// Why it is urgent; at most 1,000 characters.
    urgent_reason: Option<String>,
    /// The message of this room it answers.
    reply_to: Option<String>,
}

/// The draft of a room.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoomDraft {
    /// `null` where there is none.
    draft: Option<DraftJson>,
    /// When it was saved; `null` where there is none.
    saved_at: Option<String>,
}

/// A draft to keep.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PutDraft {
    #[serde(flatten)]
    draft: DraftJson,
    /// `saved_at` of the draft that it may replace, or empty for none: where another one is there nothing is
    /// saved (409). When left out, it replaces whatever is there.
    replaces: Option<String>,
}

/// The draft that was kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct SavedDraft {
    /// `null` where it was empty, so that there is none now.
    saved_at: Option<String>,
}

impl PutDraft {
    fn parse(self) -> Result<(Draft, Replaces), Failure> {
        let mut fields = Fields::default();
        let replaces = fields.take("replaces", replaces(self.replaces.as_deref()));
        let draft = self.draft.parse(&mut fields);
        fields.finish(draft.zip(replaces))
    }
}

fn replaces(text: Option<&str>) -> Result<Replaces, &'static str> {
    match text {
        None => Ok(Replaces::Anything),
        Some("") => Ok(Replaces::Nothing),
        Some(time) => time
            .parse()
            .map(Replaces::SavedAt)
            .map_err(|_| "must be empty or the saved_at of a draft"),
    }
}

impl DraftJson {
    fn parse(self, fields: &mut Fields) -> Option<Draft> {
        let text = self.text.unwrap_or_default();
        if text.chars().count() > MOST_CHARS {
            fields.wrong("text", "must be at most 20,000 characters");
        }
        let reason = self.urgent_reason.unwrap_or_default();
        if reason.chars().count() > MOST_REASON_CHARS {
            fields.wrong("urgent_reason", "must be at most 1,000 characters");
        }
        let reply_to = fields.take_option("reply_to", self.reply_to.map(MessageId::parse));
        let urgency = fields.take("urgency", urgency(self.urgency.as_deref()));
        Some(Draft {
            text,
            urgent: urgency? == Urgency::Urgent,
            reason,
            reply_to: reply_to.map(|id| id.to_string()),
        })
    }
}

impl From<Draft> for DraftJson {
    fn from(draft: Draft) -> Self {
        let urgency = if draft.urgent { "urgent" } else { "routine" };
        Self {
            text: Some(draft.text),
            urgency: Some(urgency.to_owned()),
            urgent_reason: Some(draft.reason),
            reply_to: draft.reply_to,
        }
    }
}

async fn admit(at: &MountContext, doctor: &Doctor, room: &RoomId) -> Result<(), Failure> {
    if at.shell.drafts.is_none() {
        return Err(Failure::not_found());
    }
    Ok(at.chat.admit_draft(doctor, room).await?)
}

/// The message that the asking doctor has begun in this room and not sent, on whichever device. Nobody else
/// sees it.
#[utoipa::path(get, path = "/rooms/{room}/draft", tag = "drafts", params(("room" = String, Path)),
    responses((status = 200, body = RoomDraft), (status = 404, body = Problem)))]
pub(crate) async fn get(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
) -> Result<Json<RoomDraft>, Failure> {
    admit(&at, &doctor, &room).await?;
    let draft = drafts::find(&at, &doctor, &room).await?;
    let (draft, saved_at) = draft.unzip();
    Ok(Json(RoomDraft {
        draft: draft.map(DraftJson::from),
        saved_at: saved_at.map(|at| at.to_string()),
    }))
}

/// Keeps the message that the asking doctor has begun in this room, in place of the one before, for 30 days.
#[utoipa::path(put, path = "/rooms/{room}/draft", tag = "drafts", params(("room" = String, Path)),
    request_body = PutDraft,
    responses((status = 200, body = SavedDraft), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn put(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    JsonBody(body): JsonBody<PutDraft>,
) -> Result<Json<SavedDraft>, Failure> {
    admit(&at, &doctor, &room).await?;
    let (draft, replaces) = body.parse()?;
    let saved_at = drafts::save(&at, &doctor, &room, &draft, replaces).await?;
    let saved_at = saved_at.map(|at| at.to_string());
    Ok(Json(SavedDraft { saved_at }))
}

/// Forgets the message that the asking doctor has begun in this room.
#[utoipa::path(delete, path = "/rooms/{room}/draft", tag = "drafts", params(("room" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn forget(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
) -> Result<StatusCode, Failure> {
    admit(&at, &doctor, &room).await?;
    drafts::forget(&at, &doctor, &room).await?;
    Ok(StatusCode::NO_CONTENT)
}
