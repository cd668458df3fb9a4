use std::time::Duration;

use tracing::Span;

use super::{Error, Operation};

/// Sees every attempt of every call: for metrics, traces and logs. Nothing that it is given holds
/// an id, a text, a URL or a token.
pub trait Observer: Send + Sync {
    /// The span that an attempt runs in; none unless said otherwise.
    fn span(&self, operation: Operation) -> Span {
        let _ = operation;
        Span::none()
    }

    /// An attempt is over.
    fn attempted(&self, attempt: &Attempt<'_>) {
        let _ = attempt;
    }

    /// A WebSocket was opened, or was not; `attempt` counts from 1 since it last was.
    fn connected(&self, attempt: u32, error: Option<&Error>) {
        let _ = (attempt, error);
    }
}

/// One attempt of a call.
#[derive(Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// Method and path, with names in braces where ids go.
    pub operation: Operation,
    /// Counts from 1.
    pub number: u32,
    /// Until the answer was there, or the attempt was given up.
    pub took: Duration,
    /// Calls that the rate limit leaves in the present window, where the answer said so.
    pub remaining: Option<i64>,
    /// Why it did not succeed.
    pub error: Option<&'a Error>,
    /// The span of [`Observer::span`].
    pub span: &'a Span,
}

/// Looks away.
pub(super) struct Nobody;

impl Observer for Nobody {}
