use ports::part_of_request;
use tracing::Span;

use crate::{
    client::{Attempt, Error, Observer, Operation},
    measurements,
};

/// Counts what is asked of Stream, shows it to whoever traces the request, and says it to the log
/// where `STREAM_DEBUG` asks for that. Ids, queries, texts and tokens stay out.
pub(crate) struct Observed {
    debug: bool,
}

impl Observed {
    pub(crate) fn new(debug: bool) -> Self {
        measurements::describe();
        Self { debug }
    }
}

impl Observer for Observed {
    fn span(&self, operation: Operation) -> Span {
        part_of_request("Stream", operation)
    }

    fn attempted(&self, attempt: &Attempt<'_>) {
        match attempt.error {
            None => attempt.span.record("http.response.status_code", 200),
            Some(error) => attempt
                .span
                .record("http.response.status_code", error.status())
                .record("otel.status_code", "ERROR"),
        };
        measurements::requested(attempt);
        if !self.debug {
            return;
        }
        let (status, code) = match attempt.error {
            None => (Some(200), None),
            Some(error) => (error.status(), error.code()),
        };
        tracing::info!(
            target: "hims_chat_stream::calls",
            method = attempt.operation.method(),
            path = attempt.operation.path(),
            status,
            code,
            error = attempt.error.map(Error::kind).map(tracing::field::debug),
            milliseconds = u64::try_from(attempt.took.as_millis()).unwrap_or(u64::MAX),
            attempt = attempt.number,
            left = attempt.remaining,
            "Stream was called"
        );
    }

    fn connected(&self, attempt: u32, error: Option<&Error>) {
        if self.debug {
            let code = error.and_then(Error::code);
            let kind = error.map(Error::kind).map(tracing::field::debug);
            let path = "/connect";
            tracing::info!(target: "hims_chat_stream::calls", path, code, error = kind, attempt, "Stream was called");
        }
    }
}
