//! Gives users of one's own login the tokens that they connect with: `token_server KEY SECRET`, then
//! `curl -H 'x-user: lee' http://127.0.0.1:8080/token`.
//!
//! The header stands for a login: put your own in its place, or anybody can be anybody.

use std::{env::args, error::Error, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::get,
};
use serde_json::{Value, json};
use stream_chat_client::{Client, NewUser, Signer};
use tokio::net::TcpListener;

const LIFETIME: Duration = Duration::from_secs(3_600);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let key = args().nth(1).ok_or("the key is missing")?;
    let secret = args().nth(2).ok_or("the secret is missing")?;
    let stream = (Client::new(key, &*secret)?, Signer::new(&secret.into()));
    let app = Router::new().route("/token", get(token)).with_state(stream);
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    Ok(axum::serve(listener, app).await?)
}

async fn token(
    State((client, signer)): State<(Client, Signer)>,
    headers: HeaderMap,
) -> Result<Json<Value>, StatusCode> {
    let user = headers.get("x-user").and_then(|user| user.to_str().ok());
    let user = user.ok_or(StatusCode::UNAUTHORIZED)?;
    // A token does not make its user.
    let known = client.upsert_users(&[NewUser::new(user)]).await;
    known.map_err(|_| StatusCode::BAD_GATEWAY)?;
    let token = signer.token(user).lives_for(LIFETIME).sign();
    Ok(Json(
        json!({ "token": token.token, "expires_at": token.expires_at }),
    ))
}
