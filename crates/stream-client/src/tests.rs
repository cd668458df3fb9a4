//! The request path against servers that answer by script.

use std::{sync::Arc, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Mutex,
};

use super::{Client, Deactivation, Kind, MessageRange, NewMessage, NewUser, Sent, Signer};
use crate::{ClientBuilder, Patience};

fn client_at(base_url: &str) -> ClientBuilder {
    let patience = Patience {
        attempt: Duration::from_millis(500),
        call: Duration::from_secs(5),
        attempts: 3,
        ..Patience::default()
    };
    Client::server("the key", "the secret")
        .base_url(base_url)
        .patience(patience)
}

/// A server that gives these answers, one a request, and keeps what it was asked. An empty answer
/// breaks the connection off.
struct Script {
    client: Client,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Script {
    async fn of(answers: Vec<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = client_at(&format!("http://{}", listener.local_addr().unwrap()));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = asked.clone();
        tokio::spawn(async move {
            for answer in answers {
                let (mut socket, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                while !is_whole(&request) {
                    let mut part = [0; 4096];
                    let read = socket.read(&mut part).await.unwrap();
                    request.extend_from_slice(&part[..read]);
                }
                kept.lock().await.push(String::from_utf8(request).unwrap());
                socket.write_all(answer.as_bytes()).await.unwrap();
            }
            // Whoever asks more waits in vain.
            std::future::pending::<()>().await;
            drop(listener);
        });
        Self {
            client: client.build().unwrap(),
            asked,
        }
    }

    async fn asked(&self) -> Vec<String> {
        self.asked.lock().await.clone()
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .split("content-length: ")
        .nth(1)
        .and_then(|rest| rest.split("\r\n").next());
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    )
}

fn ok(body: &str) -> String {
    answer("200 OK", "", body)
}

const MESSAGE: &str = r#"{"message":{"id":"m1","cid":"t:c","type":"regular","text":"x","created_at":"2026-11-22T10:00:00Z","user":{"id":"u"}}}"#;
const EXISTS: &str = r#"{"code":4,"StatusCode":400,"message":"SendMessage failed with error: \"a message with ID m1 already exists\""}"#;

fn message_of(user: &str) -> NewMessage {
    NewMessage::new("m1", user, "x")
}

#[tokio::test]
async fn a_call_is_signed_and_its_ids_are_encoded() {
    let script = Script::of(vec![ok(
        r#"{"channel":{"id":"a","type":"t","cid":"t:a","created_at":"2026-11-22T10:00:00Z"}}"#,
    )])
    .await;
    let range = MessageRange::After("m 1");
    let state = script
        .client
        .channel_messages("t", "a/../b?c", range, 7)
        .await
        .unwrap();
    assert_eq!(state.channel.cid, "t:a");
    let asked = script.asked().await.remove(0);
    let line = asked.lines().next().unwrap();
    assert_eq!(
        line,
        "POST /channels/t/a%2F..%2Fb%3Fc/query?api_key=the+key HTTP/1.1"
    );
    let token = Signer::new(&"the secret".into()).server_token();
    assert!(
        asked.contains(&format!("authorization: {token}\r\n")),
        "the raw token"
    );
    assert!(asked.contains("stream-auth-type: jwt\r\n"));
    let body: Value = serde_json::from_str(asked.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!(
        body["messages"],
        serde_json::json!({ "limit": 7, "id_gt": "m 1" })
    );
}

#[tokio::test]
async fn our_own_retry_that_finds_its_message_there_has_succeeded() {
    let script = Script::of(vec![
        String::new(),
        answer("400 Bad Request", "", EXISTS),
        ok(MESSAGE),
    ])
    .await;
    let sent = script
        .client
        .send_message("t", "c", &message_of("u"))
        .await
        .unwrap();
    assert!(matches!(sent, Sent::Before(message) if message.id == "m1"));
    assert_eq!(script.asked().await.len(), 3);
}

#[tokio::test]
async fn an_id_that_is_anothers_is_refused() {
    for (channel, user) in [("other", "u"), ("c", "somebody")] {
        let script = Script::of(vec![answer("400 Bad Request", "", EXISTS), ok(MESSAGE)]).await;
        let new = message_of(user);
        let refused = script
            .client
            .send_message("t", channel, &new)
            .await
            .unwrap_err();
        assert_eq!(refused.kind(), Kind::Duplicate);
    }
}

#[tokio::test]
async fn what_cannot_be_repeated_is_not_after_it_may_have_happened() {
    let script = Script::of(vec![String::new(), ok("{}")]).await;
    let error = script
        .client
        .deactivate_user("u", &Deactivation::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Unreachable);
    assert!(error.may_have_happened());
    assert_eq!(script.asked().await.len(), 1);
}

#[tokio::test]
async fn a_call_refused_for_the_rate_limit_is_repeated_whatever_it_is() {
    let slow_down = answer("429 Too Many Requests", "retry-after: 0\r\n", "slow down");
    let script = Script::of(vec![slow_down, ok("{}")]).await;
    script
        .client
        .deactivate_user("u", &Deactivation::new())
        .await
        .unwrap();
    assert_eq!(script.asked().await.len(), 2);
}

#[tokio::test]
async fn a_proxys_page_is_no_answer() {
    let script = Script::of(vec![ok("<html>please sign in</html>")]).await;
    let error = script.client.app().await.unwrap_err();
    assert_eq!(error.kind(), Kind::Garbled);
    assert!(!error.to_string().contains("sign in"));
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let script = Script::of(Vec::new()).await;
    let error = script.client.app().await.unwrap_err();
    assert_eq!(error.kind(), Kind::TimedOut);
}

#[tokio::test]
async fn nobody_there_is_told_as_not_sent() {
    let client = client_at("http://127.0.0.1:9").build().unwrap();
    let error = client.upsert_users(&[NewUser::new("u")]).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unreachable);
    assert!(!error.may_have_happened());
}

#[tokio::test]
async fn files_are_fetched_from_stream_alone() {
    let script = Script::of(vec![ok("bytes")]).await;
    for url in [
        "http://169.254.169.254/latest",
        "https://evil.example/.stream-io-cdn.com",
        "file:///etc/passwd",
        "no url",
    ] {
        let refused = script.client.fetch_file(url, 100).await.unwrap_err();
        assert_eq!(refused.kind(), Kind::NotAllowed, "{url}");
    }
    let own = script.client.base_url().join("/file/1").unwrap();
    let bytes = script.client.fetch_file(own.as_str(), 100).await.unwrap();
    assert_eq!(&bytes[..], b"bytes");
    let asked = script.asked().await.remove(0);
    assert!(!asked.contains("authorization"), "a link needs no token");
}
