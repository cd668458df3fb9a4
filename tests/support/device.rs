//! A person at a device of their own: cookies that are nobody else's, and what the program answers.

use std::sync::Arc;

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, cookie::CookieStore, cookie::Jar};
use serde_json::{Value, json};

use super::live::Listener;
use super::server::Server;
use super::wait::within;

/// The mount of the legacy chat.
pub const CHAT: &str = "/doctor/chat";

/// The mount of the Stream chat.
pub const STREAM: &str = "/doctor/stream-chat";

/// The password of every demonstration login.
pub const PASSWORD: &str = "larkmere-demo";

/// Cloning shares the cookies.
#[derive(Clone)]
pub struct Device {
    http: reqwest::Client,
    cookies: Arc<Jar>,
    server: String,
    mount: &'static str,
}

/// An answer of the server.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Device {
    /// Nobody is signed in on it.
    pub fn new(server: &Server) -> Self {
        Self::at_address(server.url(""))
    }

    /// The same at a service that something else started: `http://127.0.0.1:8080`, for example.
    pub fn at_address(server: String) -> Self {
        let cookies = Arc::new(Jar::default());
        // What the server sends is seen as it is sent, whatever else this build can unpack.
        let http = reqwest::Client::builder()
            .no_gzip()
            .redirect(Policy::none())
            .cookie_provider(cookies.clone())
            .build()
            .expect("a client");
        Self {
            http,
            cookies,
            server,
            mount: CHAT,
        }
    }

    /// The same at a proxy before the server, whose certificate an authority (PEM) made.
    pub fn at_proxy(address: &str, authority: &[u8]) -> Self {
        let cookies = Arc::new(Jar::default());
        let authority = reqwest::Certificate::from_pem(authority).expect("a certificate");
        let http = reqwest::Client::builder()
            .no_gzip()
            .redirect(Policy::none())
            .cookie_provider(cookies.clone())
            .tls_certs_only([authority])
            .build()
            .expect("a client");
        Self {
            http,
            cookies,
            server: address.to_owned(),
            mount: CHAT,
        }
    }

    /// `who` of the demonstration hospital, `d01` for example, is signed in on it.
    pub async fn signed_in(server: &Server, who: &str) -> Self {
        let device = Self::new(server);
        let answer = device
            .sign_in(&format!("{who}@larkmere.example"), PASSWORD)
            .await;
        assert_eq!(answer.status, 303, "{who} signs in: {}", answer.text());
        device
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.form("/login", &[("email", email), ("password", password)])
            .await
    }

    /// The same cookies, at another instance of the program.
    pub fn at(&self, server: &Server) -> Self {
        Self {
            server: server.url(""),
            ..self.clone()
        }
    }

    /// The same person at the chat of another mount.
    pub fn on(&self, mount: &'static str) -> Self {
        Self {
            mount,
            ..self.clone()
        }
    }

    /// The mount whose chat it uses: `/doctor/chat`, unless told otherwise.
    pub fn mount(&self) -> &'static str {
        self.mount
    }

    /// The cookies as a browser would send them: `hims_chat=…`.
    pub fn cookies(&self) -> String {
        let url = self.server.parse().expect("an address");
        self.cookies
            .cookies(&url)
            .and_then(|value| value.to_str().map(str::to_owned).ok())
            .unwrap_or_default()
    }

    /// A request to add to.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.server))
    }

    /// A request to another server, with the same cookies: servers on one machine share them.
    pub fn request_at(&self, method: Method, address: &str) -> RequestBuilder {
        self.http.request(method, address)
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// A page as a browser asks for it.
    pub async fn page(&self, path: &str) -> Answer {
        send(
            self.request(Method::GET, path)
                .header("accept", "text/html"),
        )
        .await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::POST, path).json(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::PUT, path).json(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::PATCH, path).json(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        send(self.request(Method::DELETE, path)).await
    }

    /// A form as a page without scripts sends it.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_urlencoded::to_string(fields).expect("plain fields");
        let request = self
            .request(Method::POST, path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        send(request).await
    }

    /// Sends a file to a room.
    pub async fn upload(&self, room: &str, name: &str, bytes: &[u8]) -> Answer {
        let head = format!(
            "--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, b"\r\n--limit--\r\n"].concat();
        let path = format!("{}/api/rooms/{room}/attachments", self.mount);
        let request = self
            .request(Method::POST, &path)
            .header("content-type", "multipart/form-data; boundary=limit")
            .body(body);
        send(request).await
    }

    /// Opens a group of exactly these doctors, by id, and the doctor of this device: its id.
    pub async fn new_room(&self, others: &[&str]) -> String {
        let body = json!({"participant_ids": others, "title": "Night handover"});
        let answer = self.post(&format!("{}/api/rooms", self.mount), &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        text(&answer.json()["id"])
    }

    /// Posts a message, which must be taken: the message.
    pub async fn says(&self, room: &str, words: &str) -> Value {
        let client_id = format!("{:032x}", rand::random::<u128>());
        let body = json!({"client_id": client_id, "text": words});
        let path = format!("{}/api/rooms/{room}/messages", self.mount);
        let answer = self.post(&path, &body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    }

    /// The newest messages of a room, oldest first.
    pub async fn messages(&self, room: &str) -> Vec<Value> {
        let path = format!("{}/api/rooms/{room}/messages?limit=100", self.mount);
        let answer = self.get(&path).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["messages"]
            .as_array()
            .expect("a list")
            .clone()
    }

    /// Every message of a room, oldest first, a page at a time.
    pub async fn all_messages(&self, room: &str) -> Vec<Value> {
        let mut messages = self.messages(room).await;
        while let Some(first) = messages.first().map(|message| text(&message["id"])) {
            let path = format!(
                "{}/api/rooms/{room}/messages?limit=100&before={first}",
                self.mount
            );
            let older = self.get(&path).await.json();
            let older = older["messages"].as_array().expect("a list").clone();
            if older.is_empty() {
                break;
            }
            messages.splice(0..0, older);
        }
        messages
    }

    /// Opens the live stream.
    pub async fn listen(&self) -> Listener {
        Listener::open(self, None).await
    }

    /// Opens the live stream where another one was broken off.
    pub async fn listen_from(&self, last_event_id: &str) -> Listener {
        Listener::open(self, Some(last_event_id)).await
    }
}

/// Sends a request and reads the whole answer.
pub async fn send(request: RequestBuilder) -> Answer {
    attempt(request).await.expect("the program answers")
}

/// The same where the program may be down.
pub async fn attempt(request: RequestBuilder) -> Result<Answer, reqwest::Error> {
    within("an answer", async {
        let answer = request.send().await?;
        Ok(Answer {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            body: answer.bytes().await?.to_vec(),
        })
    })
    .await
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{} is no JSON ({error}): {}", self.status, self.text()))
    }

    /// A header's value, empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("a plain header"))
    }

    /// It must be a problem of this status and type.
    #[track_caller]
    pub fn is_problem(&self, status: u16, kind: &str) {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["type"], format!("urn:hims-chat:{kind}"));
        assert_eq!(problem["status"], status);
        assert!(problem["title"].is_string() && problem["detail"].is_string());
    }
}

/// A JSON string.
#[track_caller]
pub fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("{value} is no string"))
        .to_owned()
}
