//! Reading a request.

use axum::extract::{FromRequestParts as _, RawPathParams};
use axum::http::request::Parts;
use bytes::Bytes;
use serde_json::Value;

use crate::app::App;
use crate::auth::Credentials;
use crate::call::{Call, Caller};
use crate::failure::Failure;
use crate::json::Object;
use crate::recorded::RecordedRequest;

pub(super) async fn read_call(
    app: &App,
    parts: &mut Parts,
    caller: Caller,
    raw: Bytes,
) -> Result<Call, Failure> {
    let content_type = header(parts, "content-type").unwrap_or_default().to_owned();
    let multipart = content_type.starts_with("multipart/");
    let body = if multipart || raw.iter().all(u8::is_ascii_whitespace) || raw.as_ref() == b"null" {
        Object::new()
    } else {
        match serde_json::from_slice(&raw) {
            Ok(Value::Object(body)) => body,
            _ => return Err(Failure::input("the body must be a JSON object")),
        }
    };
    let path = RawPathParams::from_request_parts(parts, &()).await;
    let path = path.map_err(|_| Failure::input("the path must be UTF-8"))?;
    Ok(Call {
        path: path
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        query: query(parts),
        body,
        raw,
        content_type,
        base_url: app.base_url().to_owned(),
        user_agent: header(parts, "user-agent").unwrap_or_default().to_owned(),
        sdk: header(parts, "x-stream-client")
            .unwrap_or_default()
            .to_owned(),
        caller,
    })
}

fn query(parts: &Parts) -> std::collections::HashMap<String, String> {
    axum::extract::Query::try_from_uri(&parts.uri)
        .map(|query| query.0)
        .unwrap_or_default()
}

pub(super) fn header<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts
        .headers
        .get(name)
        .and_then(|value| value.to_str().ok())
}

/// Key and token, from the header or, as a browser's WebSocket needs it, from the query.
pub(crate) fn credentials(parts: &Parts) -> Credentials {
    let query = query(parts);
    let either = |header_name: &str, query_name: &str| {
        header(parts, header_name)
            .map(str::to_owned)
            .or_else(|| query.get(query_name).cloned())
    };
    Credentials {
        api_key: query.get("api_key").cloned(),
        token: either("authorization", "authorization"),
        auth_type: either("stream-auth-type", "stream-auth-type"),
    }
}

pub(crate) fn recorded(endpoint: &'static str, parts: &Parts, body: &Bytes) -> RecordedRequest {
    let headers = parts
        .headers
        .iter()
        .filter(|(name, _)| *name != "authorization");
    let headers = headers.map(|(name, value)| {
        (
            name.to_string(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    });
    RecordedRequest {
        endpoint,
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: without_token(parts.uri.query().unwrap_or_default()),
        headers: headers.collect(),
        body: body.clone(),
    }
}

/// A query string without the token a WebSocket has to carry in it.
fn without_token(query: &str) -> String {
    let kept = query
        .split('&')
        .filter(|pair| !pair.starts_with("authorization="));
    kept.collect::<Vec<_>>().join("&")
}
