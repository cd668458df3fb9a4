//! The cookies of a sign-in by a provider.

use axum::http::{HeaderMap, header};
use axum::response::AppendHeaders;
use axum_extra::extract::{
    CookieJar,
    cookie::{Cookie, SameSite},
};
use data_encoding::BASE64URL_NOPAD;
use sign_on::Pending;

use super::{LONGEST, SignIn};
use crate::{failure::Failure, seal::Seal};

/// Name of the cookie that holds a sign-in under way, sealed; the beginning of its state follows, so that
/// two tabs can sign in at once.
const PENDING: &str = "hims_chat_sign_on_";

/// Characters of a state in the cookie's name.
const NAMED_BY: usize = 12;

/// Most sign-ins under way in one browser; with more the others are forgotten.
const MOST_PENDING: usize = 4;

/// Name of the cookie that says when somebody last signed in, locked a page or signed out on this browser
/// since it was opened, in microseconds since 1970. It stays.
const BEFORE: &str = "hims_chat_before";

/// Name of the cookie by which a page knows that it comes from a sign-in, as the lock asks. Scripts read and
/// remove it; it opens nothing.
const ENTERED: &str = "hims_chat_entered";

/// Seconds in which the page after a sign-in is loaded.
const ENTERED_SECONDS: u32 = 60;

/// Name of the cookie that holds the ID token, which only a sign-out is sent.
const TOKEN: &str = "hims_chat_id_token";

/// Most bytes of an ID token that is kept: browsers take 4096 for a whole cookie.
const MOST_TOKEN: usize = 3_500;

fn name_of(state: &str) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || "-_".contains(*c);
    let start: String = state.chars().filter(is_plain).take(NAMED_BY).collect();
    format!("{PENDING}{start}")
}

/// Keeps a sign-in under way in the browser.
pub(super) fn keep(
    sign_in: &SignIn,
    mut cookies: CookieJar,
    pending: &Pending,
) -> Result<CookieJar, Failure> {
    let all = sign_in.cookie_name(PENDING);
    let others = cookies.iter().map(|cookie| cookie.name().to_owned());
    let others: Vec<String> = others.filter(|name| name.starts_with(&all)).collect();
    if others.len() >= MOST_PENDING {
        for name in others {
            let short = name.replacen(&all, PENDING, 1);
            cookies = cookies.remove(sign_in.cookie(&short, String::new()));
        }
    }
    let seal = Seal::of_sign_on(&sign_in.draft_keys).ok_or_else(Failure::internal)?;
    let words = serde_json::to_vec(pending).map_err(|_| Failure::internal())?;
    let sealed = seal.seal(&words, PENDING).ok_or_else(Failure::internal)?;
    let name = name_of(pending.state());
    let cookie = sign_in.cookie(&name, BASE64URL_NOPAD.encode(&sealed));
    Ok(cookies.add(lasting(cookie, LONGEST.as_secs())))
}

/// Takes the sign-in with this state out of the browser, if there is one.
pub(super) fn take(
    sign_in: &SignIn,
    cookies: CookieJar,
    state: &str,
) -> (CookieJar, Option<Pending>) {
    let name = name_of(state);
    let pending = sign_in.value_of(&cookies, &name).and_then(|sealed| {
        let sealed = BASE64URL_NOPAD.decode(sealed.as_bytes()).ok()?;
        let words = Seal::of_sign_on(&sign_in.draft_keys)?.open(&sealed, PENDING)?;
        serde_json::from_slice(&words).ok()
    });
    let cookies = cookies.remove(sign_in.cookie(&name, String::new()));
    (cookies, pending)
}

/// Whether somebody has signed in on this browser since it was opened.
pub(super) fn has_signed_in(sign_in: &SignIn, cookies: &CookieJar) -> bool {
    sign_in.value_of(cookies, BEFORE).is_some()
}

/// Whether a sign-in may rest on what the provider remembers of somebody who has meanwhile locked a page or
/// signed out here: it does not ask for the credentials, or began before that.
pub(super) fn is_outdated(sign_in: &SignIn, cookies: &CookieJar, pending: &Pending) -> bool {
    let Some(noted) = sign_in.value_of(cookies, BEFORE) else {
        return false;
    };
    let noted = noted.parse().unwrap_or(i64::MAX);
    !pending.again() || pending.began().as_microsecond() <= noted
}

/// Notes that somebody signed in, in whatever way, locked a page or signed out.
pub(in crate::login) fn noted(sign_in: &SignIn, cookies: CookieJar) -> CookieJar {
    match sign_in.openid() {
        Some(_) => {
            let now = sign_in.clock.now().as_microsecond();
            cookies.add(sign_in.cookie(BEFORE, now.to_string()))
        }
        None => cookies,
    }
}

/// Lets the next page know that it comes from a sign-in.
pub(super) fn entered(sign_in: &SignIn, cookies: CookieJar) -> CookieJar {
    let cookie = Cookie::build((sign_in.cookie_name(ENTERED), "1"))
        .path("/")
        .same_site(SameSite::Lax)
        .secure(sign_in.secure)
        .build();
    cookies.add(lasting(cookie, ENTERED_SECONDS.into()))
}

fn lasting(cookie: Cookie<'static>, seconds: u64) -> Cookie<'static> {
    Cookie::parse(format!("{cookie}; Max-Age={seconds}")).unwrap_or(cookie)
}

type SetCookie = AppendHeaders<[(header::HeaderName, String); 1]>;

/// Keeps the ID token for the sign-out, unless it is too large.
pub(super) fn token(sign_in: &SignIn, token: &str) -> SetCookie {
    let kept = if token.len() <= MOST_TOKEN { token } else { "" };
    set_token(sign_in, kept, "")
}

/// Forgets the ID token.
pub(in crate::login) fn without_token(sign_in: &SignIn) -> SetCookie {
    set_token(sign_in, "", "; Max-Age=0")
}

fn set_token(sign_in: &SignIn, value: &str, lasts: &str) -> SetCookie {
    let cookie = Cookie::build((token_name(sign_in), value))
        .path("/logout")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(sign_in.secure)
        .build();
    AppendHeaders([(header::SET_COOKIE, format!("{cookie}{lasts}"))])
}

/// A cookie of one path cannot have the prefix that the others have (RFC 6265bis, section 4.1.3).
fn token_name(sign_in: &SignIn) -> String {
    let prefix = if sign_in.secure { "__Secure-" } else { "" };
    format!("{prefix}{TOKEN}")
}

/// The provider's address that ends its session too.
pub(in crate::login) async fn sign_out_address(
    sign_in: &SignIn,
    headers: &HeaderMap,
) -> Option<String> {
    let cookies = CookieJar::from_headers(headers);
    let token = cookies.get(&token_name(sign_in)).map(Cookie::value);
    let token = token.filter(|token| !token.is_empty());
    sign_in.openid()?.sign_out(token).await
}
