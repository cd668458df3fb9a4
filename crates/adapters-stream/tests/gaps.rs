//! Events missed while the socket to Stream was gone: told when it is back, or the pages load
//! afresh.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/app.rs"]
mod app;
#[path = "support/talk.rs"]
mod talk;

use app::App;
use domain::Event;
use futures_util::StreamExt as _;
use stream_sandbox::Misbehaviour;
use talk::{event, group, history, listening, note, posted_until, say, told_to_load_afresh};

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_socket_misses_nothing_and_tells_nothing_twice() {
    let app = App::sandboxed(2).await;
    let (backend, room, mut stream) = listening(&app).await;
    let mut said = Vec::new();
    for round in 0..3 {
        said.push(say(&backend, &app.doctors[0], &room, "before").await.id);
        assert_eq!(
            app.faults()
                .drop_sockets(Some(app.doctors[1].id().as_str())),
            1,
            "{round}"
        );
        for _ in 0..3 {
            said.push(say(&backend, &app.doctors[0], &room, "while away").await.id);
        }
        let told = posted_until(&mut stream, said.last().unwrap()).await;
        assert_eq!(told, said, "each once, in order");
        said.clear();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_screenful_missed_is_loaded_afresh() {
    let app = App::sandboxed(2).await;
    let (backend, room, mut stream) = listening(&app).await;
    let first = say(&backend, &app.doctors[0], &room, "before").await.id;
    posted_until(&mut stream, &first).await;
    app.faults().next("Connect", 1, Misbehaviour::ResetBefore);
    app.faults().drop_sockets(None);
    let mut said = Vec::new();
    for _ in 0..75 {
        said.push(say(&backend, &app.doctors[0], &room, "while away").await.id);
    }
    told_to_load_afresh(&mut stream).await;
    let history = history(&backend, &app.doctors[1], &room).await;
    assert_eq!(history[1..], said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_hears_nothing_for_long_ends_and_goes_on_later() {
    let app = App::sandboxed(2).await;
    let (backend, room, mut stream) = listening(&app).await;
    let first = say(&backend, &app.doctors[0], &room, "before").await.id;
    let heard = posted_until(&mut stream, &first).await;
    assert_eq!(heard, [first]);
    app.faults().go_down().await;
    let mut last = stream.start().clone();
    let ended = async {
        while let Some(delivery) = stream.next().await {
            last = delivery.id;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), ended)
        .await
        .expect("an end");
    let deaf = backend
        .live
        .events(&app.doctors[1], Some(last.clone()))
        .await;
    assert_eq!(deaf.err().unwrap().kind(), ports::ErrorKind::Unavailable);
    app.faults().come_back().await;
    let missed = say(&backend, &app.doctors[0], &room, "meanwhile").await.id;
    let again = async {
        loop {
            if let Ok(stream) = backend
                .live
                .events(&app.doctors[1], Some(last.clone()))
                .await
            {
                break stream;
            }
        }
    };
    let mut stream = tokio::time::timeout(std::time::Duration::from_secs(60), again)
        .await
        .expect("a stream");
    assert!(posted_until(&mut stream, &missed).await.contains(&missed));
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_recalls_and_marks_of_the_gap_are_told() {
    let app = App::sandboxed(2).await;
    let (backend, room, mut stream) = listening(&app).await;
    let [ana, ben] = [&app.doctors[0], &app.doctors[1]];
    let edited = say(&backend, ana, &room, "5 mg").await;
    let recalled = say(&backend, ana, &room, "wrong room").await;
    let mut urgent = note("u", "seen?");
    urgent.urgency = domain::Urgency::Urgent;
    let own = backend.messages.post(ben, &room, &urgent).await.unwrap();
    let own = own.message;
    posted_until(&mut stream, &own.id).await;
    app.faults().next("Connect", 1, Misbehaviour::ResetBefore);
    app.faults().drop_sockets(Some(ben.id().as_str()));
    let words = note("x", "50 mg").content;
    backend
        .messages
        .edit(ana, &room, &edited.id, &words)
        .await
        .unwrap();
    backend
        .messages
        .recall(ana, &room, &recalled.id)
        .await
        .unwrap();
    backend
        .receipts
        .mark_read(ana, &room, &own.id)
        .await
        .unwrap();
    let acknowledged = backend.receipts.acknowledge(ana, &room, &own.id);
    acknowledged.await.unwrap();
    let mut told = [
        event(&mut stream).await,
        event(&mut stream).await,
        event(&mut stream).await,
        event(&mut stream).await,
    ];
    told.sort_by_key(|event| event.name());
    let names = told.map(|event| event.name());
    let expected = ["message.edited", "message.recalled", "receipt", "receipt"];
    assert_eq!(names, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_opened_after_the_tokens_were_revoked_is_told() {
    let app = App::sandboxed(2).await;
    let (backend, _, mut stream) = listening(&app).await;
    let ben = &app.doctors[1];
    app.stream.client_tokens().revoke(ben).await.unwrap();
    let room = group(&backend, &app.doctors).await;
    let said = say(&backend, &app.doctors[0], &room, "Are you still there?").await;
    assert_eq!(posted_until(&mut stream, &said.id).await, [said.id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_removed_in_the_gap_is_told_so_and_nothing_more() {
    let app = App::sandboxed(2).await;
    let (backend, room, mut stream) = listening(&app).await;
    let [ana, ben] = [&app.doctors[0], &app.doctors[1]];
    app.faults().next("Connect", 1, Misbehaviour::ResetBefore);
    app.faults().drop_sockets(Some(ben.id().as_str()));
    say(&backend, ana, &room, "not for him any more").await;
    backend
        .rooms
        .remove_participant(ana, &room, ben.id())
        .await
        .unwrap();
    assert_eq!(event(&mut stream).await.name(), "participant.removed");
    let other = group(&backend, &app.doctors).await;
    let message = say(&backend, ana, &other, "in another room").await;
    assert_eq!(posted_until(&mut stream, &message.id).await, [message.id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn coming_and_going_in_the_gap_is_told() {
    let app = App::sandboxed(4).await;
    let backend = app.stream.backend();
    let [ana, ben, cleo, dan] = [0, 1, 2, 3].map(|number| &app.doctors[number]);
    let room = group(&backend, &app.doctors[..3]).await;
    let mut stream = backend.live.events(ben, None).await.unwrap();
    let seen = say(&backend, ana, &room, "seen").await;
    posted_until(&mut stream, &seen.id).await;
    app.faults().next("Connect", 1, Misbehaviour::ResetBefore);
    app.faults().drop_sockets(None);
    backend
        .rooms
        .add_participant(ana, &room, dan)
        .await
        .unwrap();
    backend
        .rooms
        .remove_participant(ana, &room, cleo.id())
        .await
        .unwrap();
    let told = [event(&mut stream).await, event(&mut stream).await];
    let expected = [
        Event::ParticipantAdded {
            room: room.clone(),
            doctor: dan.profile(),
        },
        Event::ParticipantRemoved {
            room,
            doctor: cleo.profile(),
        },
    ];
    assert_eq!(told, expected);
}
