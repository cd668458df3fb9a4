use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    app::At,
    failure::{Failure, Problem},
    identity::CurrentDoctor,
};

/// What a client library of the backend needs to talk to it for this doctor.
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenJson {
    app_id: String,
    api_key: String,
    user_id: String,
    token: String,
    /// RFC 3339, UTC; at most an hour ahead.
    expires_at: String,
    base_url: String,
}

/// A token for the backend's own client libraries; 404 where the backend has none.
#[utoipa::path(post, path = "/token", tag = "live",
    responses((status = 200, body = TokenJson), (status = 404, body = Problem)))]
pub(crate) async fn mint(
    State(at): State<At>,
    CurrentDoctor(doctor): CurrentDoctor,
) -> Result<Json<TokenJson>, Failure> {
    let tokens = at.chat.client_tokens().ok_or_else(Failure::not_found)?;
    let token = tokens.mint(&doctor).await?;
    Ok(Json(TokenJson {
        app_id: token.app_id,
        api_key: token.api_key,
        user_id: token.user_id,
        token: token.token,
        expires_at: token.expires_at.to_string(),
        base_url: token.base_url,
    }))
}
