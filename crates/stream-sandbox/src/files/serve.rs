use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;

use super::upload::signature;
use crate::app::App;

/// GET `/cdn/{folder}/{key}/{name}`: like a CDN, it knows no users, only links that are signed and not over.
pub(crate) async fn serve(
    State(app): State<Arc<App>>,
    Path((folder, key, _)): Path<(String, String, String)>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    let key = format!("{folder}/{key}");
    let expires = query
        .get("Expires")
        .and_then(|text| text.parse::<i64>().ok())
        .unwrap_or(0);
    let signed = signature(&app.config.api_secret, &key, expires);
    if query.get("Signature") != Some(&signed) || expires < Timestamp::now().as_second() {
        return (
            StatusCode::FORBIDDEN,
            "the link is not signed, or it is over\n",
        )
            .into_response();
    }
    let Some(file) = app.world().files.stored.get(&key).cloned() else {
        return (StatusCode::NOT_FOUND, "there is no such file\n").into_response();
    };
    let mut response = file.bytes.into_response();
    let kind = HeaderValue::from_str(&file.content_type);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        kind.unwrap_or(HeaderValue::from_static("application/octet-stream")),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    let name: String = file
        .name
        .chars()
        .filter(|letter| letter.is_ascii_graphic() && *letter != '"')
        .collect();
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
