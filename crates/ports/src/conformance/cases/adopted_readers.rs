use super::super::{
    AdoptionFixture,
    brought::{Bringing, at, group, message, participant, user},
};
use crate::adoption::{Batch, Note, Participant, Renamed, Room};

pub async fn what_is_read_is_not_unread_and_says_when(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let messages = (1..=4).map(|n| message(&n.to_string(), n)).collect();
    bringing
        .keep(Batch {
            rooms: vec![group("1")],
            messages,
            ..Batch::default()
        })
        .await;
    bringing.settle().await;
    bringing.read("2", "b", 100).await;
    bringing.read("1", "b", 50).await;
    bringing.read("2", "b", 90).await;
    let participants = vec![participant("1", "a"), participant("1", "b")];
    bringing
        .keep(Batch {
            participants,
            ..Batch::default()
        })
        .await;
    let reader = bringing.doctor(1);
    let room = bringing.only_room(reader).await.id;
    assert_eq!(bringing.scene.unread(reader, &room).await, 2);
    let seen = bringing.said(bringing.doctor(0)).await;
    let read = |index: usize| {
        let marks = &seen[index].receipts.read;
        marks.iter().map(|mark| mark.at).collect::<Vec<_>>()
    };
    assert_eq!(
        (read(0), read(1), read(2)),
        (vec![at(50)], vec![at(100)], vec![])
    );
    // Somebody who reads on in the old application reads on here.
    bringing.read("3", "b", 200).await;
    assert_eq!(bringing.scene.unread(reader, &room).await, 1);
}

pub async fn the_last_reading_of_a_participant_is_kept(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let messages = vec![message("one", 10), message("two", 20), message("three", 30)];
    bringing
        .keep(Batch {
            rooms: vec![group("1")],
            messages,
            ..Batch::default()
        })
        .await;
    bringing.settle().await;
    let reader = Participant {
        last_read_at: Some(at(25)),
        ..participant("1", "b")
    };
    let participants = vec![participant("1", "a"), reader];
    bringing
        .keep(Batch {
            participants,
            ..Batch::default()
        })
        .await;
    let doctor = bringing.doctor(1);
    let room = bringing.only_room(doctor).await.id;
    assert_eq!(bringing.scene.unread(doctor, &room).await, 1);
}

pub async fn a_mark_that_went_back_stays_there(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let messages = vec![message("one", 10), message("two", 20)];
    bringing.room(group("1"), messages, &["a", "b"]).await;
    bringing.read("two", "b", 30).await;
    let doctor = bringing.doctor(1);
    let seen = bringing.said(doctor).await;
    assert_eq!(bringing.scene.unread(doctor, &seen[0].room).await, 0);
    let receipts = &bringing.scene.backend.receipts;
    receipts
        .mark_unread(doctor, &seen[0].room, &seen[0].id)
        .await
        .unwrap();
    bringing.read("two", "b", 30).await;
    assert_eq!(bringing.scene.unread(doctor, &seen[0].room).await, 2);
}

pub async fn who_left_here_is_not_let_in_again(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    bringing
        .room(group("1"), vec![message("one", 1)], &["a", "b", "c"])
        .await;
    let room = bringing.only_room(bringing.doctor(0)).await.id;
    bringing
        .scene
        .remove(bringing.doctor(0), &room, bringing.doctor(2))
        .await;
    let participants = vec![participant("1", "c")];
    let kept = bringing
        .keep(Batch {
            participants,
            ..Batch::default()
        })
        .await;
    assert_eq!(kept.participants, 0);
    assert!(bringing.rooms(bringing.doctor(2)).await.is_empty());
}

pub async fn who_left_at_the_source_since_leaves_here(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    bringing
        .room(group("1"), vec![message("one", 1)], &["a", "b", "c"])
        .await;
    let room = bringing.only_room(bringing.doctor(0)).await.id;
    // One of them went, and was let in again by somebody here.
    let (opener, again) = (bringing.doctor(0), bringing.doctor(2));
    bringing.scene.remove(opener, &room, again).await;
    bringing.scene.add(opener, &room, again).await;
    let left = || {
        let participants = ["b", "c"].map(|user| Participant {
            left_at: Some(at(3)),
            ..participant("1", user)
        });
        Batch {
            participants: participants.into(),
            ..Batch::default()
        }
    };
    let kept = bringing.keep(left()).await;
    assert_eq!((kept.participants, kept.left), (0, 1));
    assert!(bringing.rooms(bringing.doctor(1)).await.is_empty());
    assert_eq!(bringing.rooms(bringing.doctor(2)).await.len(), 1);
    assert_eq!(bringing.keep(left()).await, Default::default());
}

pub async fn who_is_not_here_writes_under_their_name_and_takes_no_part(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let unknown = "nobody@elsewhere.example".to_owned();
    let users = vec![user("gone", Some(&unknown))];
    assert_eq!(
        bringing
            .keep(Batch {
                users,
                ..Batch::default()
            })
            .await
            .users,
        1
    );
    let mut words = message("one", 1);
    words.author = Some("gone".to_owned());
    bringing.room(group("1"), vec![words], &["a", "gone"]).await;
    let seen = bringing.said(bringing.doctor(0)).await;
    assert_eq!(&*seen[0].author.name, "Old gone");
    let room = bringing.only_room(bringing.doctor(0)).await;
    assert_eq!(
        room.participants.len(),
        1,
        "who cannot sign in is in no room"
    );
}

pub async fn what_was_kept_under_another_key_is_found(fixture: AdoptionFixture) {
    let bringing = Bringing::of(fixture).await;
    let note = |key: &str| Note {
        part: "rooms",
        key: key.to_owned(),
        reason: "likely_members",
        is_quarantined: false,
        raw: String::new(),
    };
    let batch = |key: &str, renamed| Batch {
        renamed,
        rooms: vec![Room {
            title: None,
            ..group(key)
        }],
        messages: vec![{
            let mut message = message("one", 1);
            key.clone_into(&mut message.room);
            message
        }],
        participants: vec![participant(key, "a")],
        notes: vec![note(key)],
        ..Batch::default()
    };
    let first = bringing.keep(batch("before", Vec::new())).await;
    assert_eq!((first.rooms, first.messages), (1, 1));
    bringing.settle().await;
    let renamed = || {
        let of = |before: &str, key: &str| Renamed {
            part: "rooms",
            before: before.to_owned(),
            key: key.to_owned(),
        };
        vec![of("before", "now"), of("never", "nothing")]
    };
    for _ in 0..2 {
        let again = bringing.keep(batch("now", renamed())).await;
        assert_eq!(again, Default::default());
    }
    // Another source has its own keys, and what has its key keeps it.
    let other = bringing
        .adoption
        .keep("another", batch("before", renamed()));
    assert_eq!(other.await.unwrap().rooms, 1);
    let third = bringing.keep(batch("before", Vec::new())).await;
    assert_eq!((third.rooms, third.messages), (1, 0));
    let kept = bringing.keep(batch("now", renamed())).await;
    assert_eq!(kept, Default::default());
}
