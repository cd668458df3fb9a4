//! The shell's own login: pages, passwords, sessions. A host service that knows who is signed in
//! leaves all of this out.

mod again;
mod browser;
mod checking;
mod counted_here;
mod device;
mod directory;
mod identify;
mod line;
mod live_sessions;
pub(crate) mod lock;
mod new_password;
mod next_page;
mod noted;
pub(crate) mod openid;
pub(crate) mod own_sessions;
mod password;
mod peer;
pub(crate) mod proxied;
mod proxies;
mod sign_on;
pub(crate) mod sign_out;
mod signed_in_by;
mod steady_clock;
mod throttle;
mod unsent;
mod watch;
mod way;

pub use proxies::{InvalidProxies, TrustedProxies};

use std::{net::IpAddr, sync::Arc, thread::available_parallelism, time::Duration};

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
use domain::{Action, StaffMember};
use ports::{
    Audit, Clock, Credentials, FailedSignIns, PatientRefKey, Sessions, StaffDirectory, Visit,
};
use serde::Deserialize;

use self::{
    again::{LoginAgain, page},
    browser::Browser,
    checking::check,
    counted_here::CountedHere,
    device::Device,
    line::Line,
    live_sessions::LiveSessions,
    password::PasswordCheck,
    proxied::ProxyRefused,
    sign_out::end,
    signed_in_by::SignedInBy,
    steady_clock::SteadyClock,
    throttle::Throttle,
    watch::Watch,
    way::Ways,
};
pub use self::{
    new_password::{InvalidPassword, NewPassword},
    password::hash_password,
    sign_on::SignOn,
};
pub(crate) use self::{
    next_page::{is_kept, next_address},
    peer::Peer,
};
use crate::{
    app::Shell,
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
    sign_on: Option<SignOn>,
    audit: Option<Arc<dyn Audit>>,
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
            sign_on: None,
            audit: None,
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

    /// The ways in, as they are measured.
    pub(crate) fn measured_ways(&self) -> Vec<&'static str> {
        let ways = [
            ("password", self.takes_stored_passwords()),
            ("ldap", self.password_way() == "ldap"),
            ("oidc", self.has_openid()),
            ("proxy", self.has_proxy()),
        ];
        let there = ways.into_iter().filter(|(_, is_there)| *is_there);
        there.map(|(way, _)| way).collect()
    }

    /// The way in of a password that is not one of the database: the directory is asked last.
    fn password_way(&self) -> &'static str {
        if self.takes_names() {
            "ldap"
        } else {
            "password"
        }
    }

    /// Whether what this address says of a request is believed.
    pub(crate) fn believes(&self, address: IpAddr) -> bool {
        self.trusted_proxies.contains(address)
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

/// The address to go on to after the login.
#[derive(Deserialize)]
pub(crate) struct LoginQuery {
    next: Option<String>,
}

/// `GET /login`.
pub(crate) async fn form(
    State(shell): State<Shell>,
    Params(query): Params<LoginQuery>,
    signed_in: Option<Extension<SignedIn>>,
    cookies: CookieJar,
    refused: Option<Extension<ProxyRefused>>,
) -> Result<Response, Failure> {
    let had_session = |sign_in: &SignIn| sign_in.value_of(&cookies, COOKIE).is_some();
    let again = LoginAgain {
        next: query.next,
        unsent: None,
        is_signed_out: shell.sign_in.as_ref().is_some_and(had_session),
    };
    let refused = refused.map(|Extension(ProxyRefused(words))| words);
    match signed_in {
        Some(_) => Ok(Redirect::to("/").into_response()),
        None => page(&shell, StatusCode::OK, "", refused.as_deref(), &again),
    }
}

/// `POST /login`.
pub(crate) async fn submit(
    State(shell): State<Shell>,
    Params(query): Params<LoginQuery>,
    Peer(peer): Peer,
    browser: Browser,
    cookies: CookieJar,
    form: FormBody,
) -> Result<Response, Failure> {
    let sign_in = shell.sign_in.as_ref().ok_or_else(Failure::not_found)?;
    if !sign_in.takes_passwords() {
        return Err(Failure::not_found());
    }
    let again = LoginAgain {
        next: query.next,
        unsent: form.get(unsent::FIELD).map(str::to_owned),
        is_signed_out: false,
    };
    let email = form.get("email").unwrap_or_default().trim().to_lowercase();
    let password = form.get("password").unwrap_or_default().to_owned();
    if email.is_empty()
        || email.chars().count() > 254
        || password.is_empty()
        || password.len() > 1024
    {
        let error = sign_in.words().incomplete;
        return page(
            &shell,
            StatusCode::UNPROCESSABLE_ENTITY,
            &email,
            Some(error),
            &again,
        );
    }
    let device = sign_in.device_of(&cookies);
    let refused = |status, error: &str| page(&shell, status, &email, Some(error), &again);
    let member = match check(&shell, &email, password, peer, device).await {
        Ok(Some(member)) => member,
        Ok(None) => return refused(StatusCode::UNAUTHORIZED, sign_in.words().wrong),
        Err(failure) if failure.is_of_the_directory() => {
            return refused(failure.status, &failure.detail);
        }
        Err(failure) => return Err(failure),
    };
    let way = SignedInBy::Password;
    let cookies = begin(sign_in, cookies, browser, &member, &email, way).await?;
    if let Some(page) = unsent::page_after(
        &shell,
        &member.id,
        again.unsent.as_deref().unwrap_or_default(),
    ) {
        return Ok((cookies, page?).into_response());
    }
    let next = next_address(again.next.as_deref());
    Ok((cookies, Redirect::to(&next)).into_response())
}

/// Ends the browser's session, if it has one, and begins another.
async fn begin(
    sign_in: &SignIn,
    cookies: CookieJar,
    browser: Browser,
    member: &StaffMember,
    email: &str,
    way: SignedInBy,
) -> Result<CookieJar, Failure> {
    if let Some(old) = sign_in.value_of(&cookies, COOKIE) {
        end(sign_in, old).await?;
    }
    let begun = sign_in.sessions.begin(&member.id, browser.0, way).await?;
    let (secret, id) = begun;
    if let Some(visit) = Visit::current() {
        visit.in_session(id.as_str());
    }
    sign_in
        .note(Action::SignIn, &member.id, way.as_str())
        .await?;
    let session = sign_in.cookie(COOKIE, secret);
    let login = sign_in.cookie(LOGIN_COOKIE, lock::in_cookie(email));
    let device = sign_in.device_of(&cookies).unwrap_or_else(Device::new);
    let device = device.remembering(&sign_in.throttle.key().await?, email);
    let device = SignIn::lasting(sign_in.cookie(device::COOKIE, device));
    let cookies = cookies.add(session).add(login).add(device);
    Ok(proxied::resumed(sign_in, openid::noted(sign_in, cookies)))
}
