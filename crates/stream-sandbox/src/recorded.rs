use std::collections::HashMap;

use bytes::Bytes;

/// A request the sandbox was sent, as it came over the wire.
#[derive(Clone, Debug)]
pub struct RecordedRequest {
    /// The sandbox's name of the endpoint, such as `SendMessage`.
    pub endpoint: &'static str,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, still encoded.
    pub path: String,
    /// The query string, still encoded, without the question mark; empty when there is none.
    pub query: String,
    /// The headers by lower-case name, without the token.
    pub headers: HashMap<String, String>,
    /// The body.
    pub body: Bytes,
}

impl RecordedRequest {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}
