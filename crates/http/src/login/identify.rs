use axum::{
    extract::{Request, State},
    http::{Extensions, HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use domain::{Action, Doctor};
use ports::Visit;

use super::{
    COOKIE, SignIn,
    live_sessions::key,
    proxied::{self, Proxied},
    sign_out::{end, revoke_tokens},
};
use crate::{app::Shell, failure::Failure, identity::SignedIn};

/// Header of requests that a page makes by itself, after an event: no sign that anybody sits before it.
const BACKGROUND: &str = "x-hims-background";

/// Says who is signed in, and moves the session's end where a person did something.
pub(crate) async fn identify(
    State(shell): State<Shell>,
    cookies: CookieJar,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let asks_nobody = ["/assets/", "/health/"]
        .iter()
        .any(|open| path.starts_with(open))
        || path == "/metrics";
    let (Some(sign_in), false) = (&shell.sign_in, asks_nobody) else {
        return next.run(request).await;
    };
    let is_login = path == "/login";
    // These end a session, or begin one themselves.
    let ends = ["/logout", "/lock", "/unlock"].contains(&path)
        || path.starts_with("/login/")
        || (is_login && request.method() == Method::POST);
    let is_stream = path.ends_with("/api/events");
    let kind = Kind {
        is_stream,
        by_a_person: !is_stream && is_by_a_person(request.headers()),
    };
    let (headers, extensions) = (request.headers(), request.extensions());
    let mut begun = None;
    let found = match known(&shell, sign_in, &cookies, headers, extensions, kind).await {
        // Nobody sits before what a page asks by itself, and only pages begin a session.
        Ok(None) if !ends && kind.by_a_person && is_for_a_page(&request) => {
            match proxied::enter(&shell, sign_in, &cookies, headers, extensions).await {
                Ok(Proxied::In(cookies, secret)) => {
                    begun = Some(cookies);
                    signed_in(sign_in, &secret, kind).await
                }
                Ok(Proxied::Refused(refused)) => {
                    request.extensions_mut().insert(refused);
                    Ok(None)
                }
                Ok(Proxied::Nobody) => Ok(None),
                Err(failure) => Err(failure),
            }
        }
        found => found,
    };
    match found {
        Ok(Some(signed_in)) => {
            request.extensions_mut().insert(signed_in);
        }
        Ok(None) => {}
        // The login form is shown even while the store is away.
        Err(_) if is_login => {}
        Err(failure) => return failure.into_response(),
    }
    let response = next.run(request).await;
    match begun {
        Some(cookies) => (cookies, response).into_response(),
        None => response,
    }
}

/// The kind of a request.
#[derive(Clone, Copy)]
struct Kind {
    is_stream: bool,
    by_a_person: bool,
}

/// The person who is signed in, unless a proxy names somebody else now.
async fn known(
    shell: &Shell,
    sign_in: &SignIn,
    cookies: &CookieJar,
    headers: &HeaderMap,
    extensions: &Extensions,
    kind: Kind,
) -> Result<Option<SignedIn>, Failure> {
    let Some(secret) = sign_in.value_of(cookies, COOKIE) else {
        return Ok(None);
    };
    let found = signed_in(sign_in, secret, kind).await?;
    if let Some(found) = &found {
        let member = found.member();
        if proxied::has_ended(sign_in, secret, member, headers, extensions).await? {
            let noted = sign_in.note(Action::SignOut, &member.id, "proxy").await;
            end(sign_in, secret).await?;
            noted?;
            if let Ok(doctor) = Doctor::admit(member.clone()) {
                revoke_tokens(shell, doctor);
            }
            return Ok(None);
        }
    }
    Ok(found)
}

fn is_for_a_page(request: &Request) -> bool {
    let accepts = request.headers().get_all(header::ACCEPT).iter();
    let mut accepts = accepts.filter_map(|accepted| accepted.to_str().ok());
    request.method() == Method::GET && accepts.any(|accepted| accepted.contains("text/html"))
}

fn is_by_a_person(headers: &HeaderMap) -> bool {
    !headers.contains_key(BACKGROUND)
}

async fn signed_in(
    sign_in: &SignIn,
    secret: &str,
    kind: Kind,
) -> Result<Option<SignedIn>, Failure> {
    let Some(session) = sign_in.sessions.find(&key(secret)).await? else {
        return Ok(None);
    };
    let Some(member) = sign_in.watch.member(&session.staff).await? else {
        return Ok(None);
    };
    if let Some(visit) = Visit::current() {
        visit.in_session(session.id.as_str());
    }
    if !member.active {
        // For good: whoever comes back signs in again.
        sign_in.sessions.end_all(&session.staff).await?;
        return Ok(None);
    }
    if kind.is_stream {
        let over = sign_in
            .watch
            .over(session.key.clone(), session.staff.clone());
        return Ok(Some(SignedIn::watched(member, over)));
    }
    if kind.by_a_person {
        sign_in.sessions.used(&session).await?;
    }
    Ok(Some(SignedIn::new(member)))
}
