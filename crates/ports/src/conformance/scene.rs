use std::{
    any::Any,
    sync::atomic::{AtomicU64, Ordering},
};

use domain::{
    ClientId, Content, Doctor, FileName, Message, MessageCursor, MessageId, MessageText,
    NewMessage, NewRoom, PageSize, PatientRef, RoomId, Urgency,
};

use futures_util::future::join_all;

use super::{Fixture, SweepFiles, listener::Listener};
use crate::{Backend, NewAttachment, Opened};

/// A fixture with the few things that most cases do with it.
pub(super) struct Scene {
    pub(super) backend: Backend,
    /// All doctors, for the cases that need more than four.
    pub(super) everyone: Vec<Doctor>,
    pub(super) patients: Vec<PatientRef>,
    pub(super) sweep_files: SweepFiles,
    _keep: Box<dyn Any + Send>,
}

impl Scene {
    pub(super) fn of(fixture: Fixture) -> Self {
        assert!(fixture.doctors.len() >= 4, "the fixture lacks doctors");
        assert!(fixture.patients.len() >= 2, "the fixture lacks patients");
        Self {
            backend: fixture.backend,
            everyone: fixture.doctors,
            patients: fixture.patients,
            sweep_files: fixture.sweep_files,
            _keep: fixture.keep,
        }
    }

    /// Four doctors.
    pub(super) fn doctors(&self) -> [Doctor; 4] {
        std::array::from_fn(|i| self.everyone[i].clone())
    }

    pub(super) async fn open(&self, opener: &Doctor, room: &NewRoom) -> Opened {
        self.backend.rooms.open(opener, room).await.unwrap()
    }

    /// A new group of these doctors, opened by the first.
    pub(super) async fn group(&self, doctors: &[&Doctor]) -> RoomId {
        let others = doctors[1..].iter().map(|&doctor| doctor.clone()).collect();
        let room = NewRoom::Group {
            others,
            title: None,
        };
        self.open(doctors[0], &room).await.room.id
    }

    pub(super) async fn add(&self, doctor: &Doctor, room: &RoomId, newcomer: &Doctor) {
        let rooms = &self.backend.rooms;
        rooms.add_participant(doctor, room, newcomer).await.unwrap();
    }

    pub(super) async fn remove(&self, doctor: &Doctor, room: &RoomId, removed: &Doctor) {
        let rooms = &self.backend.rooms;
        rooms
            .remove_participant(doctor, room, removed.id())
            .await
            .unwrap();
    }

    pub(super) async fn post(&self, doctor: &Doctor, room: &RoomId, new: &NewMessage) -> Message {
        let posted = self.backend.messages.post(doctor, room, new).await.unwrap();
        posted.message
    }

    /// Posts a text.
    pub(super) async fn say(&self, doctor: &Doctor, room: &RoomId, text: &str) -> Message {
        self.post(doctor, room, &note(text)).await
    }

    /// Posts a file without words.
    pub(super) async fn send_file(&self, doctor: &Doctor, room: &RoomId, name: &str) -> Message {
        let file = NewAttachment {
            name: FileName::parse(name).unwrap(),
            media_type: "image/png".to_owned(),
            bytes: name.to_owned().into(),
            picture: None,
        };
        let file = self
            .backend
            .attachments
            .upload(doctor, room, &file)
            .await
            .unwrap();
        let new = NewMessage {
            content: Content::new(None, vec![file.id]).unwrap(),
            ..note("x")
        };
        self.post(doctor, room, &new).await
    }

    /// Posts so many texts, many at once, and one last; the last.
    pub(super) async fn say_often(&self, doctor: &Doctor, room: &RoomId, times: u32) -> Message {
        let mut left = times.saturating_sub(1);
        while left > 0 {
            let batch = left.min(128);
            let posts = (0..batch).map(|_| self.say(doctor, room, "one of many"));
            join_all(posts).await;
            left -= batch;
        }
        self.say(doctor, room, "the last of many").await
    }

    pub(super) async fn recall(&self, doctor: &Doctor, message: &Message) -> Message {
        let messages = &self.backend.messages;
        messages
            .recall(doctor, &message.room, &message.id)
            .await
            .unwrap()
    }

    /// The message as this doctor now sees it.
    pub(super) async fn see(&self, doctor: &Doctor, message: &Message) -> Message {
        let messages = &self.backend.messages;
        messages
            .get(doctor, &message.room, &message.id)
            .await
            .unwrap()
    }

    pub(super) async fn read(&self, doctor: &Doctor, message: &Message) {
        let receipts = &self.backend.receipts;
        receipts
            .mark_read(doctor, &message.room, &message.id)
            .await
            .unwrap();
    }

    /// The whole room, oldest first, read backwards page by page.
    pub(super) async fn history(&self, doctor: &Doctor, room: &RoomId) -> Vec<Message> {
        let mut pages = Vec::new();
        let mut cursor = MessageCursor::Latest;
        loop {
            let messages = &self.backend.messages;
            let page = messages.page(doctor, room, &cursor, page_size(100)).await;
            let page = page.unwrap();
            pages.push(page.messages);
            match page.before {
                Some(before) => cursor = MessageCursor::Before(before),
                None => return pages.into_iter().rev().flatten().collect(),
            }
        }
    }

    /// Reads the doctor's unread count; the room alone and the list of rooms must agree.
    pub(super) async fn unread(&self, doctor: &Doctor, room: &RoomId) -> u32 {
        let rooms = &self.backend.rooms;
        let alone = rooms.get(doctor, room).await.unwrap().unread;
        let list = rooms.list(doctor, None, page_size(100)).await.unwrap();
        let listed = list.rooms.iter().find(|listed| listed.id == *room);
        let listed = listed.expect("the room is in the list").unread;
        assert_eq!(alone, listed, "the list and the room count alike");
        alone
    }

    pub(super) async fn listen(&self, doctor: &Doctor) -> Listener {
        Listener::open(&self.backend, doctor, None).await
    }
}

/// A routine message with a client id of its own.
pub(super) fn note(words: &str) -> NewMessage {
    NewMessage {
        client_id: client_id(),
        content: content(words),
        reply_to: None,
        urgency: Urgency::Routine,
        urgent_reason: None,
    }
}

/// An urgent message with a client id of its own.
pub(super) fn call_for_help(words: &str) -> NewMessage {
    NewMessage {
        urgency: Urgency::Urgent,
        ..note(words)
    }
}

pub(super) fn content(words: &str) -> Content {
    MessageText::parse(words).unwrap().into()
}

/// A client id that no message has had.
pub(super) fn client_id() -> ClientId {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    ClientId::parse(format!("case-{}", COUNT.fetch_add(1, Ordering::Relaxed))).unwrap()
}

pub(super) fn page_size(size: u32) -> PageSize {
    PageSize::new(size).unwrap()
}

pub(super) fn ids(messages: &[Message]) -> Vec<MessageId> {
    messages.iter().map(|message| message.id.clone()).collect()
}

/// The words of a message, none for a tombstone.
pub(super) fn words(message: &Message) -> Option<&str> {
    message.text().map(MessageText::as_str)
}
