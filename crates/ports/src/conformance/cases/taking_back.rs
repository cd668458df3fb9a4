use std::collections::BTreeSet;

use domain::{AttachmentId, FileName, Message, RoomId};

use super::super::{
    AdoptionFixture,
    brought::{Bringing, OLD, group, message, participant, user},
    scene::{call_for_help, content, words},
};
use crate::{
    ErrorKind, NewAttachment,
    adoption::{Batch, File, Kept, Note, Reply, Stays},
};

fn file(key: &str, message: &str) -> File {
    File {
        key: key.to_owned(),
        message: message.to_owned(),
        file: NewAttachment {
            name: FileName::parse("ecg.pdf").unwrap(),
            media_type: "application/pdf".to_owned(),
            bytes: "a trace".into(),
            picture: None,
        },
        is_placeholder: false,
    }
}

/// A room of a, b and somebody who is not here, with an answer, a mark of reading, a file and notes; what was made.
async fn bring(bringing: &Bringing) -> Kept {
    let note = |part, key: &str| Note {
        part,
        key: key.to_owned(),
        reason: "markup",
        is_quarantined: false,
        raw: String::new(),
    };
    let mut kept = bringing
        .keep(Batch {
            users: vec![user("gone", None)],
            rooms: vec![group("1")],
            messages: vec![message("one", 1), message("two", 2)],
            notes: vec![note("messages", "one"), note("reads", "nothing")],
            ..Batch::default()
        })
        .await;
    bringing.settle().await;
    let (message, to) = ("one".to_owned(), "two".to_owned());
    let late = Batch {
        replies: vec![Reply { message, to }],
        participants: ["a", "b", "gone"].map(|user| participant("1", user)).into(),
        ..Batch::default()
    };
    kept += bringing.keep(late).await;
    bringing.read("one", "b", 5).await;
    let file = bringing.adoption.keep_file(OLD, file("f", "one")).await;
    assert!(file.unwrap());
    kept
}

fn the_file(messages: &[Message]) -> AttachmentId {
    messages[0].attachments()[0].id.clone()
}

async fn stays(bringing: &Bringing, room: &RoomId) -> BTreeSet<Stays> {
    let found = bringing.adoption.brought_room(room).await.unwrap().unwrap();
    let taken = bringing.adoption.take_back(room).await.unwrap().unwrap();
    assert_eq!(taken, found, "nothing happened in between");
    found.stays
}

pub async fn what_was_brought_goes_and_comes_again(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let (adoption, reader) = (&bringing.adoption, bringing.doctor(1));
    let first = bring(&bringing).await;
    let before = bringing.said(reader).await;
    let unread = bringing.only_room(reader).await.unread;
    let room = before[0].room.clone();

    let listed = adoption.brought_rooms(OLD, None).await.unwrap();
    assert_eq!(listed.len(), 1);
    let brought = &listed[0];
    assert_eq!((&brought.room, brought.source.as_str()), (&room, OLD));
    assert_eq!(
        (brought.messages, brought.participants, brought.files),
        (2, 3, 1)
    );
    let after = adoption.brought_rooms(OLD, Some(&room)).await.unwrap();
    assert_eq!(after, []);
    assert_eq!(adoption.brought_rooms("another", None).await.unwrap(), []);

    let taken = adoption.take_back(&room).await.unwrap();
    assert_eq!(taken.as_ref(), Some(brought));
    assert!(bringing.rooms(reader).await.is_empty());
    let attachments = &bringing.scene.backend.attachments;
    let gone = attachments.fetch(reader, &the_file(&before)).await;
    assert_eq!(gone.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(adoption.take_back(&room).await.unwrap(), None);
    assert_eq!(adoption.brought_room(&room).await.unwrap(), None);

    let rest = adoption.take_back_rest(OLD).await.unwrap();
    assert_eq!((rest.users, rest.notes), (1, 1));
    assert_eq!(adoption.sources().await.unwrap(), [] as [&str; 0]);
    let users = ["a", "b", "c"].into_iter().zip(&bringing.emails);
    let users = users.map(|(key, email)| user(key, Some(email))).collect();
    bringing
        .keep(Batch {
            users,
            ..Batch::default()
        })
        .await;
    assert_eq!(bring(&bringing).await, first);
    let again = bringing.said(reader).await;
    let shown = |messages: &[Message]| {
        let shown = messages.iter().map(|message| {
            let reads: Vec<_> = message.receipts.read.iter().map(|mark| mark.at).collect();
            let files = message.attachments().len();
            (
                words(message).map(str::to_owned),
                message.sent_at,
                reads,
                files,
            )
        });
        shown.collect::<Vec<_>>()
    };
    assert_eq!(shown(&again), shown(&before));
    assert_eq!(bringing.only_room(reader).await.unread, unread);
}

pub async fn a_room_in_which_somebody_wrote_stays(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let room = |key: &str| {
        let mut said = message(&format!("said in {key}"), 1);
        key.clone_into(&mut said.room);
        (group(key), said)
    };
    let keys = ["message", "edit", "recall", "file", "people", "answer"];
    let (rooms, messages): (Vec<_>, Vec<_>) = keys.iter().map(|key| room(key)).unzip();
    let participants = keys
        .iter()
        .flat_map(|key| ["a", "b"].map(|user| participant(key, user)));
    let participants = participants.collect();
    bringing
        .keep(Batch {
            rooms,
            messages,
            ..Batch::default()
        })
        .await;
    bringing.settle().await;
    bringing
        .keep(Batch {
            participants,
            ..Batch::default()
        })
        .await;
    let (scene, author) = (&bringing.scene, bringing.doctor(0));
    let titled = bringing.rooms(author).await;
    let id = |key: &str| {
        let is_it = |room: &&domain::Room| {
            let title = room.title.as_ref();
            title.is_some_and(|title| title.as_str() == format!("Room {key}"))
        };
        titled.iter().find(is_it).unwrap().id.clone()
    };
    let first = async |key: &str| scene.history(author, &id(key)).await.remove(0);
    scene.say(author, &id("message"), "from here").await;
    let (edited, new) = (first("edit").await, content("other words"));
    let messages = &scene.backend.messages;
    let edit = messages.edit(author, &edited.room, &edited.id, &new).await;
    edit.unwrap();
    scene.recall(author, &first("recall").await).await;
    scene.send_file(author, &id("file"), "trace.png").await;
    scene.add(author, &id("people"), bringing.doctor(2)).await;
    let call = call_for_help("now");
    let urgent = scene.post(bringing.doctor(1), &id("answer"), &call).await;
    let receipts = &scene.backend.receipts;
    let answer = receipts.acknowledge(author, &urgent.room, &urgent.id).await;
    answer.unwrap();
    for (key, why) in [
        ("message", &[Stays::Written][..]),
        ("edit", &[Stays::Edited]),
        ("recall", &[Stays::Recalled]),
        ("file", &[Stays::Written, Stays::File]),
        ("people", &[Stays::People]),
        ("answer", &[Stays::Written, Stays::Acknowledged]),
    ] {
        let found = stays(&bringing, &id(key)).await;
        assert_eq!(found, why.iter().copied().collect(), "{key}");
    }
    assert_eq!(bringing.rooms(author).await.len(), keys.len());
    let rest = bringing.adoption.take_back_rest(OLD).await;
    assert_eq!(rest.unwrap_err().kind(), ErrorKind::Conflict);
}

pub async fn who_only_read_keeps_no_room(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    bring(&bringing).await;
    let reader = bringing.doctor(1);
    let seen = bringing.said(reader).await;
    bringing.scene.read(reader, &seen[1]).await;
    let receipts = &bringing.scene.backend.receipts;
    let unread = receipts.mark_unread(reader, &seen[0].room, &seen[0].id);
    unread.await.unwrap();
    assert_eq!(stays(&bringing, &seen[0].room).await, [].into());
    assert!(bringing.rooms(reader).await.is_empty());
}

pub async fn what_another_source_has_stays(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    bring(&bringing).await;
    let adoption = &bringing.adoption;
    let other = || Batch {
        users: vec![user("a", Some(&bringing.emails[0])), user("gone", None)],
        rooms: vec![group("1")],
        messages: vec![message("one", 1)],
        participants: vec![participant("1", "a")],
        ..Batch::default()
    };
    let kept = adoption.keep("another", other()).await.unwrap();
    assert_eq!((kept.users, kept.rooms, kept.messages), (1, 1, 1));
    bringing.settle().await;
    assert_eq!(adoption.sources().await.unwrap(), ["another", OLD]);
    let room = adoption.brought_rooms(OLD, None).await.unwrap().remove(0);
    adoption.take_back(&room.room).await.unwrap().unwrap();
    assert_eq!(adoption.take_back_rest(OLD).await.unwrap().users, 1);
    assert_eq!(bringing.said(bringing.doctor(0)).await.len(), 1);
    let again = adoption.keep("another", other()).await.unwrap();
    assert_eq!(again, Kept::default());
    assert_eq!(adoption.sources().await.unwrap(), ["another"]);
}
