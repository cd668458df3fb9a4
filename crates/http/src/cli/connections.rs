//! The listener: every connection has an end, and however many come, there is room for another.
//!
//! axum's own `serve` waits for ever for a head, a body or a reader, and stops accepting where the
//! process may open no more files.

mod body;
mod seats;

use std::{
    convert::Infallible,
    io::ErrorKind,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, atomic::AtomicBool, atomic::Ordering},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_io_timeout::TimeoutStream;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

pub(super) use self::seats::Room;
use self::{
    body::{Progressing, Whole},
    seats::{Seat, Seats},
};
use crate::{
    observed::count_refused,
    request_id::{REQUEST_ID, RequestId},
};

/// How long a head may take on a connection that is served only because health is asked for.
const HEAD_OF_HEALTH: Duration = Duration::from_secs(5);

/// How long a reader may take nothing of an answer. Live streams say something every 15 seconds.
const UNREAD: Duration = Duration::from_secs(60);

/// How long accepting rests when the system refuses.
const REST: Duration = Duration::from_millis(50);

/// Longest head of a request, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;

/// Serves until `closing` is cancelled and every connection has ended, or until the socket no longer listens. A
/// connection may take `patience` for a head, for each kilobyte of a body, and between two requests.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    room: Room,
    patience: Duration,
    closing: CancellationToken,
) {
    let seats = Seats::new(room);
    let connections = TaskTracker::new();
    loop {
        let accepted = tokio::select! {
            () = closing.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((socket, peer)) => {
                if let Some(seat) = seats.take(peer.ip()) {
                    let (router, closing) = (router.clone(), closing.clone());
                    connections.spawn(connection(socket, peer, seat, router, patience, closing));
                }
            }
            // The other side went away first.
            Err(error) if is_of_the_connection(error.kind()) => {}
            // It does not listen, and never will again.
            Err(error) if error.kind() == ErrorKind::InvalidInput => {
                tracing::error!(%error, "connections are not accepted any more");
                return;
            }
            Err(error) => {
                // No descriptors or no memory: one that waits is closed for it.
                tracing::warn!(%error, "a connection could not be accepted");
                seats.close_one();
                tokio::time::sleep_until(tokio::time::Instant::now() + REST).await;
            }
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

fn is_of_the_connection(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::ConnectionRefused
    )
}

async fn connection(
    socket: TcpStream,
    peer: SocketAddr,
    seat: Seat,
    router: Router,
    patience: Duration,
    closing: CancellationToken,
) {
    // Small answers go out at once; a socket that cannot be told works all the same.
    let _ = socket.set_nodelay(true);
    let mut socket = TimeoutStream::new(socket);
    socket.set_write_timeout(Some(UNREAD));
    let seat = Arc::new(seat);
    let head = if seat.is_for_health_only() {
        HEAD_OF_HEALTH.min(patience)
    } else {
        patience
    };
    let served = seat.clone();
    let service =
        service_fn(move |request| answer(request, peer, served.clone(), router.clone(), patience));
    let http = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head)
        .max_buf_size(LONGEST_HEAD)
        .serve_connection(TokioIo::new(Box::pin(socket)), service);
    let mut http = pin!(http);
    let mut is_closing = false;
    loop {
        tokio::select! {
            // What went wrong on the wire is nobody's fault here.
            _ = http.as_mut() => return,
            () = seat.taken_back() => return,
            () = closing.cancelled(), if !is_closing => {
                is_closing = true;
                http.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn answer(
    request: Request<Incoming>,
    peer: SocketAddr,
    seat: Arc<Seat>,
    router: Router,
    patience: Duration,
) -> Result<Response<Whole>, Infallible> {
    let in_use = seat.in_use();
    if seat.is_for_health_only() && !request.uri().path().starts_with("/health/") {
        let answer = full();
        count_refused(request.method(), answer.status().as_u16());
        return Ok(in_use.until_read(named(answer, None)));
    }
    let too_slow = Arc::new(AtomicBool::new(false));
    let body = |body| Progressing::new(body, in_use.clone(), patience, too_slow.clone());
    let mut request = request.map(|incoming| Body::new(body(incoming)));
    request.extensions_mut().insert(ConnectInfo(peer));
    let Ok(response) = router.oneshot(request).await;
    let response = if too_slow.load(Ordering::Relaxed) {
        let id = response.headers().get(REQUEST_ID).cloned();
        named(slow(), id)
    } else {
        response
    };
    Ok(in_use.until_read(response))
}

/// The answer under the id of its request, or a new one.
fn named(mut answer: Response, id: Option<HeaderValue>) -> Response {
    let id = id.unwrap_or_else(|| RequestId::random().header());
    answer.headers_mut().insert(REQUEST_ID, id);
    answer
}

/// To all but health, when every connection is in use.
fn full() -> Response {
    let words = "All connections are in use. Try again.";
    let answer = problem(
        StatusCode::SERVICE_UNAVAILABLE,
        "unavailable",
        "Full",
        words,
    );
    ([(header::RETRY_AFTER, "5")], answer).into_response()
}

/// To a body that came too slowly, whatever was made of it.
fn slow() -> Response {
    metrics::counter!("http_connections_closed_total", "reason" => "slow").increment(1);
    let words = "The rest of the request did not come in time. Try again.";
    problem(StatusCode::REQUEST_TIMEOUT, "too-slow", "Too slow", words)
}

/// Problem details (RFC 9457), and the end of the connection.
fn problem(status: StatusCode, kind: &str, title: &str, detail: &str) -> Response {
    let code = status.as_u16();
    let body = format!(
        r#"{{"type":"urn:hims-chat:{kind}","title":"{title}","status":{code},"detail":"{detail}"}}"#
    );
    let headers = [
        (header::CONTENT_TYPE, "application/problem+json"),
        (header::CONNECTION, "close"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, body).into_response()
}
