//! Failures between us and Stream: nothing acknowledged is lost or doubled, and everything recovers
//! by itself.

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
use hims_chat_stream::Stream;
use ports::{Backend, ErrorKind, SystemClock};
use stream_sandbox::Misbehaviour;
use talk::{group, history, listening, note, posted_until, say};

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
