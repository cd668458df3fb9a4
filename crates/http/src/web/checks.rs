//! The page of administrators: whether everything is set up, each point with its remedy.

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use domain::{Role, StaffMember};
use ports::{Checks, ErrorKind, Finding};

use crate::{
    app::Shell,
    failure::Failure,
    identity::SignedIn,
    pages::ChecksPage,
    web::{frame, show},
};

/// Path of the page.
pub(crate) const PAGE: &str = "/admin/checks";

/// Whether the page is there and this is somebody to look at it.
pub(crate) fn are_for(shell: &Shell, signed_in: &SignedIn) -> bool {
    let member = signed_in.member();
    shell.checks.is_some() && member.active && member.role == Role::Administrator
}

/// `GET /admin/checks`: what the settings alone tell; nobody is asked.
pub(crate) async fn show_settings(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
) -> Result<Response, Failure> {
    let (checks, member) = asked(&shell, signed_in)?;
    let findings = checks.settings(&member).await.map_err(refused)?;
    show(StatusCode::OK, &page(&shell, &findings))
}

/// `POST /admin/checks`: everything, which asks Stream and the database.
pub(crate) async fn run(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
) -> Result<Response, Failure> {
    let (checks, member) = asked(&shell, signed_in)?;
    let mut findings = checks.settings(&member).await.map_err(refused)?;
    findings.extend(checks.surroundings(&member).await.map_err(refused)?);
    let page = ChecksPage {
        asked_at: Some(frame::clock(&shell).label(shell.clock.now())),
        ..page(&shell, &findings)
    };
    show(StatusCode::OK, &page)
}

fn page(shell: &Shell, findings: &[Finding]) -> ChecksPage {
    ChecksPage::new(frame::alone(shell), findings, frame::admin_links(shell))
}

fn asked(
    shell: &Shell,
    signed_in: Option<Extension<SignedIn>>,
) -> Result<(Checks, StaffMember), Failure> {
    let Extension(signed_in) = signed_in.ok_or_else(Failure::not_signed_in)?;
    let checks = shell.checks.clone().ok_or_else(Failure::not_found)?;
    Ok((checks, signed_in.member().clone()))
}

fn refused(error: ports::Error) -> Failure {
    match error.kind() {
        ErrorKind::Forbidden => Failure::not_an_administrator(&error),
        _ => error.into(),
    }
}
