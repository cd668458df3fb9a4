//! The shell's own login: pages, passwords, sessions. A host service that knows who is signed in
//! leaves all of this out.

mod again;
mod checking;
mod counted_here;
mod device;
mod identify;
mod line;
mod live_sessions;
pub(crate) mod lock;
mod password;
mod peer;
mod proxies;
mod steady_clock;
mod throttle;
mod unsent;
mod watch;
mod way;

pub use proxies::{InvalidProxies, TrustedProxies};

use std::{sync::Arc, thread::available_parallelism, time::Duration};

use axum::{
    Extension, Router,
    extract::State,
    http::StatusCode,
    middleware,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use domain::{Doctor, StaffMember};
use ports::{Chat, Clock, Credentials, FailedSignIns, PatientRefKey, Sessions, StaffDirectory};
use serde::Deserialize;

pub use self::password::hash_password;
use self::{
    again::{LoginAgain, page},
    checking::check,
    counted_here::CountedHere,
    device::Device,
    line::Line,
    live_sessions::{LiveSessions, key},
    password::PasswordCheck,
    peer::Peer,
    steady_clock::SteadyClock,
    throttle::Throttle,
    watch::Watch,
    way::Ways,
};
use crate::{
    app::{Mounted, Shell},
    extract::{FormBody, Params},
    failure::Failure,
    identity::SignedIn,
};

/// Name of the session cookie. It holds a secret of 256 random bits and lasts as long as the
/// browser's own session; when it ends the store decides.
const COOKIE: &str = "hims_chat";

/// Name of the cookie that holds the address of the last login, so that a locked page asks for the
/// password only. It proves nothing, and a sign-out takes it away.
const LOGIN_COOKIE: &str = "hims_chat_login";

/// Most passwords that are checked at once, whatever the number of processors: each takes 19 MiB.
const MOST_CHECKS: usize = 2;

/// How long a session lasts at most, unless told otherwise.
const LONGEST_SESSION: Duration = Duration::from_secs(12 * 60 * 60);

/// The login pages and what they need.
pub struct SignIn {
    credentials: Arc<dyn Credentials>,
    ways: Ways,
    sessions: LiveSessions,
    watch: Watch,
    throttle: Throttle,
    clock: SteadyClock,
    line: Line,
    passwords: PasswordCheck,
    secure: bool,
    trusted_proxies: TrustedProxies,
    lock_after: Option<Duration>,
    draft_keys: PatientRefKey,
}

impl SignIn {
    /// A login against the HIMS's own users. A session ends after `idle` without a request by its
    /// doctor, and after 12 hours whatever they do.
    pub fn new(
        credentials: Arc<dyn Credentials>,
        sessions: Arc<dyn Sessions>,
        staff: Arc<dyn StaffDirectory>,
        clock: Arc<dyn Clock>,
        idle: Duration,
    ) -> Self {
        let clock = SteadyClock::new(clock);
        let sessions = LiveSessions::new(sessions, clock.clone(), idle, LONGEST_SESSION);
        let processors = available_parallelism().map_or(1, usize::from);
        Self {
            ways: Ways::of(credentials.clone()),
            credentials,
            watch: Watch::new(sessions.clone(), staff),
            sessions,
            throttle: Throttle::new(Arc::new(CountedHere::default()), clock.clone()),
            clock,
            line: Line::new(processors.min(MOST_CHECKS)),
            passwords: PasswordCheck::default(),
            secure: true,
            trusted_proxies: TrustedProxies::default(),
            lock_after: None,
            draft_keys: PatientRefKey::random(),
        }
    }

    /// Ends sessions after this time whatever is done.
    #[must_use]
    pub fn longest_session(mut self, longest: Duration) -> Self {
        self.sessions.longest = longest;
        self.watch.sessions.longest = longest;
        self
    }

    /// Counts failures in this store, for all instances on it. Without one each instance counts its own.
    #[must_use]
    pub fn failures(mut self, failures: Arc<dyn FailedSignIns>) -> Self {
        self.throttle = Throttle::new(failures, self.clock.clone());
        self
    }

    /// Lets the cookie travel over plain HTTP: only for a loopback address without a proxy.
    #[must_use]
    pub fn over_plain_http(mut self) -> Self {
        self.secure = false;
        self
    }

    /// Believes what these proxies say in `X-Forwarded-For` of whom they speak for.
    #[must_use]
    pub fn trusted_proxies(mut self, proxies: TrustedProxies) -> Self {
        self.trusted_proxies = proxies;
        self
    }

    /// Whether browsers reach the service over TLS, as its cookies ask.
    pub(crate) fn is_over_tls(&self) -> bool {
        self.secure
    }

    /// The name under which browsers keep a cookie. The prefix makes them refuse one that a
    /// neighbouring host or a plain connection has set (RFC 6265bis, section 4.1.3.2).
    fn cookie_name(&self, name: &str) -> String {
        let prefix = if self.secure { "__Host-" } else { "" };
        format!("{prefix}{name}")
    }

    /// The value of a cookie that came with a request.
    fn value_of<'a>(&self, cookies: &'a CookieJar, name: &str) -> Option<&'a str> {
        cookies.get(&self.cookie_name(name)).map(Cookie::value)
    }

    /// The browser, where it has signed in before.
    fn device_of(&self, cookies: &CookieJar) -> Option<Device> {
        Device::read(self.value_of(cookies, device::COOKIE)?)
    }

    /// The same cookie, kept after the browser is closed.
    fn lasting(cookie: Cookie<'static>) -> Cookie<'static> {
        let lasts = format!("{cookie}; Max-Age={}", device::KNOWN_FOR.as_secs());
        Cookie::parse(lasts).unwrap_or(cookie)
    }

    fn cookie(&self, name: &str, value: String) -> Cookie<'static> {
        Cookie::build((self.cookie_name(name), value))
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
        Some(_) => router
            .layer(middleware::from_fn_with_state(
                shell.clone(),
                unsent::keep_late_forms,
            ))
            .layer(middleware::from_fn_with_state(
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
    Params(query): Params<LoginQuery>,
    signed_in: Option<Extension<SignedIn>>,
) -> Result<Response, Failure> {
    let again = LoginAgain {
        next: query.next,
        unsent: None,
    };
    match signed_in {
        Some(_) => Ok(Redirect::to("/").into_response()),
        None => page(&shell, StatusCode::OK, "", None, &again),
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
    let again = LoginAgain {
        next: query.next,
        unsent: form.get(unsent::FIELD).map(str::to_owned),
    };
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
            &again,
        );
    }
    let device = sign_in.device_of(&cookies);
    let Some(member) = check(&shell, &email, password, peer, device).await? else {
        let error = "The e-mail address or the password is wrong.";
        return page(
            &shell,
            StatusCode::UNAUTHORIZED,
            &email,
            Some(error),
            &again,
        );
    };
    let cookies = begin(sign_in, cookies, &member, &email).await?;
    if let Some(page) = unsent::page_after(&shell, &member.id, &form) {
        return Ok((cookies, page?).into_response());
    }
    let next = next_address(again.next.as_deref());
    Ok((cookies, Redirect::to(&next)).into_response())
}

/// Ends the browser's session, if it has one, and begins another.
async fn begin(
    sign_in: &SignIn,
    cookies: CookieJar,
    member: &StaffMember,
    email: &str,
) -> Result<CookieJar, Failure> {
    if let Some(old) = sign_in.value_of(&cookies, COOKIE) {
        end(sign_in, old).await?;
    }
    let secret = sign_in.sessions.begin(&member.id).await?;
    let session = sign_in.cookie(COOKIE, secret);
    let login = sign_in.cookie(LOGIN_COOKIE, lock::in_cookie(email));
    let device = sign_in.device_of(&cookies).unwrap_or_else(Device::new);
    let device = device.remembering(&sign_in.throttle.key().await?, email);
    let device = SignIn::lasting(sign_in.cookie(device::COOKIE, device));
    Ok(cookies.add(session).add(login).add(device))
}

/// `POST /logout`: ends the session, every live stream of it, and the doctor's tokens for client
/// libraries.
pub(crate) async fn sign_out(
    State(shell): State<Shell>,
    signed_in: Option<Extension<SignedIn>>,
    cookies: CookieJar,
) -> Result<Response, Failure> {
    let sign_in = shell.sign_in.as_ref().ok_or_else(Failure::not_found)?;
    if let Some(secret) = sign_in.value_of(&cookies, COOKIE) {
        end(sign_in, secret).await?;
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
