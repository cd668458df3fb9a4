//! Takes Stream's webhooks, each once and only if it is Stream's: `webhook_verifier SECRET`, with
//! `http://…:8080/webhooks` as the app's address for events.

#![allow(clippy::print_stdout, reason = "it shows what it takes")]

use std::{env::args, error::Error, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use stream_chat_client::{
    Signer,
    webhook::{Taken, verify},
};
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let secret = args().nth(1).ok_or("the secret is missing")?;
    let state = (Signer::new(&secret.into()), Arc::<Taken>::default());
    let app = Router::new()
        .route("/webhooks", post(take))
        .with_state(state);
    let listener = TcpListener::bind("127.0.0.1:8080").await?;
    Ok(axum::serve(listener, app).await?)
}

async fn take(
    State((signer, taken)): State<(Signer, Arc<Taken>)>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let signature = header("x-signature").unwrap_or_default();
    match verify(&signer, signature, &body) {
        Ok(event) => {
            if header("x-webhook-id").is_none_or(|id| taken.is_first(id)) {
                println!("{} in {}", event.event_type, event.cid.unwrap_or_default());
            }
            StatusCode::OK
        }
        Err(_) => StatusCode::UNAUTHORIZED,
    }
}
