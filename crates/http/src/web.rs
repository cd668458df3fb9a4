//! The pages: extract, ask the guarded port, show. Every form works without scripts.

pub(crate) mod audit;
pub(crate) mod availability;
pub(crate) mod checks;
pub(crate) mod client_library;
pub(crate) mod conversation;
pub(crate) mod facts;
pub(crate) mod files;
pub(crate) mod frame;
pub(crate) mod inbox;
pub(crate) mod moves;
pub(crate) mod patients;
pub(crate) mod people;
pub(crate) mod retention;
pub(crate) mod rooms;
pub(crate) mod search;
pub(crate) mod sessions;
pub(crate) mod staff;

use askama::Template;
use axum::{
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
};

use crate::{
    app::Shell,
    failure::Failure,
    identity::{CurrentDoctor, SignedIn},
};

/// Leads a doctor, or an administrator, to the page they start on.
pub(crate) async fn start(
    State(shell): State<Shell>,
    mut parts: Parts,
) -> Result<Redirect, Failure> {
    let signed_in = parts.extensions.get::<SignedIn>();
    if signed_in.is_some_and(|signed_in| checks::are_for(&shell, signed_in)) {
        return Ok(Redirect::to(checks::PAGE));
    }
    if signed_in.is_some_and(|signed_in| staff::is_for(&shell, signed_in)) {
        return Ok(Redirect::to(staff::PAGE));
    }
    CurrentDoctor::from_request_parts(&mut parts, &shell).await?;
    Ok(Redirect::to("/doctor/patients"))
}

/// A page as an answer.
pub(crate) fn show(status: StatusCode, page: &impl Template) -> Result<Response, Failure> {
    let html = page.render().map_err(|_| Failure::internal())?;
    Ok((status, Html(html)).into_response())
}
