//! The shell's own login: pages, passwords, sessions. A host service that knows who is signed in
//! leaves all of this out.

mod identify;
mod live_sessions;
pub(crate) mod lock;
mod password;
mod peer;
mod throttle;
mod watch;

use std::{
    net::IpAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use askama::Template;
use axum::{
    Extension, Router,
    extract::State,
    http::StatusCode,
    middleware,
    response::{Html, IntoResponse, Redirect, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use domain::{Doctor, StaffMember};
use ports::{Chat, Clock, Credentials, Sessions, StaffDirectory};
use serde::Deserialize;

pub use self::password::hash_password;
use self::{
    live_sessions::{LiveSessions, key},
    password::PasswordCheck,
    peer::Peer,
    throttle::Throttle,
    watch::Watch,
};
use crate::{
    app::{Mounted, Shell},
    extract::{FormBody, Params},
    failure::Failure,
    identity::SignedIn,
    pages::LoginPage,
    web::frame,
};

/// Name of the session cookie. It holds a secret of 256 random bits and lasts as long as the
/// browser's own session; when it ends the store decides.
const COOKIE: &str = "hims_chat";

/// Name of the cookie that holds the address of the last login, so that a locked page asks for the
/// password only. It proves nothing, and a sign-out takes it away.
const LOGIN_COOKIE: &str = "hims_chat_login";

/// The login pages and what they need.
pub struct SignIn {
    credentials: Arc<dyn Credentials>,
    sessions: LiveSessions,
    watch: Watch,
    throttle: Throttle,
    passwords: PasswordCheck,
    secure: bool,
    trusted_proxies: Vec<IpAddr>,
    lock_after: Option<Duration>,
}

impl SignIn {
    /// A login against the HIMS's own users. A session ends after `idle` without a request by its
    /// doctor.
    pub fn new(
        credentials: Arc<dyn Credentials>,
        sessions: Arc<dyn Sessions>,
        staff: Arc<dyn StaffDirectory>,
        clock: Arc<dyn Clock>,
        idle: Duration,
    ) -> Self {
        let sessions = LiveSessions::new(sessions, clock, idle);
        Self {
            credentials,
            watch: Watch::new(sessions.clone(), staff),
            sessions,
            throttle: Throttle::default(),
            passwords: PasswordCheck::default(),
            secure: true,
            trusted_proxies: Vec::new(),
            lock_after: None,
        }
    }

    /// Lets the cookie travel over plain HTTP: only for a loopback address without a proxy.
    #[must_use]
    pub fn over_plain_http(mut self) -> Self {
        self.secure = false;
        self
    }

    /// Believes what these proxies say in `X-Forwarded-For` of whom they speak for.
    #[must_use]
    pub fn trusted_proxies(mut self, proxies: Vec<IpAddr>) -> Self {
        self.trusted_proxies = proxies;
        self
    }

    fn cookie(&self, name: &'static str, value: String) -> Cookie<'static> {
        Cookie::build((name, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .build()
    }
}

/// Puts who is signed in before the routes.
pub(crate) fn identified(router: Router<Shell>, shell: &Shell) -> Router<Shell> {
    match shell.sign_in {
        Some(_) => router.layer(middleware::from_fn_with_state(
            shell.clone(),
            identify::identify,
        )),
        None => router,
    }
}

/// Where to go after the login.
#[derive(Deserialize)]
pub(crate) struct LoginQuery {
    next: Option<String>,
}

/// `GET /login`.
pub(crate) async fn form(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
) -> Result<Response, Failure> {
    match signed_in {
        Some(_) => Ok(Redirect::to("/").into_response()),
        None => page(&shell, StatusCode::OK, "", None),
    }
}

/// `POST /login`.
pub(crate) async fn submit(
    State(shell): State<Shell>,
    Params(query): Params<LoginQuery>,
    Peer(peer): Peer,
    cookies: CookieJar,
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
    let Some(member) = check(sign_in, &email, password, peer).await? else {
        let error = "The e-mail address or the password is wrong.";
        return page(&shell, StatusCode::UNAUTHORIZED, &email, Some(error));
    };
    let cookies = begin(sign_in, cookies, &member, &email).await?;
    let next = next_address(query.next.as_deref());
    Ok((cookies, Redirect::to(&next)).into_response())
}

/// Whose address and password these are; `None` when they are wrong, or the account is closed.
async fn check(
    sign_in: &SignIn,
    email: &str,
    password: String,
    peer: Option<IpAddr>,
) -> Result<Option<StaffMember>, Failure> {
    sign_in
        .throttle
        .attempt(email, peer, Instant::now())
        .map_err(Failure::throttled)?;
    let login = sign_in.credentials.find(email).await?;
    let hash = login.as_ref().map(|login| login.password.clone());
    let is_right = sign_in.passwords.matches(password, hash).await;
    let is_right = is_right.ok_or_else(|| Failure::throttled(Duration::from_secs(5)))?;
    let login = login.filter(|login| is_right && login.member.active);
    if login.is_some() {
        sign_in.throttle.succeeded(email, peer, Instant::now());
    }
    Ok(login.map(|login| login.member))
}

/// Ends the browser's session, if it has one, and begins another.
async fn begin(
    sign_in: &SignIn,
    cookies: CookieJar,
    member: &StaffMember,
    email: &str,
) -> Result<CookieJar, Failure> {
    if let Some(old) = cookies.get(COOKIE) {
        end(sign_in, old.value()).await?;
    }
    let secret = sign_in.sessions.begin(&member.id).await?;
    let session = sign_in.cookie(COOKIE, secret);
    let login = sign_in.cookie(LOGIN_COOKIE, lock::in_cookie(email));
    Ok(cookies.add(session).add(login))
}

/// `POST /logout`: ends the session, every live stream of it, and the doctor's tokens for client
/// libraries.
pub(crate) async fn sign_out(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
    cookies: CookieJar,
) -> Result<Response, Failure> {
    let sign_in = shell.sign_in.as_ref().ok_or_else(Failure::not_found)?;
    if let Some(cookie) = cookies.get(COOKIE) {
        end(sign_in, cookie.value()).await?;
    }
    if let Some(doctor) = signed_in.and_then(|Extension(signed_in)| signed_in.doctor()) {
        revoke_tokens(&shell, doctor);
    }
    let gone = cookies
        .remove(sign_in.cookie(COOKIE, String::new()))
        .remove(sign_in.cookie(LOGIN_COOKIE, String::new()));
    Ok((gone, Redirect::to("/login")).into_response())
}

async fn end(sign_in: &SignIn, secret: &str) -> Result<(), Failure> {
    let key = key(secret);
    sign_in.sessions.end(&key).await?;
    sign_in.watch.ended(&key);
    Ok(())
}

/// A backend that does not answer keeps nobody signed in, and nobody waiting; its tokens end within
/// the hour.
fn revoke_tokens(shell: &Shell, doctor: Doctor) {
    let chats = shell.mounts.iter().filter_map(|mount| match &mount.chat {
        Mounted::Chat(chat) => Some(chat.clone()),
        Mounted::NotConfigured(_) => None,
    });
    let chats: Vec<Chat> = chats.collect();
    tokio::spawn(async move {
        for chat in chats {
            if let Some(tokens) = chat.client_tokens()
                && let Err(error) = tokens.revoke(&doctor).await
            {
                tracing::warn!(kind = ?error.kind(), "client tokens were not revoked at sign-out");
            }
        }
    });
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
pub(crate) fn next_address(next: Option<&str>) -> String {
    next.filter(|next| is_kept(next)).unwrap_or("/").to_owned()
}

/// Whether a login leads on to an address: a plain path of ours, and at most which message of a room it
/// leads to. Anything else after a path could be words of a search for a patient.
pub(crate) fn is_kept(address: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_".contains(&byte);
    let (path, message) = address.split_once("?message=").unwrap_or((address, ""));
    path.starts_with('/')
        && !path.contains("//")
        && path.bytes().all(is_plain)
        && !message.contains('/')
        && message.bytes().all(is_plain)
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
        let message = "/doctor/chat/rooms/7?message=42";
        assert_eq!(next_address(Some(message)), message);
        for other in [
            "https://evil.example",
            "//evil.example",
            "/\\evil",
            "/doctor/x?y=z",
            "/doctor/x?message=1&q=z",
            "/doctor/x?message=//evil.example",
            "//evil.example?message=1",
            "/doctor/\u{1}x",
            "/é",
        ] {
            assert_eq!(next_address(Some(other)), "/", "{other}");
        }
    }
}
