use std::time::Duration;

use domain::{Doctor, Event, Message, RoomId};
use futures_util::StreamExt;

use crate::{Backend, Delivery, EventId, EventStream, Signal};

/// How long an event may take before a case has failed; no case waits for it when all is well.
const DEADLINE: Duration = Duration::from_secs(30);

/// A live stream, read with a deadline.
pub(super) struct Listener {
    stream: EventStream,
}

impl Listener {
    pub(super) async fn open(backend: &Backend, doctor: &Doctor, resume: Option<EventId>) -> Self {
        let stream = backend.live.events(doctor, resume).await.unwrap();
        Self { stream }
    }

    /// The next thing told.
    pub(super) async fn next(&mut self) -> Delivery {
        tokio::time::timeout(DEADLINE, self.stream.next())
            .await
            .expect("an event comes in time")
            .expect("a stream does not end by itself")
    }

    /// The next event; to be told to resynchronise is a failure here.
    pub(super) async fn event(&mut self) -> Event {
        match self.next().await.signal {
            Signal::Event(event) => event.event().clone(),
            Signal::Resync => panic!("told to resynchronise for no reason"),
        }
    }

    /// Everything up to the first event that fits, that one last.
    pub(super) async fn until(&mut self, fits: impl Fn(&Event) -> bool) -> Vec<Event> {
        let mut events = Vec::new();
        loop {
            events.push(self.event().await);
            if events.last().is_some_and(&fits) {
                return events;
            }
        }
    }

    /// Everything up to the news of this message, that one last.
    pub(super) async fn until_posted(&mut self, message: &Message) -> Vec<Event> {
        self.until(|event| matches!(event, Event::MessagePosted(posted) if posted.id == message.id))
            .await
    }
}

/// Whether an event tells anything of a room.
pub(super) fn is_of(event: &Event, room: &RoomId) -> bool {
    match event {
        Event::MessagePosted(message)
        | Event::MessageEdited(message)
        | Event::MessageRecalled(message) => message.room == *room,
        Event::Typing { room: of, .. }
        | Event::Receipt { room: of, .. }
        | Event::Receipts { room: of, .. }
        | Event::ParticipantAdded { room: of, .. }
        | Event::ParticipantRemoved { room: of, .. } => of == room,
        Event::Room(opened) => opened.id == *room,
        Event::Presence(_) => false,
    }
}

/// Asserts that none of the events tells anything of the room.
#[track_caller]
pub(super) fn silent(events: &[Event], room: &RoomId) {
    let told: Vec<&str> = events
        .iter()
        .filter(|event| is_of(event, room))
        .map(Event::name)
        .collect();
    assert!(told.is_empty(), "told of the room: {told:?}");
}
