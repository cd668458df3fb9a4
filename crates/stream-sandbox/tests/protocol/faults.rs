use hims_chat_stream_sandbox::Misbehaviour;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Socket, Ward, now, token};

const SEND: &str = "/channels/messaging/ward/message";

async fn send(ward: &Ward, id: &str) -> reqwest::Result<crate::client::Answer> {
    let body = json!({ "message": { "id": id, "text": "text" } });
    ward.try_send(&token("lee"), Method::POST, SEND, body).await
}

async fn exists(ward: &Ward, id: &str) -> bool {
    ward.server(Method::GET, &format!("/messages/{id}"), Value::Null)
        .await
        .status
        .is_success()
}

#[tokio::test]
async fn a_request_is_limited_refused_or_failed_as_ordered() {
    let ward = Ward::with_channel().await;
    let faults = ward.sandbox.faults();
    faults.next(
        "SendMessage",
        2,
        Misbehaviour::RateLimited {
            reset_in_ms: 1500,
            plain_text: false,
        },
    );
    let limited = send(&ward, "m1").await.unwrap();
    assert_eq!(limited.refused(), (429, 9));
    let reset: i64 = limited.headers["x-ratelimit-reset"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((now() - 5..=now() + 2).contains(&reset));
    assert_eq!(send(&ward, "m1").await.unwrap().status, 429);
    faults.next(
        "SendMessage",
        1,
        Misbehaviour::RateLimited {
            reset_in_ms: 1000,
            plain_text: true,
        },
    );
    assert!(send(&ward, "m1").await.unwrap().json().is_null());
    faults.next(
        "SendMessage",
        1,
        Misbehaviour::Error {
            status: 503,
            plain_text: true,
            carried_out: false,
        },
    );
    let failed = send(&ward, "m1").await.unwrap();
    assert!(failed.status == 503 && failed.json().is_null());
    faults.next(
        "SendMessage",
        1,
        Misbehaviour::Refuse {
            code: 40,
            status: 401,
        },
    );
    assert_eq!(send(&ward, "m1").await.unwrap().refused(), (401, 40));
    assert!(!exists(&ward, "m1").await);
    faults.next(
        "SendMessage",
        1,
        Misbehaviour::Error {
            status: 500,
            plain_text: false,
            carried_out: true,
        },
    );
    assert_eq!(send(&ward, "m1").await.unwrap().refused(), (500, -1));
    assert!(exists(&ward, "m1").await);
    assert!(faults.list().is_empty());
}

#[tokio::test]
async fn a_connection_is_reset_before_or_after_the_deed() {
    let ward = Ward::with_channel().await;
    let faults = ward.sandbox.faults();
    faults.next("SendMessage", 1, Misbehaviour::ResetBefore);
    assert!(send(&ward, "before").await.is_err());
    faults.next("SendMessage", 1, Misbehaviour::ResetAfter);
    assert!(send(&ward, "after").await.is_err());
    assert_eq!(
        (exists(&ward, "before").await, exists(&ward, "after").await),
        (false, true)
    );
}

#[tokio::test]
async fn a_slow_answer_comes_after_the_deed() {
    let ward = Ward::with_channel().await;
    ward.sandbox
        .faults()
        .next("SendMessage", 1, Misbehaviour::Slow { by_ms: 3_600_000 });
    let mut watcher = ward.watch("kim").await;
    tokio::select! {
        _ = send(&ward, "m1") => panic!("it was to be slow"),
        seen = watcher.until("message.new") => assert_eq!(seen["message_id"], "m1"),
    }
}

#[tokio::test]
async fn sockets_are_dropped_and_come_back() {
    let ward = Ward::with_channel().await;
    let mut lee = ward.watch("lee").await;
    let mut kim = ward.watch("kim").await;
    assert_eq!(ward.sandbox.faults().drop_sockets(Some("lee")), 1);
    while lee.next().await.is_some() {}
    ward.say("lee", "m1", "still here").await;
    kim.until("message.new").await;
    assert_eq!(ward.watch("lee").await.first["me"]["id"], "lee");
}

#[tokio::test]
async fn a_silenced_socket_stands_and_says_nothing() {
    let ward = Ward::with_channel().await;
    let mut silent = ward.watch("lee").await;
    let mut other = ward.watch("kim").await;
    assert_eq!(ward.sandbox.faults().silence_sockets(Some("lee")), 1);
    for id in ["m1", "m2", "m3"] {
        ward.say("kim", id, "into the void").await;
        other.until("message.new").await;
    }
    // Only the order to cut it brings the end about.
    ward.sandbox.faults().drop_sockets(Some("lee"));
    while let Some(event) = silent.next().await {
        assert_ne!(event["type"], "message.new");
    }
}

#[tokio::test]
async fn tokens_expire_in_mid_session() {
    let ward = Ward::with_channel().await;
    let old = token("lee");
    let mut socket = Socket::open(&ward, "lee", &old).await;
    ward.sandbox.faults().expire_tokens();
    while socket.next().await.is_some() {}
    assert_eq!(
        Socket::open(&ward, "lee", &old).await.first["error"]["code"],
        40
    );
    assert_eq!(
        ward.send(&old, Method::GET, "/unread", Value::Null)
            .await
            .refused(),
        (401, 40)
    );
    let fresh =
        hims_chat_stream_sandbox::user_token(crate::client::SECRET, "lee", now() - 6, now() + 7200);
    assert_eq!(
        Socket::open(&ward, "lee", &fresh).await.first["me"]["id"],
        "lee"
    );
}

#[tokio::test]
async fn a_restart_ends_connections_and_keeps_what_was_said() {
    let ward = Ward::with_channel().await;
    let mut socket = ward.watch("lee").await;
    ward.say("lee", "m1", "kept").await;
    ward.sandbox.faults().go_down().await;
    while socket.next().await.is_some() {}
    let url = format!("{}/sandbox", ward.sandbox.base_url());
    assert!(ward.http.get(&url).send().await.unwrap_err().is_connect());
    ward.sandbox.faults().come_back().await;
    assert!(exists(&ward, "m1").await);
    ward.sandbox.faults().restart().await;
    assert!(exists(&ward, "m1").await);
}

#[tokio::test]
async fn a_suspended_app_says_so() {
    let ward = Ward::open().await;
    ward.sandbox.faults().suspend(true);
    assert_eq!(
        ward.server(Method::GET, "/app", Value::Null)
            .await
            .refused(),
        (403, 99)
    );
    ward.sandbox.faults().suspend(false);
    ward.server(Method::GET, "/app", Value::Null).await.ok();
}

#[tokio::test]
async fn connecting_can_be_refused_with_a_code() {
    let ward = Ward::open().await;
    ward.sandbox.faults().next(
        "Connect",
        1,
        Misbehaviour::Refuse {
            code: 40,
            status: 401,
        },
    );
    assert_eq!(ward.connect("lee").await.first["error"]["code"], 40);
    assert_eq!(ward.connect("lee").await.first["type"], "health.check");
}
