use axum::{
    extract::{Request, State},
    http::HeaderMap,
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;

use super::{COOKIE, SignIn, live_sessions::key};
use crate::{app::Shell, failure::Failure, identity::SignedIn};

/// What a page asks by itself, after an event: no sign that anybody sits before it.
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
    let Some(secret) = sign_in.value_of(&cookies, COOKIE) else {
        return next.run(request).await;
    };
    let is_login = path == "/login";
    let is_stream = path.ends_with("/api/events");
    let by_a_person = !is_stream && is_by_a_person(request.headers());
    match signed_in(sign_in, secret, is_stream, by_a_person).await {
        Ok(Some(signed_in)) => {
            request.extensions_mut().insert(signed_in);
        }
        Ok(None) => {}
        // The login form is shown even while the store is away.
        Err(_) if is_login => {}
        Err(failure) => return failure.into_response(),
    }
    next.run(request).await
}

fn is_by_a_person(headers: &HeaderMap) -> bool {
    !headers.contains_key(BACKGROUND)
}

async fn signed_in(
    sign_in: &SignIn,
    secret: &str,
    is_stream: bool,
    by_a_person: bool,
) -> Result<Option<SignedIn>, Failure> {
    let Some(session) = sign_in.sessions.find(&key(secret)).await? else {
        return Ok(None);
    };
    let Some(member) = sign_in.watch.member(&session.staff).await? else {
        return Ok(None);
    };
    if !member.active {
        // For good: whoever comes back signs in again.
        sign_in.sessions.end_all(&session.staff).await?;
        return Ok(None);
    }
    if is_stream {
        let over = sign_in
            .watch
            .over(session.key.clone(), session.staff.clone());
        return Ok(Some(SignedIn::watched(member, over)));
    }
    if by_a_person {
        sign_in.sessions.used(&session).await?;
    }
    Ok(Some(SignedIn::new(member)))
}
