use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::sync::mpsc;

use crate::client::{KEY, SECRET, Ward};

/// A receiver that answers with each status in turn, and then 200.
async fn receiver(statuses: &[u16]) -> (String, mpsc::Receiver<(HeaderMap, Bytes)>) {
    let (got, arrivals) = mpsc::channel(100);
    let left = std::sync::Arc::new(std::sync::Mutex::new(statuses.to_vec()));
    let hook = move |headers: HeaderMap, body: Bytes| {
        let (got, left) = (got.clone(), left.clone());
        async move {
            got.send((headers, body)).await.unwrap();
            let mut left = left.lock().unwrap();
            let status = if left.is_empty() { 200 } else { left.remove(0) };
            StatusCode::from_u16(status).unwrap()
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhooks/stream", listener.local_addr().unwrap());
    let router = axum::Router::new().route("/webhooks/stream", axum::routing::post(hook));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, arrivals)
}

fn signed(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body);
    mac.finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[tokio::test]
async fn events_are_posted_signed_and_again_when_refused() {
    let ward = Ward::with_channel().await;
    let (url, mut arrivals) = receiver(&[500]).await;
    let hooks = json!({ "event_hooks": [
        { "hook_type": "webhook", "enabled": true, "webhook_url": url, "event_types": ["message.new"] },
        { "hook_type": "webhook", "enabled": false, "webhook_url": "http://127.0.0.1:1/never" },
    ] });
    ward.server(Method::PATCH, "/app", hooks).await.ok();
    ward.say("lee", "m1", "hello").await;
    let (first, body) = arrivals.recv().await.unwrap();
    let (second, again) = arrivals.recv().await.unwrap();
    assert_eq!(body, again);
    assert_eq!(
        (&first["x-webhook-attempt"], &second["x-webhook-attempt"]),
        (&"1".parse().unwrap(), &"2".parse().unwrap())
    );
    assert_eq!(first["x-webhook-id"], second["x-webhook-id"]);
    assert_eq!(
        (
            first["x-api-key"].to_str().unwrap(),
            first["x-signature"].to_str().unwrap()
        ),
        (KEY, signed(&body).as_str())
    );
    let event: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (&event["type"], &event["message"]["id"]),
        (&json!("message.new"), &json!("m1"))
    );
    assert_eq!(
        (
            event["members"].as_array().unwrap().len(),
            &event["request_info"]["type"]
        ),
        (2, &json!("server"))
    );
}

#[tokio::test]
async fn a_compressed_body_is_signed_as_it_was_before() {
    use std::io::Read as _;
    let ward = Ward::with_channel().await;
    let (url, mut arrivals) = receiver(&[]).await;
    let settings = json!({ "webhook_url": url, "enable_hook_payload_compression": true });
    ward.server(Method::PATCH, "/app", settings).await.ok();
    ward.say("lee", "m1", "hello").await;
    let (headers, body) = arrivals.recv().await.unwrap();
    assert_eq!(headers["content-encoding"], "gzip");
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&body[..])
        .read_to_end(&mut plain)
        .unwrap();
    assert_eq!(headers["x-signature"].to_str().unwrap(), signed(&plain));
}

#[tokio::test]
async fn addresses_beyond_this_machine_are_refused() {
    let ward = Ward::open().await;
    let elsewhere = json!({ "webhook_url": "http://hospital.example/hook" });
    assert_eq!(
        ward.server(Method::PATCH, "/app", elsewhere)
            .await
            .refused(),
        (400, 4)
    );
}
