//! A listener against a server whose connections go wrong by script.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that does not get what it needs has failed"
)]

use std::{
    future::ready,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use stream_chat_client::{
    ChannelQuery, Client, EventType, Filter, Kind, NewUser, TokenSource, UserToken,
    socket::{Listener, NewListener, Reconnect, Step},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_tungstenite::tungstenite::Message;

/// The first lines of all requests to a server that sends each connection its frames and closes it.
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn of(connections: Vec<Vec<Value>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let kept = asked.clone();
        tokio::spawn(async move {
            let mut connections = connections.into_iter();
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let line = first_line(&socket).await;
                let is_socket = line.starts_with("GET /connect?");
                kept.lock().unwrap().push(line);
                if is_socket {
                    let frames = connections.next().unwrap_or_default();
                    tokio::spawn(serve(socket, frames));
                } else {
                    answer(socket).await;
                }
            }
        });
        Self { url, asked }
    }

    fn listener(&self, given: &Arc<AtomicUsize>) -> NewListener {
        let client = Client::server("key", "secret").base_url(&*self.url);
        let mine = ChannelQuery::new(Filter::is_in("members", ["lee"]));
        Listener::of(
            &client.build().unwrap(),
            NewUser::new("lee"),
            numbered(given),
        )
        .watching(mine)
    }
}

/// Gives the tokens of "lee" that are numbered from 1.
fn numbered(given: &Arc<AtomicUsize>) -> impl TokenSource + use<> {
    let given = given.clone();
    move || {
        let token = format!("token-{}", given.fetch_add(1, Ordering::SeqCst) + 1);
        ready(Ok(UserToken::new(token, "lee")))
    }
}

async fn first_line(socket: &TcpStream) -> String {
    let mut head = [0; 2048];
    loop {
        let read = socket.peek(&mut head).await.unwrap();
        let text = String::from_utf8_lossy(&head[..read]);
        if let Some((line, _)) = text.split_once("\r\n") {
            return line.to_owned();
        }
    }
}

async fn serve(socket: TcpStream, frames: Vec<Value>) {
    let mut socket = tokio_tungstenite::accept_async(socket).await.unwrap();
    for frame in frames {
        socket.send(Message::text(frame.to_string())).await.unwrap();
    }
    let _ = socket.close(None).await;
}

/// One channel, whatever is asked.
async fn answer(mut socket: TcpStream) {
    let mut request = [0; 4096];
    let _ = socket.read(&mut request).await;
    let channel = json!({
        "id": "ward", "type": "messaging", "cid": "messaging:ward", "created_at": "2026-01-31T10:00:00Z",
    });
    let body = json!({ "channels": [{ "channel": channel }] }).to_string();
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
    socket.write_all((head + &body).as_bytes()).await.unwrap();
}

fn refusal(code: i64) -> Value {
    json!({ "type": "connection.error", "error": { "code": code, "StatusCode": 401, "message": "no" } })
}

fn hello(connection: &str) -> Value {
    json!({ "type": "health.check", "connection_id": connection, "me": { "id": "lee" } })
}

fn message() -> Value {
    json!({ "type": "message.new", "cid": "messaging:ward", "message": {
        "id": "m1", "text": "Hello", "created_at": "2026-01-31T10:00:00Z",
    }})
}

#[tokio::test]
async fn a_listener_comes_back_watches_again_and_gives_up_when_there_is_no_hope() {
    let server = Server::of(vec![
        vec![refusal(40)],
        vec![hello("c2"), message()],
        vec![refusal(43)],
    ])
    .await;
    let given = Arc::default();
    let mut listener = server.listener(&given).open();
    let mut steps = Vec::new();
    while let Some(step) = listener.next().await {
        steps.push(match step {
            Step::Connected {
                connection_id,
                channels,
            } => format!("{connection_id} with {}", channels[0].channel.id),
            Step::Event(event) => event.event_type.to_string(),
            Step::Lost(error) => format!("lost: {:?}", error.kind()),
            Step::Ended(error) => format!("ended: {:?}", error.kind()),
            other => panic!("{other:?}"),
        });
    }
    let expected = [
        "lost: TokenExpired",
        "c2 with ward",
        "health.check",
        "message.new",
        "lost: Unreachable",
        "ended: SecretRefused",
    ];
    assert_eq!(steps, expected);
    let asked = server.asked.lock().unwrap().clone();
    for (line, with) in asked.iter().zip([
        "authorization=token-1",
        "authorization=token-2",
        "POST /channels?api_key=key&user_id=lee&connection_id=c2",
        "authorization=token-3",
    ]) {
        assert!(line.contains(with), "{with} in {line}");
    }
    assert_eq!(asked.len(), 4);
}

#[tokio::test]
async fn whoever_says_always_is_told_and_goes_on() {
    let server = Server::of(vec![vec![refusal(43)], vec![hello("c2")]]).await;
    let listener = server.listener(&Arc::default());
    let mut listener = listener.reconnects(Reconnect::Always).open();
    match listener.next().await.unwrap() {
        Step::Lost(error) => assert_eq!(error.kind(), Kind::SecretRefused),
        other => panic!("{other:?}"),
    }
    let step = listener.next().await.unwrap();
    assert!(matches!(step, Step::Connected { connection_id, .. } if connection_id == "c2"));
}

#[tokio::test]
async fn events_come_alone_and_end_with_the_listener() {
    let server = Server::of(vec![vec![hello("c1"), message()], vec![refusal(2)]]).await;
    let events = server.listener(&Arc::default()).open().events();
    let events: Vec<_> = events.collect().await;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].event_type, EventType::MessageNew);
    assert_eq!(events[0].message.as_ref().unwrap().text, "Hello");
}
