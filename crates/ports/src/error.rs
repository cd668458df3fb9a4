use std::{borrow::Cow, fmt, time::Duration};

use domain::Denied;

/// The result of a call to a port.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a port could not do what was asked.
///
/// Holds a kind to match on and words for the person who asked. Neither the words nor the source
/// ever hold a URL, a body, a token, a password, a patient's name or message text.
pub struct Error {
    kind: ErrorKind,
    message: Cow<'static, str>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no such thing, or the asker may not know of it.
    NotFound,
    /// The asker may know of it, but not do this.
    Forbidden,
    /// The named field is wrong.
    Invalid {
        /// The field, as the JSON names it.
        field: &'static str,
    },
    /// The state of things does not allow it.
    Conflict,
    /// The room lives in the other backend now; [`crate::Moves`] knows where.
    Moved,
    /// More than the backend takes.
    TooLarge,
    /// Too often; see [`Error::retry_after`].
    RateLimited,
    /// This backend cannot do it; its [`crate::Capabilities`] say so.
    Unsupported,
    /// The backend cannot be reached now. What was asked may or may not have happened.
    Unavailable,
    /// A fault of ours.
    Internal,
}

impl Error {
    fn new(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry_after: None,
            source: None,
        }
    }

    /// There is no such `what`, or the asker may not know of it. The answer is the same for both.
    pub fn not_found(what: &'static str) -> Self {
        Self::new(ErrorKind::NotFound, format!("no such {what}"))
    }

    /// The asker may not do this.
    pub fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Forbidden, message)
    }

    /// `field` is wrong; `message` says what would be right.
    pub fn invalid(field: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Invalid { field }, message)
    }

    /// The state of things does not allow it.
    pub fn conflict(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Conflict, message)
    }

    /// The room lives in the other backend now.
    pub fn moved() -> Self {
        Self::new(ErrorKind::Moved, "this room was moved to the other chat")
    }

    /// More than the backend takes.
    pub fn too_large(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::TooLarge, message)
    }

    /// Too often; again after `retry_after`.
    pub fn rate_limited(retry_after: Duration) -> Self {
        Self::new(ErrorKind::RateLimited, "too many requests").with_retry_after(retry_after)
    }

    /// This backend cannot do `what`.
    pub fn unsupported(what: &'static str) -> Self {
        Self::new(ErrorKind::Unsupported, format!("this chat cannot {what}"))
    }

    /// The backend cannot be reached now; again in a few seconds.
    pub fn unavailable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Unavailable, message).with_retry_after(Duration::from_secs(2))
    }

    /// A fault of ours.
    pub fn internal(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Internal, message)
    }

    /// Says when to try again.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: Duration) -> Self {
        self.retry_after = Some(retry_after);
        self
    }

    /// Keeps what caused it. The caller sees to it that the source names no URL, body or secret.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The kind of failure, which decides how a caller reacts.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The words alone, without the field that is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the same call may work later, unchanged.
    pub fn is_temporary(&self) -> bool {
        matches!(self.kind, ErrorKind::RateLimited | ErrorKind::Unavailable)
    }

    /// When to try again, where the backend said so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

/// The answer of the policy as an answer of a port: who may not know of a thing is told that there
/// is none.
impl From<Denied> for Error {
    fn from(denied: Denied) -> Self {
        if denied.is_visible() {
            Self::forbidden(denied.to_string())
        } else {
            Self::not_found("room")
        }
    }
}

/// With `{:#}` what caused it follows, as for a log.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ErrorKind::Invalid { field } => write!(f, "{field} {}", self.message)?,
            _ => f.write_str(&self.message)?,
        }
        let mut cause = std::error::Error::source(self).filter(|_| f.alternate());
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind)
            .field("message", &self.message)
            .field("source", &self.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source.as_ref() as _)
    }
}
