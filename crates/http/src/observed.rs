//! What is seen of every request: its id, its numbers, its line in the access log.

mod answered;

use std::{net::SocketAddr, time::Instant};

use axum::{
    body::Body,
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{Method, Version},
    middleware::Next,
    response::Response,
};
use tracing::Instrument;

use self::answered::{AccessLine, Answered};
use crate::{
    app::Shell,
    request_id::{REQUEST_ID, RequestId},
};

/// Gives a request its id, times it, and has all log lines of it carry the id. Everything is known by route, never
/// by address: ids and the words of a search do not belong in logs and numbers.
pub(crate) async fn observed(
    State(shell): State<Shell>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = id_of(&shell, &request);
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    let method = known_method(request.method());
    let protocol = known_protocol(request.version());
    request.extensions_mut().insert(id.clone());
    // At the level of errors, so that it is there whatever level is logged.
    let span = tracing::error_span!("request", request_id = %id);
    let start = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    response.headers_mut().insert(REQUEST_ID, id.header());
    let status = response.status().as_u16();
    let labels = [
        ("method", method.to_owned()),
        ("route", route.clone()),
        ("status", status.to_string()),
    ];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels)
        .record(start.elapsed().as_secs_f64());
    let line = shell.access_log.then_some(AccessLine {
        method,
        route,
        status,
        start,
        protocol,
    });
    response.map(|body| Body::new(Answered::new(body, span, line)))
}

fn id_of(shell: &Shell, request: &Request) -> RequestId {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_believed = peer.is_some_and(|ConnectInfo(peer)| {
        let sign_in = shell.sign_in.as_ref();
        sign_in.is_some_and(|sign_in| sign_in.believes(peer.ip()))
    });
    is_believed
        .then(|| RequestId::read(request.headers()))
        .flatten()
        .unwrap_or_else(RequestId::random)
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
