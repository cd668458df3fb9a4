//! Sign-in by a provider of OpenID Connect: there, back, and out again.

mod cookies;

use std::time::Duration;

use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use domain::{Action, Doctor, Reason};
use jiff::{SignedDuration, Timestamp};
use ports::Account;
use serde::Deserialize;
use sign_on::{Failed, OpenId, Pending, Refused, SignedOn, admit};

pub(super) use self::cookies::{noted, sign_out_address, without_token};
use super::{
    LoginQuery, SignIn, SignOn,
    again::{LoginAgain, page},
    begin,
    browser::Browser,
    is_kept, next_address,
    sign_out::revoke_tokens,
    signed_in_by::SignedInBy,
    unsent,
};
use crate::{
    app::Shell,
    extract::{FormBody, Params},
    failure::Failure,
    identity::SignedIn,
    measurements::{self, Outcome},
    outages,
    pages::LeavePage,
    web::{frame, show},
};

/// The time that somebody may take at the provider.
pub(super) const LONGEST: Duration = Duration::from_secs(10 * 60);

/// Most bytes of the address to lead on to: browsers take 4096 for a whole cookie.
const LONGEST_NEXT: usize = 1_000;

/// The parts of a shell that such a sign-in needs.
fn ways(shell: &Shell) -> Result<(&SignIn, &SignOn, &OpenId), Failure> {
    let sign_in = shell.sign_in.as_ref();
    let found = sign_in.and_then(|sign_in| {
        let ways = sign_in.sign_on.as_ref()?;
        Some((sign_in, ways, ways.openid.as_ref()?))
    });
    found.ok_or_else(Failure::not_found)
}

/// `GET /login/oidc`: leads to the provider. Whoever has signed in on this browser before has to enter their
/// credentials there, so that a locked or forgotten page is not opened by the provider's memory.
pub(crate) async fn start(
    State(shell): State<Shell>,
    Params(query): Params<LoginQuery>,
    signed_in: Option<Extension<SignedIn>>,
    cookies: CookieJar,
) -> Result<Response, Failure> {
    let (sign_in, _, openid) = ways(&shell)?;
    if signed_in.is_some() {
        return Ok(Redirect::to(&next_address(query.next.as_deref())).into_response());
    }
    let again = cookies::has_signed_in(sign_in, &cookies);
    let next = kept(query.next);
    match openid.begin(again, next.clone(), sign_in.clock.now()).await {
        Ok((address, pending)) => {
            let cookies = cookies::keep(sign_in, cookies, &pending)?;
            Ok((cookies, Redirect::to(&address)).into_response())
        }
        Err(failed) => failed_page(
            &shell,
            &failed,
            &LoginAgain {
                next,
                ..LoginAgain::default()
            },
        ),
    }
}

/// `POST /login/oidc`: the same with a form that came after the session was over, which waits here. A form
/// may not lead to another place, so a page does.
pub(crate) async fn start_with_form(
    State(shell): State<Shell>,
    Params(query): Params<LoginQuery>,
    cookies: CookieJar,
    form: FormBody,
) -> Result<Response, Failure> {
    let (sign_in, ways, openid) = ways(&shell)?;
    let next = kept(query.next);
    match openid.begin(true, next.clone(), sign_in.clock.now()).await {
        Ok((address, pending)) => {
            if let Some(sealed) = form.get(unsent::FIELD) {
                ways.unsent
                    .insert(pending.state().to_owned(), sealed.into());
            }
            let cookies = cookies::keep(sign_in, cookies, &pending)?;
            let page = LeavePage::for_sign_in(frame::alone(&shell), address);
            Ok((cookies, show(StatusCode::OK, &page)?).into_response())
        }
        Err(failed) => {
            let unsent = form.get(unsent::FIELD).map(str::to_owned);
            let again = LoginAgain {
                next,
                unsent,
                ..LoginAgain::default()
            };
            failed_page(&shell, &failed, &again)
        }
    }
}

/// A page of ours whose address a cookie has room for.
fn kept(next: Option<String>) -> Option<String> {
    next.filter(|next| is_kept(next) && next.len() <= LONGEST_NEXT)
}

/// The answer that a provider sends by the browser. Anything else that it adds is not looked at.
#[derive(Deserialize)]
pub(crate) struct Returned {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// `GET /login/oidc/callback`: comes back from the provider, once for each sign-in that began here.
pub(crate) async fn callback(
    State(shell): State<Shell>,
    Params(returned): Params<Returned>,
    signed_in: Option<Extension<SignedIn>>,
    browser: Browser,
    cookies: CookieJar,
) -> Result<Response, Failure> {
    let (sign_in, ways, openid) = ways(&shell)?;
    let state = returned.state.as_deref().unwrap_or_default();
    let (cookies, pending) = cookies::take(sign_in, cookies, state);
    let pending = pending.filter(|pending| is_ours(sign_in, ways, pending, state));
    let is_issuer = returned
        .iss
        .as_deref()
        .is_none_or(|iss| openid.is_issuer(iss));
    let Some(pending) = pending.filter(|_| is_issuer) else {
        let error = "This sign-in was not begun in this browser, is over already, or took more than ten minutes. \
                     Sign in again.";
        let again = LoginAgain::default();
        let page = page(&shell, StatusCode::BAD_REQUEST, "", Some(error), &again)?;
        return Ok((cookies, page).into_response());
    };
    let next = pending.next.clone();
    let unsent = ways.unsent.remove(state);
    let again = LoginAgain {
        next: next.clone(),
        unsent: unsent.as_deref().map(str::to_owned),
        ..LoginAgain::default()
    };
    let is_outdated = signed_in.is_none() && cookies::is_outdated(sign_in, &cookies, &pending);
    let (cookies, answer) = match (returned.error, returned.code) {
        (None, Some(_)) if is_outdated => {
            (cookies, failed_page(&shell, &Failed::NotAgain, &again)?)
        }
        (None, Some(code)) => {
            let entered = entered(&shell, sign_in, ways, openid, &pending, code, &again).await?;
            match entered {
                Ok((account, signed_on)) => {
                    let (member, email) = (&account.member, &account.email);
                    let way = SignedInBy::OpenId;
                    let cookies = begin(sign_in, cookies, browser, member, email, way).await?;
                    let cookies = cookies::entered(sign_in, cookies);
                    let token = cookies::token(sign_in, &signed_on.id_token);
                    let form = again.unsent.as_deref().unwrap_or_default();
                    let next = match unsent::page_after(&shell, &member.id, form) {
                        Some(page) => page?,
                        None => Redirect::to(&next_address(next.as_deref())).into_response(),
                    };
                    return Ok((cookies, token, next).into_response());
                }
                // The provider asks the next time, so that another account can be taken.
                Err(page) => (cookies::noted(sign_in, cookies), page),
            }
        }
        (error, _) => {
            measurements::sign_in("oidc", Outcome::Wrong);
            let code: String = error.unwrap_or_default().chars().take(40).collect();
            tracing::info!(code, "the OpenID Connect provider signed nobody in");
            let error = "The hospital's sign-in did not let you in, or you left it. Sign in again.";
            let status = StatusCode::UNAUTHORIZED;
            (cookies, page(&shell, status, "", Some(error), &again)?)
        }
    };
    Ok((cookies, answer).into_response())
}

/// `POST /login/oidc/back-channel`: the provider itself says that somebody has signed out there, or may not
/// come in any more. All their sessions here end, however they began.
pub(crate) async fn back_channel(
    State(shell): State<Shell>,
    form: FormBody,
) -> Result<Response, Failure> {
    let (sign_in, ways, openid) = ways(&shell)?;
    let token = form.get("logout_token").unwrap_or_default();
    let subject = match openid.signed_out(token).await {
        Ok(subject) => subject,
        Err(wrong) => {
            tracing::warn!("a sign-out that the provider told: {wrong}");
            return Err(Failure::bad_request("The logout token is not taken."));
        }
    };
    if let Some(account) = ways.sign_ons.linked(&subject).await? {
        let way = "oidc back-channel";
        let noted = sign_in.note(Action::SignOut, &account.member.id, way).await;
        sign_in.sessions.end_all(&account.member.id).await?;
        noted?;
        if let Ok(doctor) = Doctor::admit(account.member) {
            revoke_tokens(&shell, doctor);
        }
    }
    Ok(StatusCode::OK.into_response())
}

/// Whether a sign-in that comes back is the one that began, for the first time and in time.
fn is_ours(sign_in: &SignIn, ways: &SignOn, pending: &Pending, state: &str) -> bool {
    pending.state() == state
        && is_in_time(pending, sign_in.clock.now())
        && ways.used.entry_by_ref(state).or_insert(()).is_fresh()
}

fn is_in_time(pending: &Pending, now: Timestamp) -> bool {
    let longest = SignedDuration::try_from(LONGEST).unwrap_or(SignedDuration::MAX);
    now.duration_since(pending.began()) <= longest
}

/// The person who came back, or the page that says why they are not let in.
async fn entered(
    shell: &Shell,
    sign_in: &SignIn,
    ways: &SignOn,
    openid: &OpenId,
    pending: &Pending,
    code: String,
    again: &LoginAgain,
) -> Result<Result<(Account, SignedOn), Response>, Failure> {
    let signed_on = match openid.finish(pending, code).await {
        Ok(signed_on) => signed_on,
        Err(failed) => return failed_page(shell, &failed, again).map(Err),
    };
    match admit(&*ways.sign_ons, &signed_on.assertion, shell.clock.now()).await {
        Ok(account) => {
            measurements::sign_in("oidc", Outcome::In);
            Ok(Ok((account, signed_on)))
        }
        Err(Refused::Store(error)) => {
            measurements::sign_in("oidc", Outcome::Unavailable);
            tracing::warn!(%error, "whom a sign-in means could not be looked up");
            let words = "The chat does not answer. Try again in a minute.";
            page(
                shell,
                StatusCode::SERVICE_UNAVAILABLE,
                "",
                Some(words),
                again,
            )
            .map(Err)
        }
        Err(refused) => {
            measurements::sign_in("oidc", Outcome::Refused);
            let words = refused.to_string();
            let way = SignedInBy::OpenId.as_str();
            sign_in.note_refused(Reason::NotAdmitted, None, way).await?;
            page(shell, StatusCode::FORBIDDEN, "", Some(&words), again).map(Err)
        }
    }
}

/// The sign-in page after the provider or the chat's settings failed.
fn failed_page(shell: &Shell, failed: &Failed, again: &LoginAgain) -> Result<Response, Failure> {
    match failed {
        Failed::Unavailable(_) => {
            outages::noticed(shell, &ports::Error::unavailable(failed.to_string()));
        }
        _ => tracing::warn!("{failed}"),
    }
    let outcome = match failed {
        Failed::Unavailable(_) => Outcome::Unavailable,
        _ => Outcome::Refused,
    };
    measurements::sign_in("oidc", outcome);
    let (status, error) = match failed {
        Failed::Unavailable(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The hospital's sign-in does not answer. Try again in a minute; if it stays so, tell those who run the \
             hospital's accounts.",
        ),
        Failed::Misconfigured(_) => (
            StatusCode::BAD_GATEWAY,
            "The hospital's sign-in does not take requests of the chat. Tell the administrator of the chat, whose log \
             says why.",
        ),
        Failed::Code => (
            StatusCode::UNAUTHORIZED,
            "This sign-in is over already, or took too long. Sign in again.",
        ),
        Failed::NotAgain => (
            StatusCode::UNAUTHORIZED,
            "Somebody was signed in on this browser before, so your password is needed, and the hospital's sign-in does \
             not say that you have just entered it. Sign in again and enter it there.",
        ),
        _ => (
            StatusCode::BAD_GATEWAY,
            "What the hospital's sign-in says cannot be believed. Sign in again; if it stays so, tell the administrator \
             of the chat, whose log says why.",
        ),
    };
    page(shell, status, "", Some(error), again)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_comes_back_within_ten_minutes() {
        let began: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let pending = serde_json::json!({
            "state": "s", "nonce": "n", "verifier": "v", "began": began.as_microsecond(), "again": false, "next": null
        });
        let pending: Pending = serde_json::from_value(pending).unwrap();
        let after = |seconds| began + SignedDuration::from_secs(seconds);
        assert!(is_in_time(&pending, began) && is_in_time(&pending, after(600)));
        assert!(!is_in_time(&pending, after(601)));
    }

    #[test]
    fn an_address_that_no_cookie_holds_is_left_out() {
        assert_eq!(
            kept(Some("/doctor/inbox".into())).as_deref(),
            Some("/doctor/inbox")
        );
        for other in [
            format!("/{}", "a".repeat(1_000)),
            "//evil.example".to_owned(),
        ] {
            assert_eq!(kept(Some(other)), None);
        }
        assert_eq!(kept(None), None);
    }
}
