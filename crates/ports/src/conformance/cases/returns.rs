use std::sync::Arc;

use bytes::Bytes;
use domain::{
    Body, Doctor, FileName, Mark, Message, MessageId, MessageText, Participant, ReceiptKind,
    Receipts, RoomId, Urgency,
};
use jiff::{SignedDuration, Timestamp};

use super::super::{
    MovesFixture,
    scene::{Scene, client_id, ids, words},
};
use crate::{
    ErrorKind, Moves, Name, NewAttachment, ReceiptStep, Records, RemoteChange, RoomRecord,
    RoomRestore, name_there,
};

/// A room of two doctors that lives in the other backend.
struct Away {
    scene: Scene,
    moves: Arc<dyn Moves>,
    records: Arc<dyn Records>,
    returns: Arc<dyn RoomRestore>,
    one: Doctor,
    other: Doctor,
    room: RoomId,
    /// Said before it moved.
    first: Message,
}

impl Away {
    async fn of(fixture: MovesFixture) -> Self {
        let scene = Scene::of(fixture.store);
        let [one, other, ..] = scene.doctors();
        let room = scene.group(&[&one, &other]).await;
        let first = scene.say(&one, &room, "before").await;
        let there = RoomId::parse(format!("there-{room}")).unwrap();
        fixture.moves.begin(&room, &there).await.unwrap();
        let version = fixture.records.room(&room).await.unwrap().version;
        assert!(fixture.moves.switch(&room, version).await.unwrap());
        Self {
            scene,
            moves: fixture.moves,
            records: fixture.records,
            returns: fixture.returns,
            one,
            other,
            room,
            first,
        }
    }

    /// The id there of the message from before the move.
    fn first_there(&self) -> MessageId {
        crate::stream_name(&self.first.id).unwrap()
    }

    /// A message that the first doctor wrote there, so many seconds later.
    fn wrote(&self, name: &str, text: &str, later: i64) -> Message {
        Message {
            id: id(name),
            room: self.room.clone(),
            client_id: Some(client_id()),
            author: self.one.profile(),
            body: Body::Written {
                text: Some(MessageText::parse(text).unwrap()),
                attachments: Vec::new(),
            },
            sent_at: self.at(later),
            sent_at_estimated: false,
            edited_at: None,
            reply_to: None,
            urgency: Urgency::Routine,
            urgent_reason: None,
            mentions: Vec::new(),
            receipts: Receipts::default(),
        }
    }

    fn at(&self, later: i64) -> Timestamp {
        self.first.sent_at + SignedDuration::from_secs(later)
    }

    async fn keep(&self, since: &[RemoteChange]) {
        self.returns.keep(&self.room, since).await.unwrap();
    }

    /// The room's people there, the other having read up to a message.
    fn people(&self, read: &MessageId, more: &[&Doctor]) -> RoomRecord {
        let part = |doctor: &Doctor| Participant {
            doctor: doctor.profile(),
            joined_at: Some(self.first.sent_at),
        };
        let mut participants = vec![
            (part(&self.one), Some(read.clone())),
            (part(&self.other), Some(read.clone())),
        ];
        participants.extend(more.iter().map(|doctor| (part(doctor), None)));
        RoomRecord {
            id: RoomId::parse("there").unwrap(),
            kind: domain::RoomKind::Group,
            is_first: true,
            title: None,
            opened_at: self.first.sent_at,
            participants,
            changes: Vec::new(),
            version: 0,
        }
    }

    async fn back(&self) -> Vec<Message> {
        let minute = std::time::Duration::from_secs(60);
        self.moves.shut(&self.room, minute).await.unwrap();
        self.moves.give_back(&self.room).await.unwrap();
        self.scene.history(&self.other, &self.room).await
    }
}

fn id(name: &str) -> MessageId {
    MessageId::parse(name).unwrap()
}

fn written(message: Message) -> RemoteChange {
    let files = Vec::new();
    let message = Box::new(message);
    RemoteChange::Written { message, files }
}

pub async fn what_was_written_there_comes_back_once(fixture: MovesFixture) {
    let away = Away::of(fixture).await;
    let mut answer = away.wrote("a1", "an answer", 10);
    answer.reply_to = Some(away.first_there());
    answer.mentions = vec![away.other.id().clone()];
    let mut urgent = away.wrote("a2", "come", 20);
    urgent.urgency = Urgency::Urgent;
    urgent.reply_to = Some(id("a1"));
    let since = [written(answer.clone()), written(urgent.clone())];
    away.keep(&since).await;
    away.keep(&since).await;

    let names = [away.first_there(), id("a1"), id("a2"), id("a3")];
    let known = away.returns.known(&away.room, &names).await.unwrap();
    let mut known: Vec<MessageId> = known.into_iter().map(|(name, _)| name).collect();
    known.sort_unstable();
    let mut expected = names[..3].to_vec();
    expected.sort_unstable();
    assert_eq!(known, expected);

    let said = away.back().await;
    let texts: Vec<_> = said.iter().map(words).collect();
    assert_eq!(texts, [Some("before"), Some("an answer"), Some("come")]);
    let [first, kept, called] = said.as_slice() else {
        panic!("three messages");
    };
    assert_eq!(kept.reply_to.as_ref(), Some(&first.id));
    assert_eq!(kept.mentions, answer.mentions);
    assert_eq!(
        (kept.sent_at, &kept.client_id),
        (answer.sent_at, &answer.client_id)
    );
    assert_eq!(called.reply_to.as_ref(), Some(&kept.id));
    assert_eq!(called.urgency, Urgency::Urgent);
    let waiting = away.scene.backend.messages.waiting(&away.other).await;
    assert_eq!(ids(&waiting.unwrap()), std::slice::from_ref(&called.id));

    // The names lead both ways, and its records say where it was written.
    let there = Name::StreamMessage(id("a1"));
    let here = Name::LegacyMessage(kept.id.clone());
    let moves = &*away.moves;
    assert_eq!(name_there(moves, &there).await.unwrap(), Some(here.clone()));
    assert_eq!(name_there(moves, &here).await.unwrap(), Some(there));
    let carried = Name::LegacyMessage(first.id.clone());
    let its_name = Some(Name::StreamMessage(away.first_there()));
    assert_eq!(name_there(moves, &carried).await.unwrap(), its_name);
    let records = away.records.messages(&away.room, None).await.unwrap();
    let as_written: Vec<_> = records
        .iter()
        .map(|record| record.written_as.clone())
        .collect();
    assert_eq!(as_written, [None, Some(id("a1")), Some(id("a2"))]);
    assert_eq!(records[2].answers_as, Some(id("a1")));
}

pub async fn what_became_of_messages_there_is_kept(fixture: MovesFixture) {
    let away = Away::of(fixture).await;
    away.keep(&[
        written(away.wrote("b1", "one", 10)),
        written(away.wrote("b2", "two", 20)),
    ])
    .await;
    let mut urgent = away.wrote("b3", "come", 30);
    urgent.urgency = Urgency::Urgent;
    let mark = Mark {
        doctor: away.other.id().clone(),
        at: away.at(40),
    };
    away.keep(&[
        written(urgent),
        RemoteChange::Edited {
            message: away.first_there(),
            text: Some(MessageText::parse("edited there").unwrap()),
            mentions: Vec::new(),
            at: away.at(50),
        },
        RemoteChange::Recalled {
            message: id("b2"),
            at: away.at(60),
        },
        RemoteChange::Acknowledged {
            message: id("b3"),
            mark: mark.clone(),
        },
        RemoteChange::Recalled {
            message: id("unknown"),
            at: away.at(60),
        },
    ])
    .await;
    let said = away.back().await;
    let texts: Vec<_> = said.iter().map(words).collect();
    assert_eq!(
        texts,
        [Some("edited there"), Some("one"), None, Some("come")]
    );
    assert_eq!(said[0].edited_at, Some(away.at(50)));
    assert_eq!(said[2].body, Body::Recalled { at: away.at(60) });
    assert_eq!(said[3].receipts.acknowledged, [mark]);
    let versions = away
        .scene
        .backend
        .messages
        .versions(&away.one, &away.room, &away.first.id);
    let versions = versions.await.unwrap();
    let text = versions[0].text.as_ref().map(MessageText::as_str);
    assert_eq!(text, Some("before"));
}

pub async fn messages_stand_in_the_order_they_had_there(fixture: MovesFixture) {
    let away = Away::of(fixture).await;
    for (name, later) in [("c3", 30), ("c1", 10), ("c2", 20)] {
        away.keep(&[written(away.wrote(name, name, later))]).await;
    }
    let order = [id("c1"), id("c2"), id("c3")];
    for _ in 0..2 {
        let first = away.first_there();
        let set = away.returns.set_order(&away.room, Some(&first), &order);
        set.await.unwrap();
    }
    let version = away.records.room(&away.room).await.unwrap().version;
    let set = away.returns.set_order(&away.room, None, &order);
    set.await.unwrap();
    assert_eq!(
        away.records.room(&away.room).await.unwrap().version,
        version
    );
    let said = away.back().await;
    let texts: Vec<_> = said.iter().filter_map(words).collect();
    assert_eq!(texts, ["before", "c1", "c2", "c3"]);
}

pub async fn people_and_marks_are_those_they_were_there(fixture: MovesFixture) {
    let away = Away::of(fixture).await;
    let third = away.scene.doctors()[2].clone();
    away.keep(&[
        written(away.wrote("d1", "read", 10)),
        written(away.wrote("d2", "not read", 20)),
    ])
    .await;
    let step = ReceiptStep {
        doctor: away.other.id().clone(),
        kind: ReceiptKind::Read,
        message: id("d1"),
        at: away.at(15),
    };
    let there = away.people(&id("d1"), &[&third]);
    for _ in 0..2 {
        let steps = std::slice::from_ref(&step);
        let kept = away.returns.keep_people(&away.room, &there, steps);
        kept.await.unwrap();
    }
    let said = away.back().await;
    let read: Vec<_> = said[1]
        .receipts
        .read
        .iter()
        .map(|mark| (&mark.doctor, mark.at))
        .collect();
    assert_eq!(read, [(away.other.id(), away.at(15))]);
    assert!(said[2].receipts.read.is_empty());
    assert_eq!(away.scene.unread(&away.other, &away.room).await, 1);
    assert_eq!(away.scene.unread(&third, &away.room).await, 3);

    // Who left there has left.
    away.returns
        .keep_people(&away.room, &away.people(&id("d1"), &[]), &[])
        .await
        .unwrap();
    let gone = away.scene.backend.rooms.get(&third, &away.room).await;
    assert_eq!(gone.unwrap_err().kind(), ErrorKind::NotFound);
}

pub async fn files_come_back_with_their_messages(fixture: MovesFixture) {
    let away = Away::of(fixture).await;
    let file = NewAttachment {
        name: FileName::parse("trace.txt").unwrap(),
        media_type: "text/plain".to_owned(),
        bytes: Bytes::from_static(b"a trace"),
        picture: None,
    };
    let author = away.one.id();
    let kept = away
        .returns
        .keep_file(&away.room, author, &file)
        .await
        .unwrap();
    let there = domain::AttachmentId::parse("file-there").unwrap();
    away.keep(&[RemoteChange::Written {
        message: Box::new(away.wrote("e1", "see", 10)),
        files: vec![(there.clone(), kept.clone())],
    }])
    .await;
    let said = away.back().await;
    let [attached] = said[1].attachments() else {
        panic!("one file");
    };
    assert_eq!((&attached.id, attached.size), (&kept, 7));
    let fetched = away.scene.backend.attachments.fetch(&away.other, &kept);
    let content = fetched.await.unwrap().content;
    assert_eq!(content.whole().await.unwrap(), "a trace");
    let name = name_there(&*away.moves, &Name::StreamFile(there.clone())).await;
    assert_eq!(name.unwrap(), Some(Name::LegacyFile(kept.clone())));
    let name = name_there(&*away.moves, &Name::LegacyFile(kept)).await;
    assert_eq!(name.unwrap(), Some(Name::StreamFile(there)));
    let nowhere = RoomId::from(999_999);
    let refused = away.returns.keep_file(&nowhere, author, &file).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::NotFound);
    let refused = away.returns.keep(&nowhere, &[]).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::NotFound);
}
