//! For whoever runs the service.

use std::time::Instant;

use axum::{
    Json,
    extract::{MatchedPath, Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::future::join_all;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::{Mount, Mounted, Shell},
    failure::Failure,
};

/// Whether the service can do its work.
#[derive(Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// `ready`, or `degraded` when a backend does not answer.
    status: &'static str,
    backends: Vec<BackendState>,
}

/// A mount and its backend.
#[derive(Serialize, ToSchema)]
pub(crate) struct BackendState {
    mount: String,
    /// `legacy` or `stream`; left out while it is not configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    backend: Option<&'static str>,
    /// `up`, `down` or `not-configured`.
    state: &'static str,
    /// What an operator can do, when it is down.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// The process runs.
#[utoipa::path(get, path = "/health/live", tag = "operations", responses((status = 200, body = String)))]
pub(crate) async fn live() -> &'static str {
    "alive\n"
}

/// The process and every configured backend work.
#[utoipa::path(get, path = "/health/ready", tag = "operations",
    responses((status = 200, body = Readiness), (status = 503, body = Readiness)))]
pub(crate) async fn ready(State(shell): State<Shell>) -> Response {
    let backends: Vec<BackendState> =
        join_all(shell.mounts.iter().map(|mount| state_of(mount))).await;
    let is_ready = backends.iter().all(|backend| backend.state != "down");
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = Readiness {
        status: if is_ready { "ready" } else { "degraded" },
        backends,
    };
    (status, Json(body)).into_response()
}

async fn state_of(mount: &Mount) -> BackendState {
    let mount_name = mount.prefix.to_string();
    match &mount.chat {
        Mounted::NotConfigured(_) => BackendState {
            mount: mount_name,
            backend: None,
            state: "not-configured",
            detail: None,
        },
        Mounted::Chat(chat) => {
            let backend = Some(chat.capabilities().backend);
            match chat.check().await {
                Ok(()) => BackendState {
                    mount: mount_name,
                    backend,
                    state: "up",
                    detail: None,
                },
                Err(error) => BackendState {
                    mount: mount_name,
                    backend,
                    state: "down",
                    detail: Some(error.to_string()),
                },
            }
        }
    }
}

/// Numbers for Prometheus.
pub(crate) async fn metrics(State(shell): State<Shell>) -> Result<String, Failure> {
    shell
        .metrics
        .as_ref()
        .map(|metrics| metrics.render())
        .ok_or_else(Failure::not_found)
}

/// Counts and times requests by route, never by address: ids do not belong in a metric.
pub(crate) async fn measured(request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    let method = known_method(request.method());
    let start = Instant::now();
    let response = next.run(request).await;
    let labels = [
        ("method", method.to_owned()),
        ("route", route),
        ("status", response.status().as_u16().to_string()),
    ];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels)
        .record(start.elapsed().as_secs_f64());
    response
}

/// A client may invent methods; a metric must not grow with them.
fn known_method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}
