use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Instant,
};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use tracing::Span;

/// The line of a request in the access log, beside its id: no path, no query, no address of a client.
pub(super) struct AccessLine {
    pub(super) method: &'static str,
    pub(super) route: String,
    pub(super) status: u16,
    pub(super) start: Instant,
    pub(super) protocol: &'static str,
}

/// The body of an answer, whose bytes are counted. What is logged while it is made is the request's, and so is the
/// access line when it ends: sent whole, or given up.
pub(super) struct Answered {
    body: Body,
    span: Span,
    line: Option<AccessLine>,
    bytes: u64,
}

impl Answered {
    pub(super) fn new(body: Body, span: Span, line: Option<AccessLine>) -> Self {
        Self {
            body,
            span,
            line,
            bytes: 0,
        }
    }
}

impl HttpBody for Answered {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        let _in_request = this.span.enter();
        let polled = Pin::new(&mut this.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled {
            this.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answered {
    fn drop(&mut self) {
        let Some(line) = self.line.take() else {
            return;
        };
        let _in_request = self.span.enter();
        tracing::info!(
            target: "hims_chat::access",
            method = line.method,
            route = line.route,
            status = line.status,
            milliseconds = u64::try_from(line.start.elapsed().as_millis()).unwrap_or(u64::MAX),
            bytes = self.bytes,
            protocol = line.protocol,
            "answered"
        );
    }
}
