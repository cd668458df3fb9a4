//! The login page, and what a login goes on with.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use super::{SignIn, is_kept};
use crate::{app::Shell, failure::Failure, pages::LoginPage, web::frame};

/// The page, and perhaps a form, that a login goes on with.
#[derive(Default)]
pub(super) struct LoginAgain {
    /// The page to lead on to.
    pub(super) next: Option<String>,
    /// A form that was not sent, sealed.
    pub(super) unsent: Option<String>,
    /// This browser was signed in, and its session is over.
    pub(super) is_signed_out: bool,
}

pub(super) fn page(
    shell: &Shell,
    status: StatusCode,
    email: &str,
    error: Option<&str>,
    again: &LoginAgain,
) -> Result<Response, Failure> {
    let reason = match again {
        LoginAgain {
            unsent: Some(_), ..
        } => Some("You were signed out before that was sent. It comes back when you sign in."),
        LoginAgain {
            is_signed_out: true,
            ..
        } => Some(
            "You were signed out: after a time without use, or from another browser. Sign in to go on.",
        ),
        _ => None,
    };
    let next = again.next.as_deref().filter(|next| is_kept(next));
    let address = |path: &str| match next {
        Some(next) => format!("{path}?next={next}"),
        None => path.to_owned(),
    };
    let sign_in = shell.sign_in.as_ref();
    let page = LoginPage {
        frame: frame::alone(shell),
        by_name: shell.sign_in.as_ref().is_some_and(SignIn::takes_names),
        email: email.to_owned(),
        error: error.map(str::to_owned),
        reason: reason.map(str::to_owned),
        password: sign_in.is_none_or(SignIn::takes_passwords),
        sign_on: sign_in
            .filter(|sign_in| sign_in.has_openid())
            .map(|_| address("/login/oidc")),
        proxy: sign_in.is_some_and(SignIn::has_proxy),
        action: address("/login"),
        unsent: again.unsent.clone(),
        demo: shell.demo_logins.clone(),
    };
    let html = page.render().map_err(|_| Failure::internal())?;
    Ok((status, Html(html)).into_response())
}
