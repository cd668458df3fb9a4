//! Each request is one visit in the audit.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use ports::{Origin, Visit};

use crate::{failure::Failure, login::Peer};

/// Says in the entries of a request where it came from, and answers it once they are all stored.
pub(crate) async fn visit(Peer(address): Peer, request: Request, next: Next) -> Response {
    let visit = Visit::new(Origin::default().at(address));
    match visit.run(next.run(request)).await {
        Ok(response) => response,
        Err(error) => Failure::from(error).into_response(),
    }
}
