use std::{collections::BTreeMap, fmt, time::Duration};

use serde::Deserialize;

use super::{Kind, Operation, Retry, connect_failure::ConnectFailure, kind::classify};

/// The answer of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a call did not succeed. Shows the path template and Stream's code, never a URL, a body, a
/// token or a word of Stream's, which may repeat texts of people.
pub struct Error {
    kind: Kind,
    operation: Operation,
    status: Option<u16>,
    code: Option<i64>,
    retry_after: Option<Duration>,
    /// Whether the request may have reached Stream.
    may_have_happened: bool,
    connect_failure: Option<ConnectFailure>,
    reason: Option<Box<Reason>>,
}

/// The words of Stream's refusal. They may repeat texts of people: not for logs that others read.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reason {
    /// The name of the call, and why it failed.
    pub message: String,
    /// Faults of single fields of the request.
    pub fields: BTreeMap<String, String>,
    /// A page of Stream's documentation.
    pub more_info: String,
}

/// Shows none of it.
impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reason(…)")
    }
}

/// The body of Stream's errors.
#[derive(Deserialize)]
pub(super) struct Body {
    code: i64,
    #[serde(default, deserialize_with = "super::null::as_default")]
    message: String,
    #[serde(rename = "StatusCode", default)]
    status: u16,
    #[serde(default, deserialize_with = "super::null::as_default")]
    exception_fields: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "super::null::as_default")]
    more_info: String,
}

impl Error {
    /// The answer of Stream, or of something that stands before it.
    pub(super) fn answered(
        operation: Operation,
        status: u16,
        body: &[u8],
        keeps_reason: bool,
    ) -> Self {
        let body = serde_json::from_slice(body).ok();
        Self::of_body(operation, status, body, keeps_reason)
    }

    /// The error in a WebSocket frame.
    pub(super) fn framed(operation: Operation, body: Body, keeps_reason: bool) -> Self {
        let status = body.status;
        Self::of_body(operation, status, Some(body), keeps_reason)
    }

    fn of_body(operation: Operation, status: u16, body: Option<Body>, keeps_reason: bool) -> Self {
        let message = body.as_ref().map_or("", |body| body.message.as_str());
        let code = body.as_ref().map(|body| body.code);
        let kind = classify(status, code, message);
        Self {
            kind,
            operation,
            status: Some(status),
            code,
            retry_after: None,
            may_have_happened: matches!(kind, Kind::Temporary | Kind::Garbled),
            connect_failure: None,
            reason: body.filter(|_| keeps_reason).map(|body| {
                Box::new(Reason {
                    message: body.message,
                    fields: body.exception_fields,
                    more_info: body.more_info,
                })
            }),
        }
    }

    /// Nothing was answered.
    pub(super) fn unanswered(operation: Operation, kind: Kind, may_have_happened: bool) -> Self {
        Self {
            kind,
            operation,
            status: None,
            code: None,
            retry_after: None,
            may_have_happened,
            connect_failure: None,
            reason: None,
        }
    }

    pub(super) fn with_connect_failure(mut self, connect_failure: Option<ConnectFailure>) -> Self {
        self.connect_failure = connect_failure;
        self
    }

    pub(super) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.retry_after = retry_after;
        self
    }

    /// The class of it.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Why Stream was not reached, where it was not and the connection says it.
    pub fn connect_failure(&self) -> Option<ConnectFailure> {
        self.connect_failure
    }

    /// Stream's code, where Stream answered.
    pub fn code(&self) -> Option<i64> {
        self.code
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// When to try again, where it is known.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// The call: method and path, with names in braces where ids go.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// Whether the call may be made again. The client has done so already where that was safe.
    pub fn retry(&self) -> Retry {
        match self.kind.retry() {
            Retry::IfRepeatable if !self.may_have_happened => Retry::Later,
            retry => retry,
        }
    }

    /// Stream's own words, where the client keeps them:
    /// [`ClientBuilder::keep_reasons`](super::ClientBuilder::keep_reasons).
    pub fn reason(&self) -> Option<&Reason> {
        self.reason.as_deref()
    }

    /// Whether what was asked may have happened all the same.
    pub fn may_have_happened(&self) -> bool {
        self.may_have_happened
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stream, {}: {}", self.operation, self.kind.words())?;
        if let Some(connect_failure) = self.connect_failure {
            write!(f, ": {}", connect_failure.words())?;
        }
        match (self.status, self.code) {
            (Some(status), Some(code)) => write!(f, " (HTTP {status}, code {code})"),
            (Some(status), None) => write!(f, " (HTTP {status})"),
            (None, _) => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    const APP: Operation = Operation::new("GET", "/app");

    fn answered(status: u16, body: &str) -> Kind {
        Error::answered(APP, status, body.as_bytes(), false).kind()
    }

    #[test]
    fn every_code_has_a_kind() {
        let table = [
            (-1, 500, Kind::Temporary),
            (2, 401, Kind::KeyRefused),
            (3, 401, Kind::SecretRefused),
            (4, 400, Kind::Invalid),
            (5, 401, Kind::SecretRefused),
            (6, 400, Kind::Invalid),
            (9, 429, Kind::RateLimited),
            (16, 404, Kind::NotFound),
            (17, 403, Kind::NotAllowed),
            (18, 400, Kind::SwitchedOff),
            (19, 400, Kind::SwitchedOff),
            (20, 400, Kind::TextTooLong),
            (21, 400, Kind::Invalid),
            (22, 413, Kind::TooLarge),
            (23, 408, Kind::Temporary),
            (24, 431, Kind::Invalid),
            (40, 401, Kind::TokenExpired),
            (41, 401, Kind::ClockSkew),
            (42, 401, Kind::ClockSkew),
            (43, 401, Kind::SecretRefused),
            (44, 400, Kind::SwitchedOff),
            (45, 400, Kind::Temporary),
            (46, 400, Kind::ConnectionGone),
            (60, 403, Kind::Cooldown),
            (69, 400, Kind::WrongRegion),
            (70, 403, Kind::NotAllowed),
            (71, 400, Kind::Temporary),
            (73, 400, Kind::Moderated),
            (99, 403, Kind::Suspended),
            (12345, 418, Kind::Other),
            (12345, 503, Kind::Temporary),
        ];
        for (code, status, kind) in table {
            let body = format!(r#"{{"code":{code},"message":"x","StatusCode":{status}}}"#);
            assert_eq!(answered(status, &body), kind, "{code}");
        }
    }

    #[test]
    fn a_duplicate_id_is_told_from_other_bad_input() {
        let body = r#"{"code":4,"StatusCode":400,"message":"SendMessage failed with error: \"a message with ID m1 already exists\""}"#;
        assert_eq!(answered(400, body), Kind::Duplicate);
    }

    #[test]
    fn bodies_that_are_not_json_are_told_by_their_status() {
        assert_eq!(answered(429, "slow down"), Kind::RateLimited);
        assert_eq!(answered(502, "<html>bad gateway</html>"), Kind::Temporary);
        assert_eq!(answered(403, "<html>proxy</html>"), Kind::Garbled);
        assert_eq!(answered(413, ""), Kind::TooLarge);
    }

    #[test]
    fn an_error_shows_nothing_of_the_body_and_keeps_it_only_where_asked() {
        let body = r#"{"code":4,"message":"bad text: K 6.9","StatusCode":400,"exception_fields":{"text":"K 6.9"}}"#;
        for keeps in [false, true] {
            let error = Error::answered(APP, 400, body.as_bytes(), keeps);
            let shown = format!("{error} {error:?} {:?}", error.reason());
            assert!(
                !shown.contains("6.9") && shown.contains("code 4"),
                "{shown}"
            );
            let reason = error.reason().map(|reason| reason.message.as_str());
            assert_eq!(reason, keeps.then_some("bad text: K 6.9"));
        }
    }

    #[test]
    fn an_error_says_whether_the_call_may_be_made_again() {
        let unreached = |happened| Error::unanswered(APP, Kind::Unreachable, happened).retry();
        assert_eq!(unreached(false), Retry::Later);
        assert_eq!(unreached(true), Retry::IfRepeatable);
        let told =
            |status, body: &str| Error::answered(APP, status, body.as_bytes(), false).retry();
        assert_eq!(told(429, ""), Retry::Later);
        assert_eq!(told(503, ""), Retry::IfRepeatable);
        assert_eq!(told(401, r#"{"code":40}"#), Retry::WithNewToken);
        assert_eq!(told(400, r#"{"code":46}"#), Retry::WithNewConnection);
        assert_eq!(told(400, r#"{"code":4}"#), Retry::Never);
    }
}
