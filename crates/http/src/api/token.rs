use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::MountContext,
    failure::{Failure, Problem},
    identity::CurrentDoctor,
};

/// Credentials and address with which a client library connects to the backend as this doctor.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenJson {
    app_id: String,
    api_key: String,
    user_id: String,
    token: String,
    /// RFC 3339, UTC; at most an hour ahead.
    expires_at: String,
    /// The same from now on, for browsers, whose clocks may be wrong.
    expires_in_seconds: i64,
    base_url: String,
}

/// A token for the backend's own client library; 404 where the backend has none, and where pages do
/// not listen to the backend themselves: reading with a token passes no guard of ours.
#[utoipa::path(post, path = "/token", tag = "live",
    responses((status = 200, body = TokenJson), (status = 404, body = Problem)))]
pub(crate) async fn mint(
    State(at): State<MountContext>,
    CurrentDoctor(doctor): CurrentDoctor,
) -> Result<Json<TokenJson>, Failure> {
    let direct = at.mount.library.is_some();
    let tokens = at.chat.client_tokens().filter(|_| direct);
    let tokens = tokens.ok_or_else(Failure::not_found)?;
    let token = tokens.mint(&doctor).await?;
    Ok(Json(TokenJson {
        app_id: token.app_id,
        api_key: token.api_key,
        user_id: token.user_id,
        token: token.token,
        expires_in_seconds: token
            .expires_at
            .duration_since(at.shell.clock.now())
            .as_secs(),
        expires_at: token.expires_at.to_string(),
        base_url: token.base_url,
    }))
}
