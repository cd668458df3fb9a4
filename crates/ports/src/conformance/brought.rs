use domain::{Doctor, Message, Room as OurRoom};
use jiff::Timestamp;

use super::{
    AdoptionFixture,
    fixtures::Execute,
    scene::{Scene, page_size},
};
use crate::{
    Adoption,
    adoption::{Batch, Kept, Message as Brought, Participant, Read, Room, RoomKind, User},
};

/// The source that everything is brought from.
pub(super) const OLD: &str = "old";

/// A backend and what is brought into it.
pub(super) struct Bringing {
    pub(super) scene: Scene,
    pub(super) adoption: std::sync::Arc<dyn Adoption>,
    pub(super) emails: [String; 3],
    pub(super) mrn: String,
    pub(super) execute: Execute,
}

impl Bringing {
    /// The first three doctors are users a, b and c of the source.
    pub(super) async fn of(fixture: AdoptionFixture) -> Self {
        let bringing = Self {
            scene: Scene::of(fixture.store),
            adoption: fixture.adoption,
            emails: fixture.emails,
            mrn: fixture.mrn,
            execute: fixture.execute,
        };
        let users = ["a", "b", "c"].into_iter().zip(&bringing.emails);
        let users = users.map(|(key, email)| user(key, Some(email))).collect();
        let kept = bringing
            .keep(Batch {
                users,
                ..Batch::default()
            })
            .await;
        assert_eq!(kept.users, 0, "they are here");
        bringing
    }

    pub(super) async fn keep(&self, batch: Batch) -> Kept {
        self.adoption.keep(OLD, batch).await.unwrap()
    }

    /// Brings a room with messages, settles it and lets users in.
    pub(super) async fn room(&self, room: Room, messages: Vec<Brought>, users: &[&str]) {
        let participants = users
            .iter()
            .map(|user| participant(&room.key, user))
            .collect();
        let rooms = vec![room];
        self.keep(Batch {
            rooms,
            messages,
            ..Batch::default()
        })
        .await;
        self.settle().await;
        self.keep(Batch {
            participants,
            ..Batch::default()
        })
        .await;
    }

    pub(super) async fn settle(&self) {
        while self.adoption.settle().await.unwrap() {}
    }

    pub(super) async fn read(&self, message: &str, user: &str, second: i64) {
        let (message, user) = (message.to_owned(), user.to_owned());
        let reads = vec![Read {
            message,
            user,
            at: Some(at(second)),
        }];
        self.keep(Batch {
            reads,
            ..Batch::default()
        })
        .await;
    }

    pub(super) fn doctor(&self, number: usize) -> &Doctor {
        &self.scene.everyone[number]
    }

    pub(super) async fn rooms(&self, doctor: &Doctor) -> Vec<OurRoom> {
        let rooms = &self.scene.backend.rooms;
        rooms
            .list(doctor, None, page_size(100))
            .await
            .unwrap()
            .rooms
    }

    /// The only room of a doctor.
    pub(super) async fn only_room(&self, doctor: &Doctor) -> OurRoom {
        let mut rooms = self.rooms(doctor).await;
        assert_eq!(rooms.len(), 1);
        rooms.remove(0)
    }

    /// Reads the messages in the only room of a doctor.
    pub(super) async fn said(&self, doctor: &Doctor) -> Vec<Message> {
        let room = self.only_room(doctor).await;
        self.scene.history(doctor, &room.id).await
    }
}

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_740_000_000 + second).unwrap()
}

pub(super) fn user(key: &str, email: Option<&String>) -> User {
    User {
        key: key.to_owned(),
        name: format!("Old {key}"),
        email: email.cloned(),
        role: Some("doctor".to_owned()),
        specialty: None,
        grade: None,
        ward: None,
    }
}

pub(super) fn group(key: &str) -> Room {
    Room {
        key: key.to_owned(),
        kind: RoomKind::Group,
        title: Some(format!("Room {key}")),
        created_by: Some("a".to_owned()),
        created_at: Some(at(0)),
        deleted_at: None,
    }
}

/// A message of user a in room 1, which says its key.
pub(super) fn message(key: &str, second: i64) -> Brought {
    Brought {
        key: key.to_owned(),
        room: "1".to_owned(),
        author: Some("a".to_owned()),
        text: Some(key.to_owned()),
        sent_at: at(second),
        deleted_at: None,
        changed_at: None,
    }
}

pub(super) fn participant(room: &str, user: &str) -> Participant {
    Participant {
        room: room.to_owned(),
        user: user.to_owned(),
        joined_at: Some(at(0)),
        left_at: None,
        last_read_at: None,
    }
}
