//! A form that came after the session was over: what was written comes back after the login. Until then it
//! lies in the login page, sealed, so that only a login of the same account opens it.

use askama::Template;
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{Method, StatusCode},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use domain::StaffId;
use serde::{Deserialize, Serialize};

use super::{
    LOGIN_COOKIE,
    again::{LoginAgain, page},
    lock::email_in,
};
use crate::{
    app::Shell,
    extract::{FormBody, MAX_BODY, is_form},
    failure::Failure,
    identity::SignedIn,
    pages::UnsentPage,
    seal::Seal,
    web::frame,
};

/// The field of the login form that carries it.
pub(super) const FIELD: &str = "unsent";

/// Fields of a message's form that come back.
const KEPT: [&str; 5] = ["client_id", "reply_to", "text", "urgency", "urgent_reason"];

/// Most bytes of a sealed form: the login form that carries it has to stay under the limit of forms.
const MOST_SEALED: usize = 96 * 1024;

/// A form that was not sent.
#[derive(Deserialize, Serialize)]
struct Unsent {
    /// The page that it was on.
    page: String,
    /// The address that it goes to after the login.
    action: String,
    fields: Vec<(String, String)>,
    /// It is a message, which goes back into the composer first.
    is_message: bool,
}

impl Unsent {
    fn of(shell: &Shell, path: &str, form: FormBody) -> Self {
        let mounts = shell.mounts.iter();
        let mut in_rooms = mounts.filter_map(|mount| {
            let rest = path.strip_prefix(mount.prefix.as_str())?;
            let (room, rest) = rest.strip_prefix("/rooms/")?.split_once('/')?;
            Some((format!("{}/rooms/{room}", mount.prefix), rest))
        });
        let Some((room, rest)) = in_rooms.next() else {
            return Self::other("/".to_owned(), path, form);
        };
        let edited = rest
            .strip_prefix("messages/")
            .and_then(|rest| rest.strip_suffix("/edit"));
        if rest == "messages" || edited.is_some() {
            Self::message(room, edited, form)
        } else {
            Self::other(room, path, form)
        }
    }

    fn other(page: String, action: &str, form: FormBody) -> Self {
        Self {
            page,
            action: action.to_owned(),
            fields: form.0,
            is_message: false,
        }
    }

    fn message(room: String, edited: Option<&str>, form: FormBody) -> Self {
        let is_kept = |(name, _): &(String, String)| KEPT.contains(&name.as_str());
        let mut fields: Vec<_> = form.0.into_iter().filter(is_kept).collect();
        fields.extend(edited.map(|id| ("editing".to_owned(), id.to_owned())));
        Self {
            action: format!("{room}/unsent"),
            page: room,
            fields,
            is_message: true,
        }
    }

    fn sealed(&self, seal: &Seal) -> Option<String> {
        let words = serde_json::to_vec(self).ok()?;
        let sealed = HEXLOWER.encode(&seal.seal(&words, FIELD)?);
        (sealed.len() <= MOST_SEALED).then_some(sealed)
    }

    fn opened(sealed: &str, seal: &Seal) -> Option<Self> {
        let words = seal.open(&HEXLOWER_PERMISSIVE.decode(sealed.as_bytes()).ok()?, FIELD)?;
        serde_json::from_slice(&words).ok()
    }

    /// The page after the login, which leads on with what was written.
    fn page(self, shell: &Shell) -> Result<Response, Failure> {
        let is_text = |name: &str| ["text", "title", "q"].contains(&name);
        let text = self.fields.iter().find(|(name, _)| is_text(name));
        let page = UnsentPage {
            frame: frame::alone(shell),
            text: text.map(|(_, text)| text.clone()).unwrap_or_default(),
            page: self.page,
            action: self.action,
            fields: self.fields,
            is_message: self.is_message,
        };
        let html = page.render().map_err(|_| Failure::internal())?;
        Ok(Html(html).into_response())
    }
}

/// The page that goes on with the form that this account sent before its session ended, if `sealed` is
/// one.
pub(super) fn page_after(
    shell: &Shell,
    account: &StaffId,
    sealed: &str,
) -> Option<Result<Response, Failure>> {
    let sign_in = shell.sign_in.as_ref()?;
    let seal = Seal::of(&sign_in.draft_keys, account)?;
    let unsent = Unsent::opened(sealed, &seal)?;
    Some(unsent.page(shell))
}

/// Keeps a form that comes without a session until the next login.
pub(super) async fn keep_late_forms(
    State(shell): State<Shell>,
    cookies: CookieJar,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let email = shell
        .sign_in
        .as_ref()
        .and_then(|sign_in| sign_in.value_of(&cookies, LOGIN_COOKIE))
        .and_then(email_in);
    let Some(email) = email.filter(|_| is_late_form(&request)) else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_BODY).await else {
        return Failure::not_signed_in().into_response();
    };
    let request = Request::from_parts(parts, Body::from(bytes.clone()));
    let response = next.run(request).await;
    let failure = response.extensions().get::<Failure>();
    if failure.is_none_or(|failure| failure.status != StatusCode::UNAUTHORIZED) {
        return response;
    }
    let Ok(form) = serde_urlencoded::from_bytes(&bytes).map(FormBody) else {
        return response;
    };
    let unsent = Unsent::of(&shell, &path, form);
    match ask(&shell, &email, unsent).await {
        Ok(Some(login)) => login,
        Ok(None) => response,
        Err(failure) => failure.into_response(),
    }
}

fn is_late_form(request: &Request) -> bool {
    let is_page = !request.uri().path().split('/').any(|part| part == "api");
    let path = request.uri().path();
    let is_login =
        ["/login", "/logout", "/lock", "/unlock"].contains(&path) || path.starts_with("/sessions/");
    let signed_in = request.extensions().get::<SignedIn>();
    request.method() == Method::POST
        && is_page
        && !is_login
        && signed_in.is_none()
        && is_form(request)
}

/// Asks whoever signed in last on this browser to sign in again, with the form in the page. Where nobody has
/// that account any more, the login is all there is.
async fn ask(shell: &Shell, email: &str, unsent: Unsent) -> Result<Option<Response>, Failure> {
    let Some(sign_in) = &shell.sign_in else {
        return Ok(None);
    };
    let login = sign_in.credentials.find(email).await?;
    let seal = login.and_then(|login| Seal::of(&sign_in.draft_keys, &login.member.id));
    let Some(sealed) = seal.and_then(|seal| unsent.sealed(&seal)) else {
        return Ok(None);
    };
    let again = LoginAgain {
        next: Some(unsent.page),
        unsent: Some(sealed),
        is_signed_out: true,
    };
    page(shell, StatusCode::UNAUTHORIZED, email, None, &again).map(Some)
}
