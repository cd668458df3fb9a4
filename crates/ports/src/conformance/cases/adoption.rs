use domain::{AttachmentId, Body, FileName, Message, NewRoom, RoomKind as OurKind};

use super::super::{
    AdoptionFixture,
    brought::{Bringing, OLD, at, group, message, participant, user},
    scene::{content, words},
};
use crate::{
    ErrorKind, NewAttachment,
    adoption::{
        Batch, File, Kept, KeptFile, Message as Brought, Note, Reply, Room, RoomKind, Unlocked,
    },
};

fn said(messages: &[Message]) -> Vec<&str> {
    messages.iter().filter_map(words).collect()
}

pub async fn known_are_those_who_are_here(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let stranger = "nobody@elsewhere.example".to_owned();
    let emails = [bringing.emails[0].clone(), stranger];
    let mrns = [bringing.mrn.clone(), "no such MRN".to_owned()];
    let known = bringing.adoption.known(&emails, &mrns).await.unwrap();
    assert_eq!(known.emails, [emails[0].clone()].into());
    assert_eq!(known.mrns, [mrns[0].clone()].into());
}

pub async fn messages_stand_in_the_order_of_their_times(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let messages = [("third", 30), ("first", 10), ("second", 20), ("tie", 30)];
    let messages = messages.map(|(key, second)| message(key, second));
    bringing
        .room(group("1"), messages.into(), &["a", "b"])
        .await;
    let seen = bringing.said(bringing.doctor(1)).await;
    assert_eq!(said(&seen), ["first", "second", "third", "tie"]);
    assert_eq!(seen[0].sent_at, at(10));
    assert_eq!(seen[0].author.id, *bringing.doctor(0).id());
}

pub async fn nobody_sees_a_room_before_its_participants_come(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let batch = Batch {
        rooms: vec![group("1")],
        messages: vec![message("early", 1)],
        ..Batch::default()
    };
    bringing.keep(batch).await;
    bringing.settle().await;
    assert!(bringing.rooms(bringing.doctor(0)).await.is_empty());
    let participants = vec![participant("1", "a")];
    bringing
        .keep(Batch {
            participants,
            ..Batch::default()
        })
        .await;
    assert_eq!(said(&bringing.said(bringing.doctor(0)).await), ["early"]);
}

pub async fn bringing_everything_again_changes_nothing(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let batch = || Batch {
        users: vec![user("gone", None)],
        rooms: vec![group("1")],
        messages: vec![message("one", 1), message("two", 2)],
        notes: vec![Note {
            part: "messages",
            key: "one".to_owned(),
            reason: "markup",
            is_quarantined: false,
            raw: String::new(),
        }],
        ..Batch::default()
    };
    let late = || Batch {
        participants: vec![participant("1", "a"), participant("1", "b")],
        ..Batch::default()
    };
    let first = bringing.keep(batch()).await;
    assert_eq!((first.users, first.rooms, first.messages), (1, 1, 2));
    bringing.settle().await;
    assert_eq!(bringing.keep(late()).await.participants, 2);
    bringing.read("one", "b", 5).await;
    let doctor = bringing.doctor(1);
    let before = (
        bringing.said(doctor).await,
        bringing.only_room(doctor).await,
    );

    assert_eq!(bringing.keep(batch()).await, Default::default());
    bringing.settle().await;
    assert_eq!(bringing.keep(late()).await, Default::default());
    bringing.read("one", "b", 5).await;
    let after = (
        bringing.said(doctor).await,
        bringing.only_room(doctor).await,
    );
    assert_eq!(after, before);
}

pub async fn what_comes_later_gets_the_next_places(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let first = vec![message("one", 10), message("two", 20)];
    bringing.room(group("1"), first, &["a", "b"]).await;
    // Even what is older: what was read stays where it is.
    let messages = vec![message("late", 5), message("two", 20)];
    let kept = bringing
        .keep(Batch {
            messages,
            ..Batch::default()
        })
        .await;
    assert_eq!(kept.messages, 1);
    let seen = bringing.said(bringing.doctor(1)).await;
    assert_eq!(said(&seen), ["one", "two", "late"]);
    let room = seen[0].room.clone();
    bringing
        .scene
        .say(bringing.doctor(0), &room, "from here")
        .await;
    let seen = bringing.said(bringing.doctor(1)).await;
    assert_eq!(said(&seen), ["one", "two", "late", "from here"]);
}

pub async fn a_system_message_is_nobodys(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let notice = crate::adoption::Message {
        author: None,
        ..message("joined", 1)
    };
    bringing.room(group("1"), vec![notice], &["a"]).await;
    let seen = bringing.said(bringing.doctor(0)).await;
    assert_eq!(&*seen[0].author.name, "System");
}

fn direct(key: &str) -> Room {
    Room {
        kind: RoomKind::Direct("a".to_owned(), "b".to_owned()),
        title: None,
        ..group(key)
    }
}

pub async fn a_direct_room_is_the_one_of_its_pair(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    bringing
        .room(direct("1"), vec![message("one", 1)], &["a", "b"])
        .await;
    let room = bringing.only_room(bringing.doctor(0)).await;
    assert_eq!(room.kind, OurKind::Direct);
    let partner = bringing.doctor(0).clone();
    let opened = bringing
        .scene
        .open(bringing.doctor(1), &NewRoom::Direct(partner))
        .await;
    assert_eq!(opened.room.id, room.id);
}

pub async fn a_second_direct_room_is_a_group_beside_it(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let partner = bringing.doctor(1).clone();
    let ours = bringing
        .scene
        .open(bringing.doctor(0), &NewRoom::Direct(partner))
        .await;
    bringing
        .room(direct("1"), vec![message("one", 1)], &["a", "b"])
        .await;
    let rooms = bringing.rooms(bringing.doctor(0)).await;
    let beside = rooms.iter().find(|room| room.id != ours.room.id).unwrap();
    assert_eq!((rooms.len(), &beside.kind), (2, &OurKind::Group));
    let title = beside.title.as_ref().map(|title| title.as_str().to_owned());
    assert_eq!(title.as_deref(), Some(Room::EARLIER));
}

pub async fn the_room_of_a_patient_is_found_by_the_patient(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let kind = RoomKind::Patient(bringing.mrn.clone());
    bringing
        .room(Room { kind, ..group("1") }, vec![message("one", 1)], &["a"])
        .await;
    let patient = &bringing.scene.patients[0];
    let room = bringing.only_room(bringing.doctor(0)).await;
    assert_eq!(room.kind, OurKind::Patient(patient.clone()));
    let rooms = &bringing.scene.backend.rooms;
    let opened = rooms
        .open_patient(bringing.doctor(1), patient)
        .await
        .unwrap();
    assert_eq!(opened.room.id, room.id);
}

pub async fn a_reply_names_what_it_answers(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    bringing
        .room(
            group("1"),
            vec![message("one", 1), message("two", 2)],
            &["a"],
        )
        .await;
    let reply = |message: &str, to: &str| Reply {
        message: message.into(),
        to: to.into(),
    };
    let replies = vec![reply("two", "one"), reply("one", "nothing")];
    bringing
        .keep(Batch {
            replies,
            ..Batch::default()
        })
        .await;
    let seen = bringing.said(bringing.doctor(0)).await;
    assert_eq!(seen[1].reply_to.as_ref(), Some(&seen[0].id));
    assert_eq!(seen[0].reply_to, None);
}

pub async fn what_was_deleted_shows_as_recalled(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let gone = crate::adoption::Message {
        deleted_at: Some(at(60)),
        ..message("regret", 1)
    };
    bringing
        .room(group("1"), vec![gone, message("two", 2)], &["a"])
        .await;
    let seen = bringing.said(bringing.doctor(0)).await;
    assert_eq!(said(&seen), ["two"]);
    assert!(matches!(seen[0].body, Body::Recalled { .. }));
}

pub async fn a_locked_message_gets_its_words(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let mut locked = message("locked", 1);
    locked.text = Some(Brought::LOCKED.to_owned());
    let mut edited = message("edited", 2);
    edited.text = Some(Brought::LOCKED.to_owned());
    let messages = vec![locked, edited, message("open", 3)];
    bringing.room(group("1"), messages, &["a", "b"]).await;
    let author = bringing.doctor(0);
    let seen = bringing.said(author).await;
    let (room, messages) = (&seen[0].room, &bringing.scene.backend.messages);
    let own = content("in my own words");
    let edit = messages.edit(author, room, &seen[1].id, &own).await;
    edit.unwrap();
    let before = bringing.only_room(bringing.doctor(1)).await;

    let unlock = || Batch {
        unlocked: ["locked", "edited", "open", "nobody's"]
            .map(|key| Unlocked {
                key: key.to_owned(),
                text: format!("the words of {key}"),
            })
            .into(),
        ..Batch::default()
    };
    assert_eq!(bringing.keep(unlock()).await.unlocked, 1);
    let now = bringing.said(bringing.doctor(1)).await;
    let words = ["the words of locked", "in my own words", "open"];
    assert_eq!(said(&now), words);
    assert_eq!(now[0].edited_at, None);
    let after = bringing.only_room(bringing.doctor(1)).await;
    assert_eq!(after.unread, before.unread, "nothing new was said");
    assert_eq!(bringing.keep(unlock()).await.unlocked, 0);
}

pub async fn what_was_deleted_since_shows_as_recalled(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let all = || ["one", "two", "three"].map(|key| message(key, 1)).to_vec();
    bringing.room(group("1"), all(), &["a", "b"]).await;
    let deleted = || {
        let mut messages = all();
        for message in &mut messages[..2] {
            message.deleted_at = Some(at(60));
        }
        Batch {
            messages,
            ..Batch::default()
        }
    };
    assert_eq!(bringing.keep(deleted()).await.deleted, 2);
    let now = bringing.said(bringing.doctor(1)).await;
    let recalled: Vec<bool> = now.iter().map(Message::is_recalled).collect();
    assert_eq!(recalled, [true, true, false]);
    let said = |message: &Message| message.text().map(|text| text.as_str().to_owned());
    assert_eq!(said(&now[2]).as_deref(), Some("three"));
    assert_eq!(bringing.keep(deleted()).await, Kept::default());
}

pub async fn a_deleted_room_is_hidden(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let gone = Room {
        deleted_at: Some(at(60)),
        ..group("1")
    };
    bringing.room(gone, vec![message("one", 1)], &["a"]).await;
    assert!(bringing.rooms(bringing.doctor(0)).await.is_empty());
}

pub async fn a_file_comes_with_its_message_once(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let picture = crate::adoption::Message {
        text: None,
        ..message("one", 1)
    };
    bringing.room(group("1"), vec![picture], &["a", "b"]).await;
    let file = || File {
        key: "f".to_owned(),
        message: "one".to_owned(),
        file: NewAttachment {
            name: FileName::parse("ecg.pdf").unwrap(),
            media_type: "application/pdf".to_owned(),
            bytes: "a trace".into(),
            picture: None,
        },
        is_placeholder: false,
    };
    assert!(bringing.adoption.keep_file(OLD, file()).await.unwrap());
    assert!(!bringing.adoption.keep_file(OLD, file()).await.unwrap());
    let keys = ["f".to_owned(), "g".to_owned()];
    let kept = bringing.adoption.kept_files(OLD, &keys).await.unwrap();
    assert_eq!(kept, [(keys[0].clone(), KeptFile::Whole)].into());
    let seen = bringing.said(bringing.doctor(1)).await;
    let Body::Written { attachments, .. } = &seen[0].body else {
        panic!("it is there");
    };
    let ids: Vec<&AttachmentId> = attachments.iter().map(|file| &file.id).collect();
    assert_eq!((ids.len(), attachments[0].name.as_str()), (1, "ecg.pdf"));
    let files = &bringing.scene.backend.attachments;
    let fetched = files.fetch(bringing.doctor(1), ids[0]).await.unwrap();
    assert_eq!(fetched.content.whole().await.unwrap(), "a trace");
    let stranger = files.fetch(bringing.doctor(2), ids[0]).await.unwrap_err();
    assert_eq!(stranger.kind(), ErrorKind::NotFound);
}

pub async fn what_refers_to_nothing_is_left_out(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let batch = Batch {
        messages: vec![message("lost", 1)],
        participants: vec![participant("1", "a")],
        ..Batch::default()
    };
    assert_eq!(bringing.keep(batch).await, Default::default());
    bringing.read("lost", "a", 5).await;
    assert!(!bringing.adoption.settle().await.unwrap());
}
