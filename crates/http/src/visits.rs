//! Each request is one visit in the audit.

use axum::{
    extract::Request,
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};
use ports::{Origin, Visit};

use crate::{failure::Failure, login::Peer, request_id::RequestId};

/// Says in the entries of a request where it came from, and answers it once they are all stored.
pub(crate) async fn visit(Peer(address): Peer, request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>();
    let origin = Origin::default()
        .at(address)
        .of_request(id.map(RequestId::as_str));
    let visit = match *request.method() {
        Method::GET | Method::HEAD => Visit::new(origin),
        _ => Visit::to_act(origin),
    };
    match visit.run(next.run(request)).await {
        Ok(response) => response,
        Err(error) => Failure::from(error).into_response(),
    }
}
