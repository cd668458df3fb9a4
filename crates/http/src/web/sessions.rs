//! The page on which people see where they are signed in, and sign out there.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use axum_extra::extract::CookieJar;
use domain::{Doctor, StaffMember};
use ports::{Session, SessionId};

use super::{frame, show};
use crate::{
    app::Shell,
    extract::Ids,
    failure::Failure,
    identity::{CurrentMember, SignedIn},
    login::{own_sessions, sign_out::sign_out},
    pages::{Frame, SessionRow, SessionsPage},
};

/// Path of the page.
const PAGE: &str = "/sessions";

/// `GET /sessions`.
pub(crate) async fn list(
    State(shell): State<Shell>,
    CurrentMember(member): CurrentMember,
    cookies: CookieJar,
) -> Result<Response, Failure> {
    let own = own_sessions::list(&shell, &member, &cookies).await?;
    let clock = frame::clock(&shell);
    let row = |session: &Session| SessionRow::new(session, own.is_current(session), &clock);
    let mut rows: Vec<SessionRow> = own.sessions.iter().map(row).collect();
    rows.sort_by_key(|row| !row.current);
    let page = SessionsPage {
        frame: frame_of(&shell, &member).await?,
        are_all: rows.len() < Session::MOST_LISTED,
        rows,
        name: member.name,
    };
    show(StatusCode::OK, &page)
}

/// Beside the rooms for a doctor; nobody else has rooms.
async fn frame_of(shell: &Shell, member: &StaffMember) -> Result<Frame, Failure> {
    let Ok(doctor) = Doctor::admit(member.clone()) else {
        return Ok(frame::alone(shell));
    };
    let mut frame = frame::of_patients(shell, &doctor).await?;
    if let Some(sidebar) = &mut frame.sidebar {
        sidebar.patients_current = false;
    }
    Ok(frame)
}

/// `POST /sessions/{id}/end`. The own one is signed out as ever; one that has ended already is as it should be.
pub(crate) async fn end(
    State(shell): State<Shell>,
    CurrentMember(member): CurrentMember,
    Ids(session): Ids<SessionId>,
    signed_in: Option<Extension<SignedIn>>,
    cookies: CookieJar,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if own_sessions::is_current(&shell, &session, &cookies).await? {
        return sign_out(State(shell), signed_in, cookies, headers).await;
    }
    own_sessions::end_one(&shell, &member, &session, cookies).await?;
    Ok(Redirect::to(PAGE).into_response())
}

/// `POST /sessions/end-others`.
pub(crate) async fn end_others(
    State(shell): State<Shell>,
    CurrentMember(member): CurrentMember,
    cookies: CookieJar,
) -> Result<Redirect, Failure> {
    own_sessions::end_others(&shell, &member, &cookies).await?;
    Ok(Redirect::to(PAGE))
}
