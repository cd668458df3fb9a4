//! The faults over HTTP, for programs that do not hold the handle.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::App;
use crate::faults::{Fault, Faults};
use crate::routes;

/// An order besides single faults.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Order {
    DropSockets {
        user: Option<String>,
    },
    SilenceSockets {
        user: Option<String>,
    },
    ExpireTokens,
    Suspend {
        suspended: bool,
    },
    Limit {
        endpoint: String,
        limit: Option<u64>,
    },
    Restart,
}

/// GET `/sandbox/faults`
pub(crate) async fn list(State(app): State<Arc<App>>) -> Json<Vec<Fault>> {
    Json(Faults { app }.list())
}

/// POST `/sandbox/faults`
pub(crate) async fn add(State(app): State<Arc<App>>, Json(fault): Json<Fault>) -> Response {
    if let Some(name) = fault.endpoint.as_ref().filter(|name| !routes::known(name)) {
        return (
            StatusCode::BAD_REQUEST,
            format!("no endpoint is called {name}; one is SendMessage\n"),
        )
            .into_response();
    }
    Faults { app }.add(fault);
    StatusCode::NO_CONTENT.into_response()
}

/// DELETE `/sandbox/faults`
pub(crate) async fn clear(State(app): State<Arc<App>>) -> StatusCode {
    Faults { app }.clear();
    StatusCode::NO_CONTENT
}

/// POST `/sandbox/orders`
pub(crate) async fn order(State(app): State<Arc<App>>, Json(order): Json<Order>) -> Json<Value> {
    let faults = Faults { app };
    let mut sockets = None;
    match order {
        Order::DropSockets { user } => sockets = Some(faults.drop_sockets(user.as_deref())),
        Order::SilenceSockets { user } => sockets = Some(faults.silence_sockets(user.as_deref())),
        Order::ExpireTokens => faults.expire_tokens(),
        Order::Suspend { suspended } => faults.suspend(suspended),
        Order::Limit { endpoint, limit } => faults.limit(&endpoint, limit),
        // The connection this came over goes down with the rest, so the answer may not arrive.
        Order::Restart => drop(tokio::spawn(async move { faults.restart().await })),
    }
    Json(json!({ "sockets": sockets }))
}

/// Lets through only requests made to a name of this machine, so that no web page elsewhere gives orders.
pub(crate) async fn local_only(request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, _)| name)
        .trim_matches(['[', ']']);
    let local = name == "localhost"
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    if local {
        next.run(request).await
    } else {
        StatusCode::FORBIDDEN.into_response()
    }
}
