//! A server that keeps what it was asked, and gives the answer that it was told to give.

use std::sync::{Arc, Mutex};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{Method, Uri},
};
use serde_json::{Value, json};
use stream_chat_client::Client;
use tokio::net::TcpListener;
use url::form_urlencoded;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) path: String,
    /// Without the key, which stands in every query.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

#[derive(Default)]
struct Memory {
    answer: Value,
    asked: Vec<Asked>,
}

#[derive(Clone)]
pub(crate) struct Stub {
    memory: Arc<Mutex<Memory>>,
    pub(crate) client: Client,
}

impl Stub {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let memory = Arc::<Mutex<Memory>>::default();
        let app = Router::new().fallback(answer).with_state(memory.clone());
        tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
        let client = Client::server("key", "secret").base_url(url);
        Self {
            memory,
            client: client.build().unwrap(),
        }
    }

    pub(crate) fn answers(&self, answer: Value) {
        self.memory.lock().unwrap().answer = answer;
    }

    /// All that was asked since this was last asked.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.memory.lock().unwrap().asked)
    }
}

async fn answer(
    State(memory): State<Arc<Mutex<Memory>>>,
    method: Method,
    uri: Uri,
    body: Bytes,
) -> Json<Value> {
    let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let query = pairs.into_owned().filter(|(name, value)| {
        let is_key = name == "api_key";
        assert!(!is_key || value == "key");
        !is_key
    });
    let mut memory = memory.lock().unwrap();
    memory.asked.push(Asked {
        method: method.to_string(),
        path: uri.path().to_owned(),
        query: query.collect(),
        body,
    });
    let mut answer = memory.answer.clone();
    answer["duration"] = json!("1.00ms");
    Json(answer)
}
