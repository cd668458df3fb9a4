//! `STREAM_DEBUG` says what is called and how it went, and nothing that is secret.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that does not get what it needs has failed"
)]

#[path = "support/app.rs"]
mod app;
#[path = "support/talk.rs"]
mod talk;

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use app::App;
use hims_chat_stream::Stream;
use ports::SystemClock;
use stream_sandbox::Misbehaviour;
use talk::{group, say};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_traced_without_secrets_and_texts() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let app = App::sandboxed(2).await;
    let mut settings = app.settings.clone();
    settings.debug = true;
    let stream = Stream::new(&settings, Arc::new(SystemClock)).unwrap();
    let backend = stream.backend();
    let doctor = &app.doctors[0];
    let token = stream.client_tokens().mint(doctor).await.unwrap().token;
    let room = group(&backend, &app.doctors).await;
    let live = backend.live.events(&app.doctors[1], None).await.unwrap();
    app.faults()
        .next("SendMessage", 1, Misbehaviour::ResetAfter);
    let message = say(&backend, doctor, &room, "xylocarbamol 40 mg").await;
    backend
        .receipts
        .mark_read(&app.doctors[1], &room, &message.id)
        .await
        .unwrap();
    let nowhere = domain::RoomId::parse("nowhere").unwrap();
    assert!(backend.rooms.get(doctor, &nowhere).await.is_err());
    app.faults().suspend(true);
    assert!(backend.health.check().await.is_err());
    drop(live);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let ours: String = log
        .lines()
        .filter(|line| line.contains("hims_chat_stream"))
        .collect();
    for told in [
        "/channels/{type}/{id}/message",
        "attempt=2",
        "status=200",
        "code=99",
        "left=",
    ] {
        assert!(ours.contains(told), "{told} in {ours}");
    }
    let server_token = settings.signer().server_token();
    let secrets = [
        app::SECRET,
        &token,
        &server_token,
        "xylocarbamol",
        "api_key",
        "payload",
    ];
    for secret in secrets {
        assert!(!ours.contains(secret), "{secret}");
    }
    assert!(!ours.contains(room.as_str()), "templates, not paths");
}
