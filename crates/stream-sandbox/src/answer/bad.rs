//! Answers of a sandbox that was told to misbehave.

use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use jiff::Timestamp;

use crate::failure::Failure;
use crate::faults::{Misbehaviour, refusal};
use crate::limits::Standing;
use crate::listen::Cut;

/// The answer given instead of carrying the request out, when the fault is of that kind.
pub(crate) fn instead(name: &str, fault: &Misbehaviour, cut: Option<&Cut>) -> Option<Response> {
    match *fault {
        Misbehaviour::RateLimited {
            reset_in_ms,
            plain_text,
        } => Some(limited(name, reset_in_ms, plain_text)),
        Misbehaviour::Error {
            status,
            plain_text,
            carried_out: false,
        } => Some(error(name, status, plain_text)),
        Misbehaviour::Refuse { code, status } => Some(refusal(code, status).response(name)),
        Misbehaviour::ResetBefore => {
            reset(cut);
            Some(StatusCode::BAD_GATEWAY.into_response())
        }
        Misbehaviour::Error { .. } | Misbehaviour::Slow { .. } | Misbehaviour::ResetAfter => None,
    }
}

pub(super) fn reset(cut: Option<&Cut>) {
    if let Some(cut) = cut {
        cut.reset();
    }
}

fn limited(name: &str, reset_in_ms: u64, plain_text: bool) -> Response {
    let failure = Failure::new(
        9,
        StatusCode::TOO_MANY_REQUESTS,
        "Too many requests, check response headers for more information.",
    );
    let mut response = if plain_text {
        (StatusCode::TOO_MANY_REQUESTS, "Too Many Requests\n").into_response()
    } else {
        failure.response(name)
    };
    let wait = i64::try_from(reset_in_ms.div_ceil(1000)).unwrap_or(60);
    let standing = Standing {
        limit: 60,
        remaining: 0,
        reset: Timestamp::now().as_second() + wait,
    };
    standing.headers(response.headers_mut());
    response
}

pub(super) fn error(name: &str, status: u16, plain_text: bool) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if plain_text {
        return (
            status,
            "upstream connect error or disconnect/reset before headers\n",
        )
            .into_response();
    }
    Failure::new(-1, status, "internal error").response(name)
}
