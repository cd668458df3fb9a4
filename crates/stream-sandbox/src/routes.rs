//! The routes of the sandbox: the table of endpoints, and a few paths that are none.

mod table;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, on, post, put};

use self::table::{APP, CHANNELS, MESSAGES, USERS};
use crate::answer::{act, no_route};
use crate::app::App;
use crate::{control, files, imports, page, socket};

/// The largest file of an import.
const IMPORT: usize = 300 * 1024 * 1024;

pub(crate) fn router(app: Arc<App>) -> Router {
    let mut router = Router::new();
    for (method, path, name, action) in [USERS, CHANNELS, MESSAGES, APP].concat() {
        router = router.route(path, on(method, act(name, action)));
    }
    router
        .route("/connect", get(socket::connect))
        .route("/cdn/{folder}/{key}/{name}", get(files::serve))
        .route(
            "/uploaded/{*path}",
            put(imports::put_file).layer(DefaultBodyLimit::max(IMPORT)),
        )
        .fallback(no_route)
        .layer(from_fn(cross_origin))
        .merge(own_routes())
        .layer(from_fn(marked))
        .with_state(app)
}

/// Whether an endpoint has this name.
pub(crate) fn known(endpoint: &str) -> bool {
    let mut rows = [USERS, CHANNELS, MESSAGES, APP].into_iter().flatten();
    endpoint == "Connect" || rows.any(|(_, _, name, _)| *name == endpoint)
}

/// The sandbox's own pages; no other site may call them.
fn own_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/sandbox", get(page::page))
        .route(
            "/sandbox/faults",
            get(control::list).post(control::add).delete(control::clear),
        )
        .route("/sandbox/orders", post(control::order))
        .layer(from_fn(control::local_only))
}

async fn marked(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(
        HeaderName::from_static("x-stream-sandbox"),
        HeaderValue::from_static(page::MARK),
    );
    response
}

/// Lets browsers on any page use the API, as the original does: a token is needed anyway.
async fn cross_origin(request: Request, next: Next) -> Response {
    let preflight = request.method() == Method::OPTIONS;
    let mut response = if preflight {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    set(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        "x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset",
    );
    if preflight {
        set(
            header::ACCESS_CONTROL_ALLOW_METHODS,
            "GET, POST, PUT, PATCH, DELETE, OPTIONS",
        );
        set(
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "authorization, stream-auth-type, x-stream-client, x-client-request-id, content-type, x-stream-ext",
        );
        set(header::ACCESS_CONTROL_MAX_AGE, "86400");
    }
    response
}
