use axum::{Json, extract::State, http::StatusCode};
use axum_extra::extract::CookieJar;
use ports::SessionId;

use crate::{
    app::Shell,
    extract::Ids,
    failure::{Failure, Problem},
    identity::CurrentMember,
    json::SessionsJson,
    login::own_sessions,
};

/// The browsers on which the asking person is signed in, those used last first; at most 100.
#[utoipa::path(get, path = "/doctor/api/sessions", tag = "sessions",
    responses((status = 200, body = SessionsJson)))]
pub(crate) async fn list(
    State(shell): State<Shell>,
    CurrentMember(member): CurrentMember,
    cookies: CookieJar,
) -> Result<Json<SessionsJson>, Failure> {
    let own = own_sessions::list(&shell, &member, &cookies).await?;
    Ok(Json(SessionsJson::new(&own)))
}

/// Signs the asking person out on one of their browsers. Its live events end, here at once and on other
/// instances within seconds. Where it is the browser that asks, its cookie goes too.
#[utoipa::path(delete, path = "/doctor/api/sessions/{id}", tag = "sessions",
    params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn end(
    State(shell): State<Shell>,
    CurrentMember(member): CurrentMember,
    Ids(session): Ids<SessionId>,
    cookies: CookieJar,
) -> Result<(CookieJar, StatusCode), Failure> {
    let ended = own_sessions::end_one(&shell, &member, &session, cookies).await?;
    let cookies = ended.ok_or_else(Failure::not_found)?;
    Ok((cookies, StatusCode::NO_CONTENT))
}
