//! Sign-in by the word of a proxy, which comes with every request.

use std::net::SocketAddr;

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{Extensions, HeaderMap},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use domain::{Reason, StaffMember};
use ports::Account;
use sign_on::{Assertion, Refused, admit};

use super::{COOKIE, SignIn, SignOn, begin, browser::Browser, signed_in_by::SignedInBy};
use crate::{
    app::Shell,
    failure::Failure,
    measurements::{self, Outcome},
};

/// Name of the cookie that keeps the proxy's word from beginning another session by itself.
const PAUSED: &str = "hims_chat_paused";

/// The reason that the proxy's word begins no session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paused {
    /// Somebody signed out: whoever asks for it is let in.
    SignedOut,
    /// A page is locked: another way has to be taken.
    Locked,
}

impl Paused {
    fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "out",
            Self::Locked => "locked",
        }
    }
}

/// The sign-in page's words on somebody whom the proxy names and who is not let in.
#[derive(Clone)]
pub(crate) struct ProxyRefused(pub(super) String);

/// Somebody whom the proxy's word has let in.
pub(super) enum Proxied {
    /// With a session, in these cookies and under this secret.
    In(CookieJar, String),
    Refused(ProxyRefused),
    Nobody,
}

/// Notes that the proxy's word shall not begin a session.
pub(super) fn paused(sign_in: &SignIn, cookies: CookieJar, why: Paused) -> CookieJar {
    let Some(ways) = proxied(sign_in) else {
        return cookies;
    };
    // Where there is no other way, nobody could come in again.
    let why = if ways.asks() { why } else { Paused::SignedOut };
    cookies.add(sign_in.cookie(PAUSED, why.as_str().to_owned()))
}

/// Takes that note away: somebody has signed in.
pub(super) fn resumed(sign_in: &SignIn, cookies: CookieJar) -> CookieJar {
    match proxied(sign_in) {
        Some(_) => cookies.remove(sign_in.cookie(PAUSED, String::new())),
        None => cookies,
    }
}

impl SignIn {
    /// Whether a proxy may say who is there.
    pub(crate) fn has_proxy(&self) -> bool {
        proxied(self).is_some()
    }
}

fn proxied(sign_in: &SignIn) -> Option<&SignOn> {
    sign_in.sign_on.as_ref().filter(|ways| ways.proxy.is_some())
}

/// The proxy's word on who is there.
async fn word(
    sign_in: &SignIn,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<Option<Assertion>, ProxyRefused> {
    let Some(proxy) = proxied(sign_in).and_then(|ways| ways.proxy.as_ref()) else {
        return Ok(None);
    };
    let connected = extensions.get::<ConnectInfo<SocketAddr>>();
    let is_trusted =
        connected.is_some_and(|ConnectInfo(peer)| sign_in.trusted_proxies.contains(peer.ip()));
    proxy.assertion(headers, is_trusted).await.map_err(|wrong| {
        tracing::debug!("{wrong}");
        ProxyRefused(format!(
            "You could not be signed in: {wrong}. Tell the administrator of the chat."
        ))
    })
}

/// Whether a session that the proxy's word began is to end, because the word is of somebody else now, or
/// does not give them their role any more.
pub(super) async fn has_ended(
    sign_in: &SignIn,
    secret: &str,
    member: &StaffMember,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<bool, Failure> {
    let Some(ways) = proxied(sign_in).filter(|_| SignedInBy::of(secret) == SignedInBy::Proxy)
    else {
        return Ok(false);
    };
    let Ok(Some(assertion)) = word(sign_in, headers, extensions).await else {
        return Ok(false);
    };
    let roles = assertion.roles.as_ref();
    if roles.is_some_and(|roles| !roles.contains(&member.role)) {
        return Ok(true);
    }
    let subject = assertion.subject;
    let linked = match ways.subjects.get(&subject) {
        Some(linked) => Some(linked),
        None => {
            let account = ways.sign_ons.linked(&subject).await?;
            let linked = account.map(|account| account.member.id);
            // Nobody is not remembered: they may be linked in the next moment.
            if let Some(linked) = &linked {
                ways.subjects.insert(subject, linked.clone());
            }
            linked
        }
    };
    Ok(linked.as_ref() != Some(&member.id))
}

/// Begins a session for whom the proxy names, where nobody has signed out or locked a page.
pub(super) async fn enter(
    shell: &Shell,
    sign_in: &SignIn,
    cookies: &CookieJar,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<Proxied, Failure> {
    if sign_in.value_of(cookies, PAUSED).is_some() {
        return Ok(Proxied::Nobody);
    }
    enter_now(shell, sign_in, cookies, headers, extensions).await
}

async fn enter_now(
    shell: &Shell,
    sign_in: &SignIn,
    cookies: &CookieJar,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<Proxied, Failure> {
    let Some(ways) = proxied(sign_in) else {
        return Ok(Proxied::Nobody);
    };
    let assertion = match word(sign_in, headers, extensions).await {
        Ok(Some(assertion)) => assertion,
        Ok(None) => return Ok(Proxied::Nobody),
        Err(refused) => return Ok(Proxied::Refused(refused)),
    };
    match admit(&*ways.sign_ons, &assertion, shell.clock.now()).await {
        Ok(Account { member, email, .. }) => {
            measurements::sign_in("proxy", Outcome::In);
            let cookies = begin(
                sign_in,
                cookies.clone(),
                Browser::of(headers),
                &member,
                &email,
                SignedInBy::Proxy,
            )
            .await?;
            let secret = sign_in.value_of(&cookies, COOKIE).unwrap_or_default();
            let secret = secret.to_owned();
            Ok(Proxied::In(cookies, secret))
        }
        Err(Refused::Store(error)) => {
            measurements::sign_in("proxy", Outcome::Unavailable);
            Err(error.into())
        }
        Err(refused) => {
            measurements::sign_in("proxy", Outcome::Refused);
            let way = SignedInBy::Proxy.as_str();
            sign_in.note_refused(Reason::NotAdmitted, None, way).await?;
            Ok(Proxied::Refused(ProxyRefused(refused.to_string())))
        }
    }
}

/// `POST /login/proxy`: goes on with the proxy's word after a sign-out.
pub(crate) async fn go_on(
    State(shell): State<Shell>,
    cookies: CookieJar,
    request: Request,
) -> Result<Response, Failure> {
    let sign_in = shell.sign_in.as_ref().ok_or_else(Failure::not_found)?;
    if sign_in.value_of(&cookies, PAUSED) == Some(Paused::Locked.as_str()) {
        return Err(Failure::forbidden(
            "A page is locked on this browser. Sign in with your password.",
        ));
    }
    let (headers, extensions) = (request.headers(), request.extensions());
    let entered = enter_now(&shell, sign_in, &cookies, headers, extensions).await?;
    match entered {
        Proxied::In(cookies, _) => Ok((cookies, Redirect::to("/")).into_response()),
        Proxied::Refused(ProxyRefused(words)) => Err(Failure::forbidden(words)),
        Proxied::Nobody => Err(Failure::forbidden(
            "The hospital's sign-in before the chat says of nobody that they are signed in. Sign in there first.",
        )),
    }
}
