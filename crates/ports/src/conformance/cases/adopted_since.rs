//! Changes at the source since it was brought.

use domain::{FileName, Message};

use super::super::{
    AdoptionFixture,
    brought::{Bringing, OLD, at, group, message, participant},
    scene::{content, words},
};
use crate::{
    NewAttachment,
    adoption::{
        Batch, File, Kept, KeptFile, KeptMessage, Message as Brought, Participant, Room, Stays,
    },
};

fn saying(key: &str, text: &str) -> Brought {
    Brought {
        text: Some(text.to_owned()),
        changed_at: Some(at(70)),
        ..message(key, 1)
    }
}

fn messages(messages: Vec<Brought>) -> Batch {
    Batch {
        messages,
        ..Batch::default()
    }
}

fn participants(participants: Vec<Participant>) -> Batch {
    Batch {
        participants,
        ..Batch::default()
    }
}

fn said(messages: &[Message]) -> Vec<&str> {
    messages.iter().filter_map(words).collect()
}

pub async fn what_was_edited_since_is_edited(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let all = ["one", "two", "three"].map(|key| message(key, 1)).to_vec();
    bringing.room(group("1"), all, &["a", "b"]).await;
    let (author, reader) = (bringing.doctor(0), bringing.doctor(1));
    let seen = bringing.said(author).await;
    let (room, ours) = (seen[0].room.clone(), &bringing.scene.backend.messages);
    let own = content("in my own words");
    ours.edit(author, &room, &seen[1].id, &own).await.unwrap();
    let unread = bringing.only_room(reader).await.unread;

    let edited = |one: &str| {
        messages(vec![
            saying("one", one),
            saying("two", "other"),
            saying("three", Brought::LOCKED),
        ])
    };
    assert_eq!(bringing.keep(edited("first")).await.edited, 1);
    let now = bringing.said(reader).await;
    assert_eq!(said(&now), ["first", "in my own words", "three"]);
    assert_eq!(now[0].edited_at, Some(at(70)));
    assert_eq!(now[2].edited_at, None);
    let after = bringing.only_room(reader).await.unread;
    assert_eq!(after, unread, "nothing new was said");
    assert_eq!(bringing.keep(edited("first")).await, Kept::default());
    // Again and back.
    assert_eq!(bringing.keep(edited("second")).await.edited, 1);
    assert_eq!(bringing.keep(edited("one")).await.edited, 1);
    assert_eq!(said(&bringing.said(reader).await)[0], "one");
    let versions = ours.versions(author, &room, &seen[0].id).await.unwrap();
    let before = versions.iter().filter_map(|one| one.text.as_ref());
    let before: Vec<&str> = before.map(|text| text.as_str()).collect();
    assert_eq!(before, ["one", "first", "second"]);
    let found = bringing.adoption.brought_room(&room).await.unwrap();
    assert_eq!(
        found.unwrap().stays,
        [Stays::Edited].into(),
        "by the author here"
    );
}

pub async fn another_message_of_the_same_key_edits_nothing(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    bringing
        .room(group("1"), vec![message("one", 1)], &["a"])
        .await;
    let other = Brought {
        sent_at: at(2),
        ..saying("one", "of another database")
    };
    assert_eq!(bringing.keep(messages(vec![other])).await, Kept::default());
    assert_eq!(said(&bringing.said(bringing.doctor(0)).await), ["one"]);
    let keys = ["one", "two"].map(str::to_owned);
    let kept = |source| bringing.adoption.kept_messages(source, &keys);
    let one = KeptMessage {
        key: "one".to_owned(),
        sent_at: at(1),
    };
    assert_eq!(kept(OLD).await.unwrap(), [one]);
    assert_eq!(kept("another").await.unwrap(), []);
}

pub async fn edits_of_the_source_keep_no_room(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    bringing
        .room(group("1"), vec![message("one", 1)], &["a"])
        .await;
    let edit = messages(vec![saying("one", "first")]);
    assert_eq!(bringing.keep(edit).await.edited, 1);
    let room = bringing.only_room(bringing.doctor(0)).await.id;
    let taken = bringing.adoption.take_back(&room).await.unwrap().unwrap();
    assert_eq!(taken.stays, [].into());
    assert!(bringing.rooms(bringing.doctor(0)).await.is_empty());
}

pub async fn what_the_other_application_changed_stays(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let all = ["one", "two"].map(|key| message(key, 1)).to_vec();
    bringing.room(group("1"), all, &["a", "b"]).await;
    (bringing.execute)("UPDATE chat_messages SET message = 'by the HIMS' WHERE message = 'one'")
        .await;
    let edit = || messages(vec![saying("one", "first"), saying("two", "second")]);
    assert_eq!(bringing.keep(edit()).await.edited, 1);
    let now = bringing.said(bringing.doctor(1)).await;
    assert_eq!(said(&now), ["by the HIMS", "second"]);
}

pub async fn a_room_has_the_title_of_its_source(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    bringing
        .room(group("1"), vec![message("one", 1)], &["a"])
        .await;
    let titled = |title: &str| Batch {
        rooms: vec![Room {
            title: Some(title.to_owned()),
            ..group("1")
        }],
        ..Batch::default()
    };
    let title = async || {
        let room = bringing.only_room(bringing.doctor(0)).await;
        room.title.map(|title| title.as_str().to_owned())
    };
    assert_eq!(bringing.keep(titled("Room 1")).await, Kept::default());
    assert_eq!(bringing.keep(titled("Night shift")).await.renamed, 1);
    assert_eq!(title().await.as_deref(), Some("Night shift"));
    assert_eq!(bringing.keep(titled("Night shift")).await, Kept::default());
    (bringing.execute)("UPDATE chat_rooms SET name = 'Ours' WHERE name = 'Night shift'").await;
    assert_eq!(bringing.keep(titled("Day shift")).await, Kept::default());
    assert_eq!(title().await.as_deref(), Some("Ours"));
}

pub async fn whom_the_other_application_lets_in_again_stays(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    bringing
        .room(group("1"), vec![message("one", 1)], &["a", "b", "c"])
        .await;
    let left = |second: i64| {
        let left_at = Some(at(second));
        let b = Participant {
            left_at,
            ..participant("1", "b")
        };
        participants(vec![b, participant("1", "c")])
    };
    assert_eq!(bringing.keep(left(3)).await.left, 1);
    assert!(bringing.rooms(bringing.doctor(1)).await.is_empty());
    // Its time of joining is as old as it was.
    (bringing.execute)("UPDATE chat_participants SET left_at = NULL WHERE left_at IS NOT NULL")
        .await;
    assert_eq!(bringing.keep(left(3)).await, Kept::default());
    assert_eq!(bringing.rooms(bringing.doctor(1)).await.len(), 1);
    assert_eq!(bringing.keep(left(9)).await.left, 1, "they left once more");
    assert!(bringing.rooms(bringing.doctor(1)).await.is_empty());
    // Whoever has no row any more is not let in again either.
    (bringing.execute)("DELETE FROM chat_participants WHERE left_at IS NULL").await;
    assert_eq!(bringing.keep(left(9)).await, Kept::default());
    assert!(bringing.rooms(bringing.doctor(2)).await.is_empty());
}

pub async fn who_read_on_has_read_up_to_what_was_written_here(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let all = [("one", 10), ("two", 20), ("three", 30)].map(|(key, at)| message(key, at));
    bringing
        .keep(Batch {
            rooms: vec![group("1")],
            messages: all.into(),
            ..Batch::default()
        })
        .await;
    bringing.settle().await;
    let read = |second: i64| {
        let b = Participant {
            last_read_at: Some(at(second)),
            ..participant("1", "b")
        };
        participants(vec![participant("1", "a"), b])
    };
    assert_eq!(bringing.keep(read(15)).await.read_on, 0);
    let reader = bringing.doctor(1);
    let room = bringing.only_room(reader).await.id;
    let unread = async || bringing.scene.unread(reader, &room).await;
    assert_eq!(unread().await, 2);
    assert_eq!(bringing.keep(read(25)).await.read_on, 1);
    assert_eq!(unread().await, 1);
    assert_eq!(bringing.keep(read(25)).await, Kept::default());
    // Nobody there sees what is written here.
    bringing
        .scene
        .say(bringing.doctor(0), &room, "from here")
        .await;
    bringing.keep(messages(vec![message("four", 40)])).await;
    assert_eq!(bringing.keep(read(50)).await.read_on, 1);
    assert_eq!(unread().await, 2);
    bringing.read("four", "b", 60).await;
    assert_eq!(unread().await, 2);
    let seen = bringing.said(bringing.doctor(0)).await;
    assert_eq!(said(&seen), ["one", "two", "three", "from here", "four"]);
    assert!(seen[3].receipts.read.is_empty(), "nobody has read it");
    // Whoever marks as unread here has it unread.
    let receipts = &bringing.scene.backend.receipts;
    let marked = receipts.mark_unread(reader, &room, &seen[0].id);
    marked.await.unwrap();
    assert_eq!(bringing.keep(read(70)).await, Kept::default());
    assert_eq!(unread().await, 5);
}

pub async fn a_file_takes_the_place_of_its_placeholder(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    bringing
        .room(group("1"), vec![message("one", 1)], &["a", "b"])
        .await;
    let file = |name: &str, is_placeholder| File {
        key: "f".to_owned(),
        message: "one".to_owned(),
        file: NewAttachment {
            name: FileName::parse(name).unwrap(),
            media_type: "text/plain".to_owned(),
            bytes: name.to_owned().into(),
            picture: None,
        },
        is_placeholder,
    };
    let (adoption, reader) = (&bringing.adoption, bringing.doctor(1));
    let keep = async |name: &str, is_placeholder| {
        let kept = adoption.keep_file(OLD, file(name, is_placeholder));
        kept.await.unwrap()
    };
    let kept = async || {
        let kept = adoption.kept_files(OLD, &["f".to_owned()]).await.unwrap();
        kept["f"]
    };
    assert!(keep("gone.txt", true).await);
    assert_eq!(kept().await, KeptFile::Placeholder);
    assert!(!keep("gone.txt", true).await);
    let before = bringing.said(reader).await.remove(0);
    assert!(keep("ecg.txt", false).await);
    assert_eq!(kept().await, KeptFile::Whole);
    assert!(!keep("another.txt", false).await);
    let after = bringing.said(reader).await.remove(0);
    let names: Vec<&str> = after
        .attachments()
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["ecg.txt"]);
    let files = &bringing.scene.backend.attachments;
    let found = files
        .fetch(reader, &after.attachments()[0].id)
        .await
        .unwrap();
    assert_eq!(found.content.whole().await.unwrap(), "ecg.txt");
    let gone = files.fetch(reader, &before.attachments()[0].id).await;
    assert!(gone.is_err());
    let taken = adoption.take_back(&after.room).await.unwrap().unwrap();
    assert_eq!((taken.files, taken.stays), (1, [].into()));
}
