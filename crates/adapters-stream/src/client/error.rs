use std::{fmt, time::Duration};

use serde::Deserialize;

use super::trouble::Trouble;

/// What a call to Stream answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in the classes that a caller treats differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The API key is unknown.
    KeyRefused,
    /// The signature of the token is wrong: another secret.
    SecretRefused,
    /// The token is over or was revoked.
    TokenExpired,
    /// The token is not valid yet: a clock is wrong.
    ClockSkew,
    /// The app is suspended.
    Suspended,
    /// The app lives in another region.
    WrongRegion,
    /// There is no such thing.
    NotFound,
    /// The caller may not do this.
    NotAllowed,
    /// The request is wrong.
    Invalid,
    /// A message with this id is there already.
    Duplicate,
    /// The text is too long.
    TextTooLong,
    /// The body is too large.
    TooLarge,
    /// The channel type has this feature switched off, or does not know the event.
    SwitchedOff,
    /// Stream's moderation refused the content.
    Moderated,
    /// Too often.
    RateLimited,
    /// Slow mode: later.
    Cooldown,
    /// The WebSocket connection named in the call is gone.
    ConnectionGone,
    /// Stream cannot do it now.
    Temporary,
    /// Stream was not reached, or the connection broke.
    Unreachable,
    /// Not answered in time.
    TimedOut,
    /// An answer that is not Stream's: a proxy's page, for example.
    Garbled,
    /// Anything else.
    Other,
}

/// Why a call did not succeed. Shows the path template and Stream's code, never a URL, a body or a
/// token.
pub struct Error {
    kind: Kind,
    call: &'static str,
    status: Option<u16>,
    code: Option<i64>,
    retry_after: Option<Duration>,
    /// Whether the request may have reached Stream.
    may_have_happened: bool,
    trouble: Option<Trouble>,
}

/// The body of Stream's errors.
#[derive(Deserialize)]
pub(super) struct Body {
    code: i64,
    #[serde(default, deserialize_with = "super::null::as_default")]
    message: String,
    #[serde(rename = "StatusCode", default)]
    status: u16,
}

/// All of Stream's errors, by HTTP status, code and, for the one that has no code, words.
fn classify(status: u16, code: Option<i64>, message: &str) -> Kind {
    match (code, status) {
        (Some(2), _) => Kind::KeyRefused,
        (Some(3 | 5 | 43), _) => Kind::SecretRefused,
        (Some(4), _) if message.contains("already exists") => Kind::Duplicate,
        (Some(4 | 6 | 21 | 24), _) => Kind::Invalid,
        (Some(9), _) | (None, 429) => Kind::RateLimited,
        (Some(16), _) => Kind::NotFound,
        (Some(17 | 70), _) => Kind::NotAllowed,
        (Some(18 | 19 | 44), _) => Kind::SwitchedOff,
        (Some(20), _) => Kind::TextTooLong,
        (Some(22), _) | (None, 413) => Kind::TooLarge,
        (Some(-1 | 23 | 45 | 71), _) | (None, 408 | 500..) => Kind::Temporary,
        (Some(40), _) => Kind::TokenExpired,
        (Some(41 | 42), _) => Kind::ClockSkew,
        (Some(46), _) => Kind::ConnectionGone,
        (Some(60), _) => Kind::Cooldown,
        (Some(69), _) => Kind::WrongRegion,
        (Some(73), _) => Kind::Moderated,
        (Some(99), _) => Kind::Suspended,
        (Some(_), 429) => Kind::RateLimited,
        (Some(_), 500..) => Kind::Temporary,
        (Some(_), _) => Kind::Other,
        (None, _) => Kind::Garbled,
    }
}

impl Error {
    /// The answer of Stream, or of something that stands before it.
    pub(super) fn answered(call: &'static str, status: u16, body: &[u8]) -> Self {
        Self::of_body(call, status, serde_json::from_slice(body).ok())
    }

    /// The error in a WebSocket frame.
    pub(super) fn framed(body: Body) -> Self {
        let status = body.status;
        Self::of_body("WebSocket /connect", status, Some(body))
    }

    fn of_body(call: &'static str, status: u16, body: Option<Body>) -> Self {
        let message = body.as_ref().map_or("", |body| body.message.as_str());
        let code = body.as_ref().map(|body| body.code);
        let kind = classify(status, code, message);
        Self {
            kind,
            call,
            status: Some(status),
            code,
            retry_after: None,
            may_have_happened: matches!(kind, Kind::Temporary | Kind::Garbled),
            trouble: None,
        }
    }

    /// Nothing was answered.
    pub(super) fn unanswered(call: &'static str, kind: Kind, may_have_happened: bool) -> Self {
        Self {
            kind,
            call,
            status: None,
            code: None,
            retry_after: None,
            may_have_happened,
            trouble: None,
        }
    }

    pub(super) fn with_trouble(mut self, trouble: Option<Trouble>) -> Self {
        self.trouble = trouble;
        self
    }

    pub(super) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.retry_after = retry_after;
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Why Stream was not reached, where it was not and the connection says it.
    pub fn trouble(&self) -> Option<Trouble> {
        self.trouble
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

    /// Whether what was asked may have happened all the same.
    pub fn may_have_happened(&self) -> bool {
        self.may_have_happened
    }
}

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Self::KeyRefused => "the API key is unknown",
            Self::SecretRefused => "the signature is wrong: the API secret is another",
            Self::TokenExpired => "the token is over or revoked",
            Self::ClockSkew => "the token is not valid yet: a clock is wrong",
            Self::Suspended => "the app is suspended",
            Self::WrongRegion => "the app lives in another region",
            Self::NotFound => "there is no such thing",
            Self::NotAllowed => "this is not allowed",
            Self::Invalid => "the request is wrong",
            Self::Duplicate => "a message with this id is there already",
            Self::TextTooLong => "the text is too long",
            Self::TooLarge => "the body is too large",
            Self::SwitchedOff => "the channel type has this switched off",
            Self::Moderated => "moderation refused the content",
            Self::RateLimited => "too many requests",
            Self::Cooldown => "slow mode is on",
            Self::ConnectionGone => "the WebSocket connection is gone",
            Self::Temporary => "it cannot be done now",
            Self::Unreachable => "Stream cannot be reached",
            Self::TimedOut => "not answered in time",
            Self::Garbled => "the answer is not Stream's",
            Self::Other => "it was refused",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stream, {}: {}", self.call, self.kind.words())?;
        if let Some(trouble) = self.trouble {
            write!(f, ": {}", trouble.words())?;
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

    fn answered(status: u16, body: &str) -> Kind {
        Error::answered("GET /app", status, body.as_bytes()).kind()
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
    fn an_error_shows_nothing_of_the_body() {
        let body = r#"{"code":4,"message":"bad text: K 6.9","StatusCode":400}"#;
        let shown = format!("{:?}", Error::answered("POST /x", 400, body.as_bytes()));
        assert!(
            !shown.contains("6.9") && shown.contains("code 4"),
            "{shown}"
        );
    }
}
