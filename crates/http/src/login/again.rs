//! The login page, and what a login goes on with.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use super::is_kept;
use crate::{app::Shell, failure::Failure, pages::LoginPage, web::frame};

/// The page, and perhaps a form, that a login goes on with.
pub(super) struct LoginAgain {
    /// The page to lead on to.
    pub(super) next: Option<String>,
    /// A form that was not sent, sealed.
    pub(super) unsent: Option<String>,
}

pub(super) fn page(
    shell: &Shell,
    status: StatusCode,
    email: &str,
    error: Option<&str>,
    again: &LoginAgain,
) -> Result<Response, Failure> {
    let reason = "You were signed out before that was sent. It comes back when you sign in.";
    let next = again.next.as_deref().filter(|next| is_kept(next));
    let page = LoginPage {
        frame: frame::alone(shell),
        email: email.to_owned(),
        error: error.map(str::to_owned),
        reason: again.unsent.as_ref().map(|_| reason.to_owned()),
        action: next.map_or("/login".to_owned(), |next| format!("/login?next={next}")),
        unsent: again.unsent.clone(),
        demo: shell.demo_logins.clone(),
    };
    let html = page.render().map_err(|_| Failure::internal())?;
    Ok((status, Html(html)).into_response())
}
