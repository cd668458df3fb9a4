mod changes;
pub(crate) mod forms;
pub(crate) mod paper;
mod part;

use axum::{extract::State, http::StatusCode, response::Response};
use domain::{
    Action, Decision, Doctor, Message, MessageId, MessagePage, Patient, Role, Room, RoomId,
    RoomKind, Standing, policy,
};
use jiff::Timestamp;
use ports::usecase::PatientRooms;
use serde::Deserialize;

use self::part::Part;
use super::{facts, frame, show};
use crate::{
    api::doctors,
    app::MountContext,
    drafts::{self, Draft},
    extract::{Ids, Params},
    failure::Failure,
    identity::CurrentDoctor,
    json::RoomContext,
    live::arrived,
    pages::{
        Abilities, Composer, ConversationPage, Quote, Reader, RoomHead, preview, short_name,
        timeline, with_changes,
    },
    quoted,
};

/// Query of the conversation page: the part to show, and a message to answer or edit.
#[derive(Default, Deserialize)]
pub(crate) struct ConversationQuery {
    /// The page older than this message.
    before: Option<String>,
    /// The page newer than this message.
    after: Option<String>,
    /// The page around this message, which is marked.
    message: Option<String>,
    /// Answers this message.
    reply_to: Option<String>,
    /// Edits this message, one's own.
    edit: Option<String>,
}

/// How a room is shown: which page, and what a refused form left behind.
#[derive(Default)]
pub(crate) struct View {
    status: StatusCode,
    part: Part,
    reply_to: Option<MessageId>,
    edit: Option<MessageId>,
    /// The message of a form that was refused; without one the room shows the doctor's draft.
    composer: Option<Composer>,
    participants_error: Option<String>,
    notice: Option<&'static str>,
}

const NO_SUCH_MESSAGE: &str = "The message that was linked is not in this room.";

/// `GET P/rooms/{room}?before=&after=&message=&reply_to=&edit=`.
pub(crate) async fn show_one(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Ids(room): Ids<RoomId>,
    Params(query): Params<ConversationQuery>,
) -> Result<Response, Failure> {
    let id = |text: Option<String>| {
        text.map(MessageId::parse)
            .transpose()
            .map_err(|_| Failure::not_found())
    };
    let edit = id(query.edit)?;
    // A link that was cut off on its way leads to no message, and still to the room.
    let linked = query.message.map(MessageId::parse);
    let notice = matches!(linked, Some(Err(_))).then_some(NO_SUCH_MESSAGE);
    let around = linked.and_then(Result::ok).or_else(|| edit.clone());
    let part = match (around, id(query.before)?, id(query.after)?) {
        (Some(message), ..) => Part::Around(message),
        (None, Some(before), _) => Part::Before(before),
        (None, None, Some(after)) => Part::After(after),
        (None, None, None) => Part::Latest,
    };
    let view = View {
        part,
        reply_to: id(query.reply_to)?,
        edit,
        notice,
        ..View::default()
    };
    show_room(&at, &doctor, &room, view).await
}

async fn show_room(
    at: &MountContext,
    doctor: &Doctor,
    room: &RoomId,
    mut view: View,
) -> Result<Response, Failure> {
    let found = at.chat.rooms().get(doctor, room).await?;
    let mut page = view.part.load(at, doctor, &found).await;
    if matches!(&page, Err(error) if view.part.is_missing(error)) {
        view.part = Part::Latest;
        view.notice = Some(NO_SUCH_MESSAGE);
        page = view.part.load(at, doctor, &found).await;
    }
    let mut page = page?;
    if page.messages.is_empty() && matches!(view.part, Part::After(_)) {
        view.part = Part::Latest;
        page = view.part.load(at, doctor, &found).await?;
    }
    arrived::with_page(at, doctor, &page);
    let status = view.status;
    show(
        status,
        &conversation(at, doctor, &found, &page, view).await?,
    )
}

async fn conversation(
    at: &MountContext,
    doctor: &Doctor,
    room: &Room,
    page: &MessagePage,
    view: View,
) -> Result<ConversationPage, Failure> {
    let context = RoomContext::of(at, doctor, std::slice::from_ref(room)).await?;
    let clock = frame::clock(&at.shell);
    let participants = facts::participants(room, doctor, &context, &clock);
    let can = abilities(at, room);
    let candidates = if can.add_participants {
        doctors::all(&at.shell, "").await?
    } else {
        Vec::new()
    };
    let composer = written(at, doctor, &room.id, &view, &page.messages).await?;
    let is_latest = part::reaches_the_end(page, room);
    let changes = changes::on_page(at, doctor, page, &room.id, is_latest).await?;
    let beyond = quoted::missing_reply_targets(at, doctor, &room.id, &page.messages).await?;
    let facts = facts::messages(&page.messages, &beyond);
    let reader = Reader {
        doctor_id: doctor.id().as_str(),
        prefix: at.prefix(),
        participants: &participants,
        acknowledges: can.acknowledge,
        first_unread: is_latest
            .then(|| part::first_unread(page, room, doctor))
            .flatten(),
        marked: view.part.marked(),
    };
    let newest_of_others = page
        .messages
        .iter()
        .rfind(|message| message.author.id != *doctor.id());
    let in_use = in_use(at, doctor, room, context.patient(room)).await;
    Ok(ConversationPage {
        in_use,
        frame: frame::of_mount(at, doctor, Some(&room.id)).await?,
        prefix: at.prefix().to_owned(),
        room: head(at, room, &context),
        opened_at: clock.label(at.shell.clock.now()),
        patient: context
            .patient(room)
            .map(|patient| facts::identity(patient, &clock)),
        entries: with_changes(timeline(&facts, &reader, &clock), &changes, &clock),
        before: page.before.as_ref().map(ToString::to_string),
        older_page: !is_latest,
        shown: view.part.query(),
        notice: view.notice.map(str::to_owned),
        unread_through: newest_of_others
            .filter(|_| is_latest && room.unread > 0)
            .map(|last| last.id.to_string()),
        composer,
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

/// The address that opens the conversation in use, in a room of a patient's former record beside it. Where it is not
/// known now, the page of the patient leads there.
async fn in_use(
    at: &MountContext,
    doctor: &Doctor,
    room: &Room,
    patient: Option<&Patient>,
) -> Option<String> {
    let (RoomKind::Patient(reference), Some(patient)) = (&room.kind, patient) else {
        return None;
    };
    patient.former_record(reference)?;
    let rooms = PatientRooms::of(&at.chat, doctor, patient).await.ok()?;
    let is_other = rooms.current() != reference;
    is_other.then(|| format!("{}/patients/{}", at.prefix(), patient.id))
}

fn head(at: &MountContext, room: &Room, context: &RoomContext) -> RoomHead {
    RoomHead {
        id: room.id.to_string(),
        title: context.title(room),
        kind: room.kind.as_str().to_owned(),
        backend: word(at.chat.capabilities().backend),
    }
}

/// The composer as the address and a refused form left it.
async fn written(
    at: &MountContext,
    doctor: &Doctor,
    room: &RoomId,
    view: &View,
    page: &[Message],
) -> Result<Composer, Failure> {
    let mut composer = view.composer.clone().unwrap_or_default();
    let mut reply_to = view.reply_to.clone();
    composer.keeps_draft = at.shell.drafts.is_some();
    if view.composer.is_none() && view.edit.is_none() {
        let (draft, saved_at) = draft(at, doctor, room).await.unzip();
        let draft = draft.unwrap_or_default();
        composer.draft_saved_at = saved_at.map(|at| at.to_string()).unwrap_or_default();
        reply_to = reply_to.or_else(|| draft.reply_to());
        composer.shows_draft = true;
        composer.text = draft.text;
        composer.urgent = draft.urgent;
        composer.reason = draft.reason;
    }
    if composer.client_id.is_empty() {
        composer.client_id = fresh_client_id();
    }
    if let Some(id) = &view.edit {
        let message = message(at, doctor, room, id, page).await?;
        let message = message.filter(|it| it.author.id == *doctor.id() && !it.is_recalled());
        if let Some(message) = message {
            composer.editing = Some(message.id.to_string());
            if composer.error.is_none() && composer.text.is_empty() {
                composer.text = text(&message);
            }
        }
    } else if let Some(id) = &reply_to {
        let message = message(at, doctor, room, id, page).await?;
        composer.reply = message.as_ref().map(quote);
    }
    Ok(composer)
}

/// A room is shown without its draft rather than not at all.
async fn draft(at: &MountContext, doctor: &Doctor, room: &RoomId) -> Option<(Draft, Timestamp)> {
    drafts::find(at, doctor, room)
        .await
        .unwrap_or_else(|failure| {
            failure.log_as_left_out(&at.shell, "a draft could not be read");
            None
        })
}

/// A message of the room, which need not be on the page that is shown.
async fn message(
    at: &MountContext,
    doctor: &Doctor,
    room: &RoomId,
    id: &MessageId,
    page: &[Message],
) -> Result<Option<Message>, Failure> {
    if let Some(message) = page.iter().find(|message| message.id == *id) {
        return Ok(Some(message.clone()));
    }
    match at.chat.messages().get(doctor, room, id).await {
        Ok(message) => Ok(Some(message)),
        Err(error) if matches!(error.kind(), ports::ErrorKind::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn text(message: &Message) -> String {
    message
        .text()
        .map(|text| text.as_str().to_owned())
        .unwrap_or_default()
}

fn quote(message: &Message) -> Quote {
    Quote {
        message_id: message.id.to_string(),
        author: short_name(&message.author.name),
        text: if message.is_recalled() {
            "Recalled".to_owned()
        } else {
            preview(quoted::beginning(message), 120)
        },
        on_page: false,
    }
}

/// A form that is sent twice by a nervous finger is one message.
fn fresh_client_id() -> String {
    format!("{:032x}", rand::random::<u128>())
}

fn abilities(at: &MountContext, room: &Room) -> Abilities {
    let standing = match room.kind {
        RoomKind::Direct => Standing::Partner,
        RoomKind::Patient(_) | RoomKind::Group => Standing::Participant,
    };
    let may = |action| policy::decide(Role::Doctor, standing, action) == Decision::Allowed;
    let capabilities = at.chat.capabilities();
    Abilities {
        send: may(Action::PostMessage),
        acknowledge: capabilities.acknowledgement && may(Action::Acknowledge),
        reply: may(Action::PostMessage),
        edit: may(Action::PostMessage) && may(Action::EditOwnMessage),
        recall: may(Action::RecallOwnMessage),
        versions: capabilities.edit_history && may(Action::ReadRoom),
        delivered: capabilities.delivered_receipts,
        search: capabilities.search,
        add_participants: may(Action::AddParticipant),
        remove_participants: may(Action::RemoveParticipant),
        leave: may(Action::LeaveRoom),
        attach: (capabilities.attachments && may(Action::UploadAttachment))
            .then_some(capabilities.max_attachment_bytes),
    }
}

/// `legacy` as pages write it.
fn word(backend: &str) -> String {
    let mut chars = backend.chars();
    chars.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_uppercase(), chars.as_str())
    })
}
