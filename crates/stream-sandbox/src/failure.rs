use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refusal, in the numbers of the API.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) code: i64,
    pub(crate) status: StatusCode,
    pub(crate) reason: String,
}

impl Failure {
    pub(crate) fn new(code: i64, status: StatusCode, reason: impl Into<String>) -> Self {
        Self {
            code,
            status,
            reason: reason.into(),
        }
    }

    /// The input makes no sense.
    pub(crate) fn input(reason: impl Into<String>) -> Self {
        Self::new(4, StatusCode::BAD_REQUEST, reason)
    }

    /// There is no such thing.
    pub(crate) fn missing(reason: impl Into<String>) -> Self {
        Self::new(16, StatusCode::NOT_FOUND, reason)
    }

    /// The caller may not.
    pub(crate) fn forbidden(reason: impl Into<String>) -> Self {
        Self::new(17, StatusCode::FORBIDDEN, reason)
    }

    /// The channel type has this switched off.
    pub(crate) fn switched_off(feature: &str, kind: &str) -> Self {
        Self::new(
            19,
            StatusCode::BAD_REQUEST,
            format!("{feature} is not enabled for the channel type {kind}"),
        )
    }

    /// Something about the key or the token.
    pub(crate) fn unauthorized(code: i64, reason: impl Into<String>) -> Self {
        Self::new(code, StatusCode::UNAUTHORIZED, reason)
    }

    pub(crate) fn too_large() -> Self {
        Self::new(
            22,
            StatusCode::PAYLOAD_TOO_LARGE,
            "the payload is too large",
        )
    }

    /// The body of the answer; `operation` is the name of the endpoint.
    pub(crate) fn body(&self, operation: &str) -> Value {
        json!({
            "code": self.code,
            "message": format!("{operation} failed with error: \"{}\"", self.reason),
            "StatusCode": self.status.as_u16(),
            "duration": "0.00ms",
            "more_info": "https://getstream.io/chat/docs/api_errors_response",
            "details": [],
        })
    }

    pub(crate) fn response(&self, operation: &str) -> Response {
        (self.status, axum::Json(self.body(operation))).into_response()
    }
}
