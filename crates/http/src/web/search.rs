use std::collections::HashMap;

use axum::{extract::State, http::StatusCode, response::Response};
use domain::{Doctor, Message, Query, RoomId, is_blank};

use super::{facts, frame, show};
use crate::{
    api::{
        doctors,
        search::{Plain, SearchQuery},
    },
    app::MountContext,
    extract::{FormBody, Params},
    failure::Failure,
    identity::CurrentDoctor,
    json::RoomContext,
    pages::{AskedView, Frame, HitView, Outcome, SearchPage, pieces},
};

/// `GET P/search?room=&patient=&…`: what narrows a search may be in an address, its words not.
pub(crate) async fn form(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    Params(asked): Params<SearchQuery>,
) -> Result<Response, Failure> {
    let asked = SearchQuery {
        q: None,
        cursor: None,
        limit: None,
        ..asked
    };
    page(&at, &doctor, asked).await
}

/// `POST P/search`.
pub(crate) async fn submit(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
    form: FormBody,
) -> Result<Response, Failure> {
    let text = |name: &str| {
        let value = form.get(name).filter(|value| !is_blank(value));
        value.map(str::to_owned)
    };
    let asked = SearchQuery {
        q: text("q"),
        room: text("room"),
        patient: text("patient"),
        author: text("author"),
        from: text("from"),
        to: text("to"),
        has_file: text("has_file").map(Plain),
        urgent: text("urgent").map(Plain),
        cursor: text("cursor"),
        limit: None,
    };
    page(&at, &doctor, asked).await
}

async fn page(at: &MountContext, doctor: &Doctor, asked: SearchQuery) -> Result<Response, Failure> {
    if !at.chat.capabilities().search {
        return Err(Failure::not_found());
    }
    let frame = frame::of_mount(at, doctor, None).await?;
    let view = view(&asked);
    let (status, outcome) = match outcome(at, doctor, asked, &frame).await {
        Ok(outcome) => (StatusCode::OK, outcome),
        Err(failure) if failure.status == StatusCode::UNPROCESSABLE_ENTITY => {
            (failure.status, Outcome::Wrong(failure.detail.into()))
        }
        Err(failure) => return Err(failure),
    };
    let everyone = doctors::all(&at.shell, "").await?;
    let sidebar = frame.sidebar.as_ref();
    let page = SearchPage {
        prefix: at.prefix().to_owned(),
        asked: view,
        rooms: sidebar
            .map(|sidebar| sidebar.rooms.clone())
            .unwrap_or_default(),
        authors: facts::choices(everyone, |_| false),
        outcome,
        frame,
    };
    show(status, &page)
}

async fn outcome(
    at: &MountContext,
    doctor: &Doctor,
    asked: SearchQuery,
    frame: &Frame,
) -> Result<Outcome, Failure> {
    if asked.is_empty() {
        return Ok(Outcome::Nothing);
    }
    let search = asked.parse(at, doctor).await?;
    let found = at.chat.messages().search(doctor, &search).await?;
    let rooms = names(at, doctor, frame, &found.messages).await?;
    let hits = found
        .messages
        .iter()
        .map(|message| hit(at, message, search.query(), &rooms));
    let next = found.next.map(|next| next.to_string());
    Ok(Outcome::Found(hits.collect(), next))
}

/// Titles of the rooms of the hits, and the beds of their patients, by room.
type Names = HashMap<RoomId, (String, String)>;

/// Most are in the sidebar already; the others are asked for.
async fn names(
    at: &MountContext,
    doctor: &Doctor,
    frame: &Frame,
    hits: &[Message],
) -> Result<Names, Failure> {
    let known = frame.sidebar.iter().flat_map(|sidebar| &sidebar.rooms);
    let mut names: Names = known
        .filter_map(|row| {
            let id = RoomId::parse(&row.id).ok()?;
            Some((id, (row.title.clone(), row.bed.clone())))
        })
        .collect();
    let mut others = Vec::new();
    for message in hits {
        if !names.contains_key(&message.room) {
            others.push(at.chat.rooms().get(doctor, &message.room).await?);
            names.insert(message.room.clone(), Default::default());
        }
    }
    let context = RoomContext::of(at, doctor, &others).await?;
    for room in &others {
        let bed = context
            .patient(room)
            .and_then(|patient| patient.bed.clone());
        let name = (context.title(room), bed.unwrap_or_default());
        names.insert(room.id.clone(), name);
    }
    Ok(names)
}

fn hit(at: &MountContext, message: &Message, query: Option<&Query>, rooms: &Names) -> HitView {
    let clock = frame::clock(&at.shell);
    let marked = |text: &str| {
        let hits = query.map(|query| query.find_in(text)).unwrap_or_default();
        pieces(text, &hits)
    };
    let (room, bed) = rooms.get(&message.room).cloned().unwrap_or_default();
    let files = message.attachments().iter();
    HitView {
        href: format!(
            "{}/rooms/{}?message={}",
            at.prefix(),
            message.room,
            message.id
        ),
        room,
        bed,
        author: message.author.name.to_string(),
        sent: clock.sent(message),
        urgent: message.urgency == domain::Urgency::Urgent,
        reason: message
            .urgent_reason
            .as_ref()
            .map(|reason| marked(reason.as_str()))
            .unwrap_or_default(),
        text: message
            .text()
            .map(|text| marked(text.as_str()))
            .unwrap_or_default(),
        files: files.map(|file| marked(file.name.as_str())).collect(),
    }
}

fn view(asked: &SearchQuery) -> AskedView {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let flag = |field: &Option<Plain>| field.as_ref().is_some_and(|flag| flag.0 == "true");
    AskedView {
        q: text(&asked.q),
        room: text(&asked.room),
        patient: text(&asked.patient),
        author: text(&asked.author),
        from: text(&asked.from),
        to: text(&asked.to),
        has_file: flag(&asked.has_file),
        urgent: flag(&asked.urgent),
    }
}
