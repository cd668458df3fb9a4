//! For whoever runs the service.

use std::time::Instant;

use axum::{
    Json,
    extract::{MatchedPath, Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{app::Shell, failure::Failure, readiness::Readiness};

/// The process runs.
#[utoipa::path(get, path = "/health/live", tag = "operations", responses((status = 200, body = String)))]
pub(crate) async fn live() -> &'static str {
    "alive\n"
}

/// The hospital's store takes writes. A mount whose far end is away is degraded, and the others serve.
#[utoipa::path(get, path = "/health/ready", tag = "operations",
    responses((status = 200, body = Readiness), (status = 503, body = Readiness)))]
pub(crate) async fn ready(State(shell): State<Shell>) -> Response {
    let readiness = shell.ready.of(&shell).await;
    let status = if readiness.is_ready() {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness)).into_response()
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
