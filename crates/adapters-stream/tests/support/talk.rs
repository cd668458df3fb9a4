//! Short words for what tests say and hear.

#![allow(
    dead_code,
    unreachable_pub,
    reason = "each test file uses a part of it"
)]

use std::time::Duration;

use domain::{
    ClientId, Doctor, Event, Message, MessageCursor, MessageId, MessageText, NewMessage, NewRoom,
    PageSize, RoomId, Urgency,
};
use futures_util::StreamExt;
use ports::{Backend, EventStream, Signal};

use crate::app::App;

const DEADLINE: Duration = Duration::from_secs(40);

pub fn note(client_id: &str, words: &str) -> NewMessage {
    NewMessage {
        client_id: ClientId::parse(client_id).unwrap(),
        content: MessageText::parse(words).unwrap().into(),
        reply_to: None,
        urgency: Urgency::Routine,
        urgent_reason: None,
    }
}

pub async fn say(backend: &Backend, doctor: &Doctor, room: &RoomId, words: &str) -> Message {
    let id = format!("{:016x}", rand::random::<u64>());
    backend
        .messages
        .post(doctor, room, &note(&id, words))
        .await
        .unwrap()
        .message
}

pub async fn group(backend: &Backend, doctors: &[Doctor]) -> RoomId {
    let others = doctors[1..].to_vec();
    let room = NewRoom::Group {
        others,
        title: None,
    };
    backend
        .rooms
        .open(&doctors[0], &room)
        .await
        .unwrap()
        .room
        .id
}

/// The next event.
pub async fn event(stream: &mut EventStream) -> Event {
    let next = tokio::time::timeout(DEADLINE, stream.next()).await;
    match next.expect("an event in time").expect("no end").signal {
        Signal::Event(event) => event.event().clone(),
        Signal::Resync => panic!("told to resynchronise for no reason"),
    }
}

/// The messages told up to this one.
pub async fn posted_until(stream: &mut EventStream, last: &MessageId) -> Vec<MessageId> {
    let mut told = Vec::new();
    while told.last() != Some(last) {
        if let Event::MessagePosted(message) = event(stream).await {
            told.push(message.id);
        }
    }
    told
}

/// Waits for the word that the pages are to load afresh.
pub async fn told_to_load_afresh(stream: &mut EventStream) {
    let waiting = async {
        while let Some(told) = stream.next().await {
            if matches!(told.signal, Signal::Resync) {
                return;
            }
        }
        panic!("the stream ended");
    };
    let told = tokio::time::timeout(DEADLINE, waiting).await;
    told.expect("told to load afresh in time");
}

/// The newest messages of a room, oldest first.
pub async fn history(backend: &Backend, doctor: &Doctor, room: &RoomId) -> Vec<MessageId> {
    let all = PageSize::new(100).unwrap();
    let page = backend
        .messages
        .page(doctor, room, &MessageCursor::Latest, all)
        .await
        .unwrap();
    page.messages
        .into_iter()
        .map(|message| message.id)
        .collect()
}

/// A room of all, which the second doctor listens to.
pub async fn listening(app: &App) -> (Backend, RoomId, EventStream) {
    let backend = app.stream.backend();
    let room = group(&backend, &app.doctors).await;
    let stream = backend.live.events(&app.doctors[1], None).await.unwrap();
    (backend, room, stream)
}
