//! Observation of every request: its id, its numbers, its line in the access log.

mod answered;

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{Method, Version},
    middleware::Next,
    response::Response,
};
use ports::TRACES;
use tracing::{Instrument, field::Empty};

use self::answered::{AccessLine, Answered};
use crate::{
    app::Shell,
    request_id::{REQUEST_ID, RequestId},
};

/// The route of a request that has none.
const NO_ROUTE: &str = "none";

/// Gives a request its id, times it, and has all log lines of it carry the id. Everything is known by route, never
/// by address: ids and the words of a search do not belong in logs and numbers.
pub(crate) async fn observed(
    State(shell): State<Shell>,
    mut request: Request,
    next: Next,
) -> Response {
    let is_believed = is_believed(&shell, &request);
    let id = is_believed
        .then(|| RequestId::read(request.headers()))
        .flatten()
        .unwrap_or_else(RequestId::random);
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or(NO_ROUTE, MatchedPath::as_str)
        .to_owned();
    let method = known_method(request.method());
    let protocol = known_protocol(request.version());
    request.extensions_mut().insert(id.clone());
    // At the level of errors, so that it is there whatever level is logged.
    let span = tracing::error_span!("request", request_id = %id);
    let trace = tracing::info_span!(
        target: TRACES,
        parent: &span,
        "request",
        otel.name = %format_args!("{method} {route}"),
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        request_id = %id,
    );
    #[cfg(feature = "otlp")]
    if is_believed {
        crate::traceparent::go_on(&trace, request.headers());
    }
    let start = Instant::now();
    let answered = next.run(request).instrument(trace.clone());
    let mut response = answered.instrument(span.clone()).await;
    response.headers_mut().insert(REQUEST_ID, id.header());
    let status = response.status().as_u16();
    trace.record("http.response.status_code", status);
    if response.status().is_server_error() {
        trace.record("otel.status_code", "ERROR");
    }
    drop(trace);
    count(method, &route, status, start.elapsed());
    let line = shell.access_log.then_some(AccessLine {
        method,
        route,
        status,
        start,
        protocol,
    });
    response.map(|body| Body::new(Answered::new(body, span, line)))
}

/// Counts a request that was refused before it came to a route.
#[cfg(feature = "cli")]
pub(crate) fn count_refused(method: &Method, status: u16) {
    count(known_method(method), NO_ROUTE, status, Duration::ZERO);
}

fn count(method: &'static str, route: &str, status: u16, took: Duration) {
    let labels = [
        ("method", method.to_owned()),
        ("route", route.to_owned()),
        ("status", status.to_string()),
    ];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels).record(took.as_secs_f64());
}

/// Whether what the request says of itself comes from a trusted proxy.
fn is_believed(shell: &Shell, request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.is_some_and(|ConnectInfo(peer)| {
        let sign_in = shell.sign_in.as_ref();
        sign_in.is_some_and(|sign_in| sign_in.believes(peer.ip()))
    })
}

/// A client may invent methods; a metric must not grow with them.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

fn known_protocol(version: Version) -> &'static str {
    match version {
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_11 => "HTTP/1.1",
        Version::HTTP_2 => "HTTP/2",
        _ => "other",
    }
}
