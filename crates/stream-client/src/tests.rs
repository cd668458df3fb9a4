//! The request path against servers that answer by script.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Mutex,
};

use crate::{
    Attempt, Call, ChannelQuery, Client, ClientBuilder, Deactivation, Error, Filter, InvalidConfig,
    Kind, MessageRange, NewMessage, NewUser, NoToken, Observer, Patience, Retry, Sent, Signer,
    TokenSource, UserToken, Watching,
};

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
    assert_eq!(body["messages"], json!({ "limit": 7, "id_gt": "m 1" }));
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

const OVER: &str = r#"{"code":40,"StatusCode":401,"message":"JWTAuth error: token is expired"}"#;
const APP: &str = r#"{"app":{"name":"Ward"}}"#;

/// Gives the tokens of "lee" that are numbered from 1.
fn numbered(given: &Arc<AtomicUsize>) -> impl TokenSource + use<> {
    let given = given.clone();
    move || {
        let number = given.fetch_add(1, Ordering::SeqCst) + 1;
        ready(Ok(UserToken::new(format!("token-{number}"), "lee")))
    }
}

#[tokio::test]
async fn a_user_needs_no_secret_and_gets_a_new_token_when_the_old_one_is_over() {
    let over = || answer("401 Unauthorized", "", OVER);
    let script = Script::of(vec![ok(APP), over(), ok(APP), over(), over()]).await;
    let given = Arc::default();
    let client = Client::user("the key", numbered(&given));
    let client = client.base_url(script.client.base_url().as_str());
    let client = client.build().unwrap();
    client.app().await.unwrap();
    client.app().await.unwrap();
    let error = client.app().await.unwrap_err();
    assert_eq!(
        error.kind(),
        Kind::TokenExpired,
        "a new one that is over too is told"
    );
    let asked = script.asked().await;
    let tokens: Vec<&str> = asked
        .iter()
        .filter_map(|asked| asked.split("authorization: ").nth(1)?.lines().next())
        .collect();
    assert_eq!(
        tokens,
        ["token-1", "token-1", "token-2", "token-2", "token-3"]
    );
    for asked in &asked {
        assert!(
            asked.starts_with("GET /app?api_key=the+key&user_id=lee HTTP/1.1"),
            "{asked}"
        );
    }
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let script = Script::of(Vec::new()).await;
    let client = Client::user("the key", || ready(Err(NoToken)));
    let client = client.base_url(script.client.base_url().as_str());
    let error = client.build().unwrap().app().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.retry()),
        (Kind::NoToken, Retry::WithNewToken)
    );
    assert!(!error.may_have_happened());
    assert!(script.asked().await.is_empty());
}

#[tokio::test]
async fn a_call_that_has_no_function_is_made_like_all_others() {
    let slow_down = answer("429 Too Many Requests", "retry-after: 0\r\n", "slow down");
    let script = Script::of(vec![slow_down, ok(r#"{"poll":{"id":"p1"}}"#)]).await;
    let call = Call::post("/polls/{poll}/options")
        .id("p/1")
        .query("user_id", "lee")
        .json(&json!({ "text": "Tuesday" }));
    let told: Value = script.client.call(call).await.unwrap();
    assert_eq!(told["poll"]["id"], "p1");
    let asked = script.asked().await.remove(1);
    assert!(
        asked.starts_with("POST /polls/p%2F1/options?api_key=the+key&user_id=lee HTTP/1.1"),
        "{asked}"
    );
    assert!(asked.ends_with(r#"{"text":"Tuesday"}"#), "{asked}");
}

#[tokio::test]
async fn reasons_are_kept_by_clients_that_ask_for_them() {
    let refused = r#"{"code":4,"StatusCode":400,"message":"the text is odd","exception_fields":{"text":"odd"}}"#;
    let script = Script::of(vec![answer("400 Bad Request", "", refused)]).await;
    let client = client_at(script.client.base_url().as_str()).keep_reasons();
    let error = client.build().unwrap().app().await.unwrap_err();
    let reason = error.reason().unwrap();
    assert_eq!(
        (&*reason.message, &*reason.fields["text"]),
        ("the text is odd", "odd")
    );
    assert_eq!(
        error.to_string(),
        "Stream, GET /app: the request is wrong (HTTP 400, code 4)"
    );
}

/// Notes what it is told.
#[derive(Clone, Default)]
struct Notes(Arc<std::sync::Mutex<Vec<String>>>);

impl Observer for Notes {
    fn attempted(&self, attempt: &Attempt<'_>) {
        let kind = attempt.error.map(Error::kind);
        let note = format!("{} {} {kind:?}", attempt.operation, attempt.number);
        self.0.lock().unwrap().push(note);
    }
}

#[tokio::test]
async fn every_attempt_is_seen_without_its_ids() {
    let unable = answer("503 Service Unavailable", "", "");
    let script = Script::of(vec![unable, ok(MESSAGE)]).await;
    let notes = Notes::default();
    let client = client_at(script.client.base_url().as_str()).observer(notes.clone());
    client.build().unwrap().message("m1").await.unwrap();
    let notes = notes.0.lock().unwrap().clone();
    assert_eq!(
        notes,
        [
            "GET /messages/{message} 1 Some(Temporary)",
            "GET /messages/{message} 2 None"
        ]
    );
}

#[tokio::test]
async fn the_channels_of_a_user_are_watched_in_the_users_name() {
    let script = Script::of(vec![ok(r#"{"channels":[]}"#)]).await;
    let token = Signer::new(&"the secret".into()).token("lee").sign();
    let watching = Watching {
        token: &token,
        connection_id: "c1",
    };
    let all = ChannelQuery::new(Filter::all());
    script.client.watch_channels(&all, watching).await.unwrap();
    let asked = script.asked().await.remove(0);
    assert!(
        asked.starts_with("POST /channels?api_key=the+key&user_id=lee&connection_id=c1 HTTP/1.1"),
        "{asked}"
    );
    assert!(asked.contains(&format!("authorization: {}\r\n", token.token)));
    assert!(asked.contains(r#""presence":true"#) && asked.contains(r#""watch":true"#));
}

#[test]
fn a_client_that_cannot_work_is_not_made() {
    let refused = |client: ClientBuilder| client.build().unwrap_err();
    assert_eq!(refused(Client::server("", "secret")), InvalidConfig::Empty);
    assert_eq!(refused(Client::server("key", "")), InvalidConfig::Empty);
    for url in ["ftp://a.example", "no url", "data:x"] {
        let client = Client::server("key", "secret").base_url(url);
        assert_eq!(refused(client), InvalidConfig::BaseUrl, "{url}");
    }
}
