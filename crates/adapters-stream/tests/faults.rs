//! What goes wrong between us and Stream: nothing acknowledged is lost or doubled, and everything
//! recovers by itself.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/app.rs"]
mod app;
#[path = "support/talk.rs"]
mod talk;

use std::{sync::Arc, time::Duration};

use app::App;
use domain::{Doctor, Event, MessageCursor, MessageId, PageSize, RoomId};
use hims_chat_stream::Stream;
use ports::{Backend, ErrorKind, EventStream, SystemClock};
use stream_sandbox::Misbehaviour;
use talk::{event, group, note, posted_until, say, told_to_load_afresh};

async fn history(backend: &Backend, doctor: &Doctor, room: &RoomId) -> Vec<MessageId> {
    let all = PageSize::new(100).unwrap();
    let page = backend
        .messages
        .page(doctor, room, &MessageCursor::Latest, all)
        .await
        .unwrap();
    page.messages
        .into_iter()
        .map(|message| message.id)
        .collect()
}

/// A client that gives up soon.
fn impatient(app: &App) -> Backend {
    let mut settings = app.settings.clone();
    settings.patience.attempt = Duration::from_millis(300);
    settings.patience.call = Duration::from_millis(1_200);
    let stream = Stream::new(&settings, Arc::new(SystemClock)).unwrap();
    stream.backend()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_survives_whatever_happens_to_its_first_attempts() {
    let app = App::sandboxed(2).await;
    let backend = app.stream.backend();
    let room = group(&backend, &app.doctors).await;
    let misbehaviours = [
        Misbehaviour::Error {
            status: 503,
            plain_text: true,
            carried_out: false,
        },
        Misbehaviour::Error {
            status: 500,
            plain_text: false,
            carried_out: true,
        },
        Misbehaviour::ResetBefore,
        Misbehaviour::ResetAfter,
        Misbehaviour::RateLimited {
            reset_in_ms: 500,
            plain_text: false,
        },
        Misbehaviour::RateLimited {
            reset_in_ms: 500,
            plain_text: true,
        },
    ];
    for (number, misbehaviour) in misbehaviours.into_iter().enumerate() {
        app.faults().next("SendMessage", 2, misbehaviour);
        let new = note(&format!("send-{number}"), "is it there?");
        let posted = backend
            .messages
            .post(&app.doctors[0], &room, &new)
            .await
            .unwrap();
        assert!(!posted.repeated, "one call, whatever it took: {number}");
        let again = backend
            .messages
            .post(&app.doctors[0], &room, &new)
            .await
            .unwrap();
        assert!(again.repeated);
        assert_eq!(again.message.id, posted.message.id);
        assert!(app.faults().list().is_empty(), "the fault struck");
        assert_eq!(
            history(&backend, &app.doctors[1], &room).await.len(),
            number + 1
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_was_not_answered_in_time_is_told_and_can_be_repeated() {
    let app = App::sandboxed(2).await;
    let room = group(&app.stream.backend(), &app.doctors).await;
    let backend = impatient(&app);
    app.faults()
        .next("SendMessage", 10, Misbehaviour::Slow { by_ms: 5_000 });
    let new = note("slow", "is anybody there?");
    let failed = backend
        .messages
        .post(&app.doctors[0], &room, &new)
        .await
        .unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Unavailable);
    assert!(failed.retry_after().is_some());
    app.faults().clear();
    let posted = backend
        .messages
        .post(&app.doctors[0], &room, &new)
        .await
        .unwrap();
    assert_eq!(
        history(&backend, &app.doctors[1], &room).await,
        [posted.message.id]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_is_used_up_is_not_run_into() {
    let app = App::sandboxed(2).await;
    let backend = impatient(&app);
    let room = group(&backend, &app.doctors).await;
    app.faults().limit("SendMessage", Some(2));
    for number in ["one", "two"] {
        backend
            .messages
            .post(&app.doctors[0], &room, &note(number, "within"))
            .await
            .unwrap();
    }
    app.sandbox().forget_recorded();
    let refused = backend
        .messages
        .post(&app.doctors[0], &room, &note("three", "beyond"))
        .await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::RateLimited);
    assert!(
        refused
            .retry_after()
            .is_some_and(|after| after <= Duration::from_secs(60))
    );
    let sent = app
        .sandbox()
        .recorded()
        .into_iter()
        .filter(|r| r.endpoint == "SendMessage");
    assert_eq!(sent.count(), 0, "it was not even sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_names_what_is_wrong() {
    let app = App::sandboxed(1).await;
    let backend = impatient(&app);
    backend.health.check().await.unwrap();
    app.faults().suspend(true);
    let told = backend.health.check().await.unwrap_err();
    assert!(told.to_string().contains("suspended"), "{told}");
    app.faults().suspend(false);
    app.faults().go_down().await;
    assert_eq!(
        backend.health.check().await.unwrap_err().kind(),
        ErrorKind::Unavailable
    );
    app.faults().come_back().await;
    backend.health.check().await.unwrap();
}

async fn listening(app: &App) -> (Backend, RoomId, EventStream) {
    let backend = app.stream.backend();
    let room = group(&backend, &app.doctors).await;
    let stream = backend.live.events(&app.doctors[1], None).await.unwrap();
    (backend, room, stream)
}

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
async fn expired_tokens_are_renewed() {
    let app = App::sandboxed(2).await;
    let (backend, room, mut stream) = listening(&app).await;
    app.faults().expire_tokens();
    let message = say(&backend, &app.doctors[0], &room, "still there?").await;
    assert_eq!(posted_until(&mut stream, &message.id).await, [message.id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_stream_needs_none_of_ours() {
    let app = App::sandboxed(2).await;
    let (backend, room, mut stream) = listening(&app).await;
    let before = say(&backend, &app.doctors[0], &room, "before").await.id;
    app.faults().go_down().await;
    let impatient = impatient(&app);
    let refused = impatient
        .messages
        .post(&app.doctors[0], &room, &note("down", "x"))
        .await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Unavailable);
    app.faults().come_back().await;
    let after = say(&backend, &app.doctors[0], &room, "after").await.id;
    assert_eq!(posted_until(&mut stream, &after).await, [before, after]);
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
async fn a_live_stream_cannot_be_opened_without_stream_and_can_again_with_it() {
    let app = App::sandboxed(1).await;
    app.faults().go_down().await;
    let backend = app.stream.backend();
    let refused = backend.live.events(&app.doctors[0], None).await;
    assert_eq!(refused.err().unwrap().kind(), ErrorKind::Unavailable);
    app.faults().come_back().await;
    let opened = async {
        while backend.live.events(&app.doctors[0], None).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), opened)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_open_socket_is_noticed_and_replaced() {
    let mut app = App::sandboxed(2).await;
    let mut settings = app.settings.clone();
    settings.patience.silence = Duration::from_secs(1);
    app.stream = Stream::new(&settings, Arc::new(SystemClock)).unwrap();
    let (backend, room, mut stream) = listening(&app).await;
    assert_eq!(app.faults().silence_sockets(None), 1);
    let message = say(&backend, &app.doctors[0], &room, "is anybody there?").await;
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

#[tokio::test(flavor = "multi_thread")]
async fn who_could_not_be_added_is_not_told_as_added() {
    let app = App::sandboxed(3).await;
    let backend = impatient(&app);
    let room = group(&backend, &app.doctors[..2]).await;
    let [ana, cleo] = [&app.doctors[0], &app.doctors[2]];
    let refused = Misbehaviour::Refuse {
        code: 17,
        status: 403,
    };
    app.faults().next("UpdateChannel", 1, refused);
    let added = backend.rooms.add_participant(ana, &room, cleo).await;
    added.unwrap_err();
    let changes = backend.rooms.changes(ana, &room).await.unwrap();
    assert_eq!(changes, []);
    let added = backend.rooms.add_participant(ana, &room, cleo).await;
    added.unwrap();
    assert_eq!(backend.rooms.changes(ana, &room).await.unwrap().len(), 1);
}
