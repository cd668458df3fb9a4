//! The shell's own login: pages, passwords, sessions. A host service that knows who is signed in
//! leaves all of this out.

mod identify;
mod password;
mod store;
mod throttle;
mod watch;

use std::{net::IpAddr, sync::Arc, time::Duration};

use askama::Template;
use axum::{
    Router,
    extract::{ConnectInfo, FromRequestParts, State},
    http::{StatusCode, request::Parts},
    middleware,
    response::{Html, IntoResponse, Redirect, Response},
};
use ports::{Clock, Credentials, Sessions, StaffDirectory};
use serde::Deserialize;
use tower_sessions::{Expiry, Session, SessionManagerLayer, cookie::SameSite};

pub use self::password::hash_password;
use self::{store::Store, throttle::Throttle, watch::Watch};
use crate::{
    app::Shell,
    extract::{FormBody, Params},
    failure::Failure,
    pages::LoginPage,
    web::frame,
};

/// Name of the session cookie.
const COOKIE: &str = "hims_chat";

/// The login pages and what they need.
pub struct SignIn {
    credentials: Arc<dyn Credentials>,
    idle: Duration,
    secure: bool,
    store: Store,
    throttle: Throttle,
    watch: Watch,
}

impl SignIn {
    /// A login against the HIMS's own users. A session ends after `idle` without a request by its
    /// doctor. `secure` keeps the cookie off plain HTTP; off only on a loopback address.
    pub fn new(
        credentials: Arc<dyn Credentials>,
        sessions: Arc<dyn Sessions>,
        staff: Arc<dyn StaffDirectory>,
        clock: Arc<dyn Clock>,
        idle: Duration,
        secure: bool,
    ) -> Self {
        let store = Store::new(sessions, clock, idle);
        let watch = Watch::new(store.clone(), staff);
        Self {
            credentials,
            idle,
            secure,
            store,
            throttle: Throttle::default(),
            watch,
        }
    }
}

/// Puts who is signed in before the routes.
pub(crate) fn identified(router: Router<Shell>, shell: &Shell) -> Router<Shell> {
    let Some(sign_in) = &shell.sign_in else {
        return router;
    };
    let idle = tower_sessions::cookie::time::Duration::try_from(sign_in.idle).unwrap_or_default();
    let sessions = SessionManagerLayer::new(sign_in.store.clone())
        .with_name(COOKIE)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(sign_in.secure)
        .with_expiry(Expiry::OnInactivity(idle));
    router
        .layer(middleware::from_fn_with_state(
            shell.clone(),
            identify::identify,
        ))
        .layer(sessions)
}

/// Where to go after the login.
#[derive(Deserialize)]
pub(crate) struct LoginQuery {
    next: Option<String>,
}

/// `GET /login`.
pub(crate) async fn form(
    State(shell): State<Shell>,
    Params(_): Params<LoginQuery>,
) -> Result<Response, Failure> {
    page(&shell, StatusCode::OK, "", None)
}

/// `POST /login`.
pub(crate) async fn submit(
    State(shell): State<Shell>,
    Params(query): Params<LoginQuery>,
    Peer(peer): Peer,
    session: Session,
    form: FormBody,
) -> Result<Response, Failure> {
    let sign_in = shell.sign_in.as_ref().ok_or_else(Failure::not_found)?;
    let email = form.get("email").unwrap_or_default().trim().to_lowercase();
    let password = form.get("password").unwrap_or_default().to_owned();
    if email.is_empty()
        || email.chars().count() > 254
        || password.is_empty()
        || password.len() > 1024
    {
        let error = "Enter your e-mail address and your password.";
        return page(
            &shell,
            StatusCode::UNPROCESSABLE_ENTITY,
            &email,
            Some(error),
        );
    }
    if let Some(wait) = sign_in.throttle.must_wait(&email, peer) {
        return Err(Failure::throttled(wait));
    }
    let login = sign_in.credentials.find(&email).await?;
    let hash = login.as_ref().map(|login| login.password.clone());
    let is_right = password::matches(password, hash).await;
    match login.filter(|login| is_right && login.member.active) {
        Some(login) => {
            sign_in.throttle.succeeded(&email);
            identify::begin(&session, &login.member.id).await?;
            Ok(Redirect::to(&next_address(query.next.as_deref())).into_response())
        }
        None => {
            sign_in.throttle.failed(&email, peer);
            let error = "The e-mail address or the password is wrong.";
            page(&shell, StatusCode::UNAUTHORIZED, &email, Some(error))
        }
    }
}

/// `POST /logout`: ends the session and every live stream of it.
pub(crate) async fn sign_out(
    State(shell): State<Shell>,
    session: Session,
) -> Result<Response, Failure> {
    let id = session.id();
    session
        .flush()
        .await
        .map_err(|_| Failure::from(ports::Error::unavailable("sessions cannot be ended now")))?;
    if let (Some(sign_in), Some(id)) = (&shell.sign_in, id) {
        sign_in.watch.ended(&store::key(id));
    }
    Ok(Redirect::to("/login").into_response())
}

fn page(
    shell: &Shell,
    status: StatusCode,
    email: &str,
    error: Option<&str>,
) -> Result<Response, Failure> {
    let page = LoginPage {
        frame: frame::alone(shell),
        email: email.to_owned(),
        error: error.map(str::to_owned),
        reason: None,
        demo: shell.demo_logins.clone(),
    };
    let html = page.render().map_err(|_| Failure::internal())?;
    Ok((status, Html(html)).into_response())
}

/// Only a page of ours: an address of another place would be an open door for phishing.
fn next_address(next: Option<&str>) -> String {
    let is_ours =
        |next: &&str| next.starts_with("/doctor/") && !next.contains(['\\', '?', '#', '\r', '\n']);
    next.filter(is_ours).unwrap_or("/").to_owned()
}

/// The address a request comes from, where the server knows it.
pub(crate) struct Peer(Option<IpAddr>);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>();
        Ok(Self(peer.map(|ConnectInfo(address)| address.ip())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_login_leads_only_to_our_own_pages() {
        assert_eq!(
            next_address(Some("/doctor/chat/rooms/7")),
            "/doctor/chat/rooms/7"
        );
        for other in [
            "https://evil.example",
            "//evil.example",
            "/doctor/\\evil",
            "/login",
            "/doctor/x?y=z",
        ] {
            assert_eq!(next_address(Some(other)), "/", "{other}");
        }
    }
}
