//! For whoever runs the service.

mod process;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
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
        .map(|metrics| metrics.render() + &process::render())
        .ok_or_else(Failure::not_found)
}
