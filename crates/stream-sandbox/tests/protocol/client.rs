use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use hims_chat_stream_sandbox::{Config, Sandbox, SandboxHandle, server_token, user_token};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub(crate) const KEY: &str = "sandbox-key";
pub(crate) const SECRET: &str = "sandbox-secret";

/// A sandbox with two doctors and a guest of the house, and someone to call it.
pub(crate) struct Ward {
    pub(crate) sandbox: SandboxHandle,
    pub(crate) http: reqwest::Client,
}

/// An answer, read.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        self.json()
    }

    /// Status and code of a refusal.
    #[track_caller]
    pub(crate) fn refused(&self) -> (u16, i64) {
        assert!(!self.status.is_success(), "{}", self.text);
        (
            self.status.as_u16(),
            self.json()["code"].as_i64().unwrap_or_default(),
        )
    }
}

pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

pub(crate) fn token(user: &str) -> String {
    user_token(SECRET, user, now() - 5, now() + 3600)
}

impl Ward {
    pub(crate) async fn open() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::new("4711", KEY, SECRET);
        change(&mut config);
        let sandbox = Sandbox::start(config).await.unwrap();
        let ward = Self {
            sandbox,
            http: reqwest::Client::new(),
        };
        let users = json!({ "users": {
            "lee": { "id": "lee", "name": "Dr Lee" },
            "kim": { "id": "kim", "name": "Dr Kim" },
            "eve": { "id": "eve", "name": "Eve" },
        } });
        ward.server(Method::POST, "/users", users).await.ok();
        ward
    }

    /// With a channel `messaging:ward` of lee and kim.
    pub(crate) async fn with_channel() -> Self {
        let ward = Self::open().await;
        ward.make_channel().await;
        ward
    }

    pub(crate) async fn make_channel(&self) {
        let data = json!({ "data": { "created_by_id": "lee", "members": ["lee", "kim"], "name": "Ward" } });
        self.server(Method::POST, "/channels/messaging/ward/query", data)
            .await
            .ok();
    }

    pub(crate) async fn server(&self, method: Method, path: &str, body: Value) -> Answer {
        self.send(&server_token(SECRET), method, path, body).await
    }

    pub(crate) async fn client(
        &self,
        user: &str,
        method: Method,
        path: &str,
        body: Value,
    ) -> Answer {
        self.send(&token(user), method, path, body).await
    }

    pub(crate) async fn send(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Value,
    ) -> Answer {
        self.try_send(token, method, path, body).await.unwrap()
    }

    pub(crate) async fn try_send(
        &self,
        token: &str,
        method: Method,
        path: &str,
        body: Value,
    ) -> reqwest::Result<Answer> {
        let glue = if path.contains('?') { '&' } else { '?' };
        let url = format!("{}{path}{glue}api_key={KEY}", self.sandbox.base_url());
        let mut request = self
            .http
            .request(method, url)
            .header("authorization", token)
            .header("stream-auth-type", "jwt");
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        Ok(Answer {
            status,
            headers,
            text: answer.text().await?,
        })
    }

    /// GET with JSON in the query parameter `payload`.
    pub(crate) async fn query(&self, token: &str, path: &str, payload: Value) -> Answer {
        let payload = encode(&payload.to_string());
        self.send(
            token,
            Method::GET,
            &format!("{path}?payload={payload}"),
            Value::Null,
        )
        .await
    }

    pub(crate) async fn say(&self, user: &str, id: &str, text: &str) -> Value {
        let body = json!({ "message": { "id": id, "text": text, "user_id": user } });
        self.server(Method::POST, "/channels/messaging/ward/message", body)
            .await
            .ok()["message"]
            .clone()
    }

    pub(crate) async fn connect(&self, user: &str) -> Socket {
        Socket::open(self, user, &token(user)).await
    }

    /// Connects, and watches `messaging:ward`.
    pub(crate) async fn watch(&self, user: &str) -> Socket {
        let socket = self.connect(user).await;
        let path = format!(
            "/channels/messaging/ward/query?connection_id={}",
            socket.id()
        );
        self.client(
            user,
            Method::POST,
            &path,
            json!({ "watch": true, "state": true }),
        )
        .await
        .ok();
        socket
    }
}

/// Percent-encodes everything but letters and digits.
pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                (byte as char).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

pub(crate) struct Socket {
    pub(crate) first: Value,
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// Long enough for a loaded machine; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

impl Socket {
    pub(crate) async fn open(ward: &Ward, user: &str, token: &str) -> Self {
        let hello =
            json!({ "user_id": user, "user_details": { "id": user }, "client_request_id": "1" });
        Self::open_with(ward, &hello, token).await
    }

    pub(crate) async fn open_with(ward: &Ward, hello: &Value, token: &str) -> Self {
        let base = ward.sandbox.base_url().replace("http://", "ws://");
        let url = format!(
            "{base}/connect?json={}&api_key={KEY}&authorization={token}&stream-auth-type=jwt",
            encode(&hello.to_string()),
        );
        let (stream, _) = connect_async(url).await.unwrap();
        let mut socket = Self {
            first: Value::Null,
            stream,
        };
        socket.first = socket.next().await.expect("a first frame");
        socket
    }

    pub(crate) fn id(&self) -> String {
        self.first["connection_id"].as_str().unwrap().to_owned()
    }

    /// The next text frame; nothing when the connection ended.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            match tokio::time::timeout(PATIENCE, self.stream.next())
                .await
                .expect("a frame in time")?
            {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// The next event of a kind; others are passed over.
    pub(crate) async fn until(&mut self, kind: &str) -> Value {
        self.passing(kind).await.pop().expect("the event")
    }

    /// All events up to and with the next of a kind.
    pub(crate) async fn passing(&mut self, kind: &str) -> Vec<Value> {
        let mut seen = Vec::new();
        loop {
            let event = self
                .next()
                .await
                .unwrap_or_else(|| panic!("the socket ended before {kind}, after {seen:?}"));
            let found = event["type"] == kind;
            seen.push(event);
            if found {
                return seen;
            }
        }
    }

    pub(crate) async fn health_check(&mut self) {
        let frame = json!([{ "type": "health.check", "client_id": "x--1" }]);
        self.stream
            .send(Message::Text(frame.to_string().into()))
            .await
            .unwrap();
    }

    pub(crate) async fn close(mut self) {
        self.stream.close(None).await.unwrap();
        while self.next().await.is_some() {}
    }
}
