use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::StaffId;
use ports::Error;
use tower_sessions::Session;

use super::{SignIn, store};
use crate::{app::Shell, failure::Failure, identity::SignedIn};

/// Begins a session for someone whose password was right, under a new id: one that an attacker
/// may have planted before the login is worth nothing after it.
pub(super) async fn begin(session: &Session, staff: &StaffId) -> Result<(), Failure> {
    let begun = async {
        session.cycle_id().await?;
        session.insert(store::STAFF, staff.as_str()).await
    };
    begun.await.map_err(|_| unavailable())
}

/// Says who is signed in, and moves the session's end where a person did something. A live stream
/// and a file of the pages are nothing a person does.
pub(crate) async fn identify(
    State(shell): State<Shell>,
    session: Session,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let is_stream = path.ends_with("/api/events");
    if path.starts_with("/assets/") || path.starts_with("/health/") || path == "/metrics" {
        return next.run(request).await;
    }
    let Some(sign_in) = &shell.sign_in else {
        return next.run(request).await;
    };
    match signed_in(&session, sign_in, is_stream).await {
        Ok(Some(signed_in)) => {
            request.extensions_mut().insert(signed_in);
        }
        Ok(None) => {}
        // Who is not known to be signed in gets the login form even while the store is away.
        Err(_) if path == "/login" => {}
        Err(failure) => return failure.into_response(),
    }
    next.run(request).await
}

async fn signed_in(
    session: &Session,
    sign_in: &SignIn,
    is_stream: bool,
) -> Result<Option<SignedIn>, Failure> {
    let Some(id) = session.id() else {
        return Ok(None);
    };
    let staff: Option<String> = session.get(store::STAFF).await.map_err(|_| unavailable())?;
    let Some(staff) = staff.and_then(|staff| StaffId::parse(staff).ok()) else {
        return Ok(None);
    };
    let Some(member) = sign_in
        .watch
        .member(&staff)
        .await?
        .filter(|member| member.active)
    else {
        return Ok(None);
    };
    if is_stream {
        let ended = sign_in.watch.over(store::key(id), staff);
        return Ok(Some(SignedIn::watched(member, ended)));
    }
    let minute = sign_in.store.minute();
    let used: Option<i64> = session.get(store::USED).await.map_err(|_| unavailable())?;
    if used != Some(minute) {
        session
            .insert(store::USED, minute)
            .await
            .map_err(|_| unavailable())?;
    }
    Ok(Some(SignedIn::new(member)))
}

fn unavailable() -> Failure {
    Error::unavailable("the store of sessions does not answer").into()
}
