//! Two instances on one database behave as one.

use std::collections::HashSet;

use domain::{Doctor, Event, MessageCursor, MessageText, NewRoom, RoomId};
use hims_chat_postgres::Postgres;
use ports::Backend;

use crate::support::{Database, doctors, next, note, size, until};

struct Two {
    here: Backend,
    there: Backend,
    doctors: Vec<Doctor>,
    room: RoomId,
    instances: [Postgres; 2],
    database: Database,
}

/// Two instances, and a group of the first three doctors.
async fn two() -> Two {
    let database = Database::fresh().await;
    let instances = [database.instance().await, database.instance().await];
    database.add_doctors(4).await;
    let doctors = doctors(&instances[0], 4).await;
    let [here, there] = [instances[0].backend(), instances[1].backend()];
    let group = NewRoom::Group {
        others: vec![doctors[1].clone(), doctors[2].clone()],
        title: None,
    };
    let room = here.rooms.open(&doctors[0], &group).await.unwrap().room.id;
    Two {
        here,
        there,
        doctors,
        room,
        instances,
        database,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_reaches_the_other_side_once_and_in_order() {
    let two = two().await;
    let [ana, ben, cleo, dan] = &two.doctors[..] else {
        unreachable!()
    };
    let (here, there, room) = (&two.here, &two.there, &two.room);
    let mut stream = there.live.events(ben, None).await.unwrap();
    let mut of_dan = there.live.events(dan, None).await.unwrap();

    let first = here
        .messages
        .post(ana, room, &note("1", "one"))
        .await
        .unwrap()
        .message;
    let second = there
        .messages
        .post(cleo, room, &note("1", "two"))
        .await
        .unwrap()
        .message;
    let text = MessageText::parse("one!").unwrap().into();
    let edited = here
        .messages
        .edit(ana, room, &first.id, &text)
        .await
        .unwrap();
    here.rooms.add_participant(ana, room, dan).await.unwrap();
    let recalled = there.messages.recall(cleo, room, &second.id).await.unwrap();
    here.rooms
        .remove_participant(ana, room, dan.id())
        .await
        .unwrap();
    let last = here
        .messages
        .post(ana, room, &note("2", "three"))
        .await
        .unwrap()
        .message;

    let mut told = Vec::new();
    while told.last() != Some(&Event::MessagePosted(last.clone())) {
        let event = next(&mut stream).await;
        // The founding of the room may still be on its way between the two.
        let is_founding = matches!(&event, Event::Room(_))
            || matches!(&event, Event::ParticipantAdded { doctor, .. } if doctor.id != *dan.id());
        if !is_founding && !matches!(event, Event::Presence(_)) {
            told.push(event);
        }
    }
    // What the other side fetched after a change is the message as it was by then.
    let kinds: Vec<(&str, Option<&str>)> = told
        .iter()
        .map(|event| match event {
            Event::MessagePosted(message)
            | Event::MessageEdited(message)
            | Event::MessageRecalled(message) => (event.name(), Some(message.id.as_str())),
            other => (other.name(), None),
        })
        .collect();
    let (one, two_, three) = (first.id.as_str(), second.id.as_str(), last.id.as_str());
    let mut positions = kinds.iter().filter(|(name, _)| *name == "message.posted");
    assert_eq!(
        positions.next(),
        Some(&("message.posted", Some(one))),
        "{kinds:?}"
    );
    assert_eq!(
        positions.next(),
        Some(&("message.posted", Some(two_))),
        "{kinds:?}"
    );
    assert_eq!(
        positions.next(),
        Some(&("message.posted", Some(three))),
        "{kinds:?}"
    );
    assert_eq!(positions.next(), None, "{kinds:?}");
    assert_eq!(
        kinds.iter().collect::<HashSet<_>>().len(),
        kinds.len(),
        "each once: {kinds:?}"
    );
    let newest = |id: &str| {
        told.iter().rev().find_map(|event| match event {
            Event::MessagePosted(message)
            | Event::MessageEdited(message)
            | Event::MessageRecalled(message) => {
                (message.id.as_str() == id).then(|| message.clone())
            }
            _ => None,
        })
    };
    assert_eq!(newest(one), Some(edited));
    assert_eq!(newest(two_).unwrap().body, recalled.body);

    // Dan hears of the room while in it, and nothing after.
    until(&mut of_dan, |event| {
        matches!(event, Event::ParticipantRemoved { doctor, .. } if doctor.id == *dan.id())
            .then_some(())
    })
    .await;
    let own = NewRoom::Group {
        others: vec![ana.clone()],
        title: None,
    };
    let own = there.rooms.open(dan, &own).await.unwrap().room.id;
    let marker = here
        .messages
        .post(ana, &own, &note("3", "for dan"))
        .await
        .unwrap()
        .message;
    loop {
        match next(&mut of_dan).await {
            Event::MessagePosted(message) if message.id == marker.id => break,
            Event::MessagePosted(message) => panic!("told of {:?}", message.room),
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_typing_and_presence_reach_the_other_side() {
    let two = two().await;
    let [ana, ben, ..] = &two.doctors[..] else {
        unreachable!()
    };
    let (here, there, room) = (&two.here, &two.there, &two.room);
    let mut stream = here.live.events(ana, None).await.unwrap();
    let message = here
        .messages
        .post(ana, room, &note("1", "one"))
        .await
        .unwrap()
        .message;

    let _connected = there.live.events(ben, None).await.unwrap();
    let online = until(&mut stream, |event| match event {
        Event::Presence(presence) if presence.doctor == *ben.id() => Some(presence.online),
        _ => None,
    });
    assert!(online.await);
    let seen = here.live.presence(ana, &[ben.id().clone()]).await.unwrap();
    assert!(seen[0].online && seen[0].last_seen.is_some());

    there.live.typing(ben, room, true).await.unwrap();
    let who = until(&mut stream, |event| match event {
        Event::Typing {
            doctor,
            typing: true,
            ..
        } => Some(doctor.clone()),
        _ => None,
    });
    assert_eq!(who.await, ben.profile());

    there
        .receipts
        .mark_read(ben, room, &message.id)
        .await
        .unwrap();
    there
        .receipts
        .mark_read(ben, room, &message.id)
        .await
        .unwrap();
    let later = there
        .messages
        .post(ben, room, &note("2", "two"))
        .await
        .unwrap()
        .message;
    let mut receipts = 0;
    loop {
        match next(&mut stream).await {
            Event::Receipt {
                doctor,
                message: up_to,
                ..
            } => {
                assert_eq!((doctor, up_to), (ben.id().clone(), message.id.clone()));
                receipts += 1;
            }
            Event::MessagePosted(posted) if posted.id == later.id => break,
            _ => {}
        }
    }
    assert!(receipts <= 1, "told once");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_client_id_on_both_instances_is_one_message() {
    let two = two().await;
    let ana = &two.doctors[0];
    for round in 0..20 {
        let post = note(&format!("r{round}"), "once");
        let (one, other) = tokio::join!(
            two.here.messages.post(ana, &two.room, &post),
            two.there.messages.post(ana, &two.room, &post)
        );
        let (one, other) = (one.unwrap(), other.unwrap());
        assert_eq!(one.message.id, other.message.id);
        assert!(one.repeated != other.repeated, "one of them is the first");
    }
    let page = two
        .here
        .messages
        .page(ana, &two.room, &MessageCursor::Latest, size(100))
        .await;
    assert_eq!(page.unwrap().messages.len(), 20);
}

/// An instance that crashes between commit and hint is made good by the sweep of the others.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_without_a_hint_arrives_all_the_same() {
    let two = two().await;
    let ben = &two.doctors[1];
    let mut stream = two.there.live.events(ben, None).await.unwrap();
    let unhinted = "WITH room AS (UPDATE chat_rooms SET last_position = last_position + 1,
            changed_at = clock_timestamp() RETURNING id, last_position)
        INSERT INTO chat_messages (room_id, user_id, message, position, changed_position, sent_at)
        SELECT id, 1, 'nobody said so', last_position, last_position, now() FROM room";
    two.database
        .client()
        .await
        .batch_execute(unhinted)
        .await
        .unwrap();
    let text = until(&mut stream, |event| match event {
        Event::MessagePosted(message) => message.text().cloned(),
        _ => None,
    });
    assert_eq!(text.await.as_str(), "nobody said so");
}

/// Whoever asks again and again for what comes after the last message misses none, while others
/// post through both instances.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_of_what_comes_after_misses_nothing() {
    const EACH: usize = 60;
    let two = two().await;
    let ana = &two.doctors[0];
    let start = two
        .here
        .messages
        .post(ana, &two.room, &note("start", "start"))
        .await
        .unwrap();
    let mut posting = tokio::task::JoinSet::new();
    for (number, doctor) in (0_u8..).zip(two.doctors[..3].iter().cycle().take(6)) {
        let chat = if number % 2 == 0 {
            &two.here
        } else {
            &two.there
        };
        let (messages, doctor, room) = (chat.messages.clone(), doctor.clone(), two.room.clone());
        posting.spawn(async move {
            for turn in 0..EACH {
                let post = note(&format!("{number}-{turn}"), "text");
                messages.post(&doctor, &room, &post).await.unwrap();
            }
        });
    }
    let mut seen = Vec::new();
    let mut cursor = MessageCursor::After(start.message.id);
    let mut done = false;
    loop {
        let page = two
            .there
            .messages
            .page(ana, &two.room, &cursor, size(100))
            .await
            .unwrap();
        let is_end = page.messages.is_empty() && done;
        done = posting.try_join_next().is_some() && posting.is_empty() || posting.is_empty();
        seen.extend(page.messages.into_iter().map(|message| message.id));
        cursor = MessageCursor::After(page.after.unwrap());
        if is_end {
            break;
        }
    }
    assert_eq!(seen.len(), 6 * EACH);
    assert_eq!(seen.iter().collect::<HashSet<_>>().len(), seen.len());
    let mut whole = Vec::new();
    let mut cursor = MessageCursor::Latest;
    loop {
        let page = two
            .here
            .messages
            .page(ana, &two.room, &cursor, size(100))
            .await
            .unwrap();
        whole.splice(0..0, page.messages.into_iter().map(|message| message.id));
        match page.before {
            Some(before) => cursor = MessageCursor::Before(before),
            None => break,
        }
    }
    assert_eq!(whole[1..], seen, "and in the order of the room");
    drop(two.instances);
}
