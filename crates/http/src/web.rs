//! The pages: extract, ask the guarded port, show. Every form works without scripts.

pub(crate) mod conversation;
pub(crate) mod facts;
pub(crate) mod files;
pub(crate) mod frame;
pub(crate) mod patients;
pub(crate) mod rooms;

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};

use crate::{app::Shell, failure::Failure, identity::CurrentDoctor};

/// Where a doctor starts.
pub(crate) async fn start(State(_): State<Shell>, CurrentDoctor(_): CurrentDoctor) -> Redirect {
    Redirect::to("/doctor/patients")
}

/// A page as an answer.
pub(crate) fn show(status: StatusCode, page: &impl Template) -> Result<Response, Failure> {
    let html = page.render().map_err(|_| Failure::internal())?;
    Ok((status, Html(html)).into_response())
}
