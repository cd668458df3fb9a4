//! While a doctor's socket is broken, webhooks tell; nothing is told twice.

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
use domain::{Event, Message};
use futures_util::StreamExt;
use hims_chat_stream::client::webhook::Refused;
use hmac::{Hmac, KeyInit, Mac};
use ports::Signal;
use serde_json::json;
use sha2::Sha256;
use stream_sandbox::Misbehaviour;
use talk::{group, posted_until, say};

fn delivery(app: &App, message: &Message) -> (String, Vec<u8>) {
    let cid = format!("{}:{}", app.settings.channel_type, message.room);
    let author = json!({ "id": message.author.id, "name": &*message.author.name });
    let event = json!({
        "type": "message.new",
        "cid": cid,
        "created_at": message.sent_at.to_string(),
        "user": author,
        "message": {
            "id": message.id,
            "cid": cid,
            "type": "regular",
            "text": message.text().unwrap().as_str(),
            "user": author,
            "created_at": i64::try_from(message.sent_at.as_nanosecond()).unwrap(),
        },
        "members": [],
        "request_info": { "type": "server" },
    });
    let body = event.to_string().into_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(app::SECRET.as_bytes()).unwrap();
    mac.update(&body);
    let digest = mac.finalize().into_bytes();
    (
        digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        body,
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_tell_while_the_socket_is_broken_and_nothing_is_told_twice() {
    let app = App::sandboxed(2).await;
    let backend = app.stream.backend();
    let room = group(&backend, &app.doctors).await;
    let mut stream = backend.live.events(&app.doctors[1], None).await.unwrap();
    let webhooks = app.stream.webhooks();
    let first = say(&backend, &app.doctors[0], &room, "over the socket").await;
    posted_until(&mut stream, &first.id).await;

    // The socket is gone, and Stream does not let us back in.
    app.faults()
        .next("Connect", 1_000, Misbehaviour::ResetBefore);
    app.faults().drop_sockets(None);
    let second = say(&backend, &app.doctors[0], &room, "over the webhook").await;
    let (signature, body) = delivery(&app, &second);
    let told = async {
        // Until the loss is noticed the socket is believed in, and webhooks are not told.
        let mut round = 0;
        loop {
            round += 1;
            webhooks
                .take(&signature, Some(&format!("delivery-{round}")), &body)
                .unwrap();
            let next = posted_until(&mut stream, &second.id);
            if let Ok(told) = tokio::time::timeout(std::time::Duration::from_millis(50), next).await
            {
                return told;
            }
        }
    };
    assert_eq!(told.await, std::slice::from_ref(&second.id));
    webhooks
        .take(&signature, Some("delivery-1"), &body)
        .unwrap();
    webhooks.take(&signature, None, &body).unwrap();

    app.faults().clear();
    let third = say(&backend, &app.doctors[0], &room, "over the socket again").await;
    assert_eq!(posted_until(&mut stream, &third.id).await, [third.id]);
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_that_overtook_each_other_are_told_in_the_rooms_order() {
    let app = App::sandboxed(2).await;
    let backend = app.stream.backend();
    let room = group(&backend, &app.doctors).await;
    let mut stream = backend.live.events(&app.doctors[1], None).await.unwrap();
    let webhooks = app.stream.webhooks();
    let author = &app.doctors[0];
    app.faults()
        .next("Connect", 1_000, Misbehaviour::ResetBefore);
    app.faults().drop_sockets(None);
    let take = |message: &Message, id: &str| {
        let (signature, body) = delivery(&app, message);
        webhooks.take(&signature, Some(id), &body).unwrap();
    };
    // Until the loss is noticed the socket is believed in, and webhooks are not told.
    let first = say(&backend, author, &room, "first").await;
    for round in 0.. {
        take(&first, &format!("first-{round}"));
        let next = posted_until(&mut stream, &first.id);
        let patience = std::time::Duration::from_millis(50);
        if tokio::time::timeout(patience, next).await.is_ok() {
            break;
        }
    }
    let second = say(&backend, author, &room, "second").await;
    let third = say(&backend, author, &room, "third").await;
    take(&third, "third");
    take(&second, "second");
    let told = posted_until(&mut stream, &third.id).await;
    assert_eq!(told, [second.id, third.id]);

    // One that comes when a later one was told already: the page is to load the room afresh.
    let late = say(&backend, author, &room, "late").await;
    let last = say(&backend, author, &room, "last").await;
    take(&last, "last");
    assert_eq!(posted_until(&mut stream, &last.id).await, [last.id]);
    take(&late, "late");
    loop {
        match stream.next().await.unwrap().signal {
            Signal::Resync => break,
            Signal::Event(event) => assert!(!matches!(event.event(), Event::MessagePosted(_))),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsigned_delivery_is_refused() {
    let app = App::sandboxed(2).await;
    let room = group(&app.stream.backend(), &app.doctors).await;
    let message = say(&app.stream.backend(), &app.doctors[0], &room, "words").await;
    let (signature, mut body) = delivery(&app, &message);
    let webhooks = app.stream.webhooks();
    assert_eq!(webhooks.take("", None, &body), Err(Refused::Signature));
    body.push(b'\n');
    assert_eq!(
        webhooks.take(&signature, None, &body),
        Err(Refused::Signature)
    );
}
