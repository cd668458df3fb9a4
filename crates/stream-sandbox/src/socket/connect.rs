use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, FromRequestParts as _, Query, Request, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::{Instant, interval};

use super::connections::Frame;
use super::hello::{Entry, enter};
use crate::answer::{authenticate, credentials, instead, platform, recorded};
use crate::app::App;
use crate::auth::Credentials;
use crate::failure::Failure;
use crate::faults::{Misbehaviour, refusal};
use crate::listen::Cut;

/// How many frames wait for a slow reader.
const WAITING: usize = 1024;

/// GET `/connect`: the handshake is never refused; a refusal is the first frame.
pub(crate) async fn connect(State(app): State<Arc<App>>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let cut = parts
        .extensions
        .get::<ConnectInfo<Cut>>()
        .map(|info| info.0.clone());
    app.record(|| recorded("Connect", &parts, &Bytes::new()));
    let fault = app.strike("Connect");
    let shown = credentials(&parts);
    let query = Query::<HashMap<String, String>>::try_from_uri(&parts.uri)
        .map(|query| query.0)
        .unwrap_or_default();
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade,
        Err(refused) => return refused.into_response(),
    };
    if let Some(Misbehaviour::Refuse { code, status }) = fault {
        return upgrade.on_upgrade(move |socket| refuse(socket, refusal(code, status)));
    }
    if let Some(bad) = fault
        .as_ref()
        .and_then(|fault| instead("Connect", fault, cut.as_ref()))
    {
        return bad;
    }
    upgrade.on_upgrade(move |socket| async move {
        if let Some(Misbehaviour::Slow { by_ms }) = fault {
            tokio::time::sleep_until(Instant::now() + Duration::from_millis(by_ms)).await;
        }
        if let (Some(Misbehaviour::ResetAfter), Some(cut)) = (&fault, &cut) {
            cut.reset();
        }
        converse(app, socket, &shown, &query, cut).await;
    })
}

async fn refuse(mut socket: WebSocket, failure: Failure) {
    let mut error = failure.body("Connect");
    error["duration"] = json!("");
    let frame = json!({
        "type": "connection.error", "created_at": Timestamp::now(), "connection_id": "", "error": error,
    });
    // The client may have gone; then nobody needs the refusal.
    let _ = socket.send(Message::Text(frame.to_string().into())).await;
    let _ = socket.send(close(1000, "")).await;
}

fn close(code: u16, reason: &'static str) -> Message {
    Message::Close(Some(CloseFrame {
        code,
        reason: reason.into(),
    }))
}

async fn converse(
    app: Arc<App>,
    mut socket: WebSocket,
    shown: &Credentials,
    query: &HashMap<String, String>,
    cut: Option<Cut>,
) {
    let (out, mut waiting) = mpsc::channel(WAITING);
    let entered = authenticate(&app, shown).and_then(|caller| {
        let mut world = app.world();
        let client = query
            .get("X-Stream-Client")
            .or_else(|| query.get("x-stream-client"));
        let platform = platform(&caller, client.map_or("", String::as_str));
        let (_, counted) =
            world
                .limits
                .count(&caller, platform, "Connect", Timestamp::now().as_second());
        if app.config.enforce_rate_limits {
            counted?;
        }
        enter(&mut world, &caller, query, out, cut)
    });
    let entry = match entered {
        Ok(entry) => entry,
        Err(failure) => return refuse(socket, failure).await,
    };
    if socket
        .send(Message::Text(entry.hello.clone().into()))
        .await
        .is_ok()
    {
        keep_up(&app, &mut socket, &entry, &mut waiting).await;
    }
    app.world().leave(&entry.connection_id, &entry.user);
}

/// Passes frames on and answers health checks until either side ends it.
async fn keep_up(
    app: &App,
    socket: &mut WebSocket,
    entry: &Entry,
    waiting: &mut mpsc::Receiver<Frame>,
) {
    let mut health = interval(app.config.health_check_every);
    health.tick().await;
    let dead_after = app.config.dead_after.max(app.config.health_check_every * 2);
    let mut heard = Instant::now();
    loop {
        let sent = tokio::select! {
            frame = waiting.recv() => match frame {
                Some(Frame::Text(text)) => socket.send(Message::Text(text.into())).await,
                Some(Frame::Close(code, reason)) => {
                    // The end either way.
                    let _ = socket.send(close(code, reason)).await;
                    return;
                }
                None => return,
            },
            _ = health.tick() => {
                if heard.elapsed() > dead_after {
                    return;
                }
                match socket.send(Message::Ping(Bytes::new())).await {
                    Ok(()) => socket.send(health_check(entry)).await,
                    failed => failed,
                }
            }
            got = socket.recv() => match got {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(Message::Text(text))) => {
                    heard = Instant::now();
                    if is_health_check(&text) { socket.send(health_check(entry)).await } else { Ok(()) }
                }
                Some(Ok(_)) => {
                    heard = Instant::now();
                    Ok(())
                }
            },
        };
        if sent.is_err() {
            return;
        }
    }
}

fn is_health_check(text: &str) -> bool {
    let read: Value = serde_json::from_str(text).unwrap_or_default();
    let first = read
        .as_array()
        .and_then(|items| items.first())
        .unwrap_or(&read);
    first.get("type").and_then(Value::as_str) == Some("health.check")
}

fn health_check(entry: &Entry) -> Message {
    let frame = json!({
        "type": "health.check", "connection_id": entry.connection_id, "cid": "*", "created_at": Timestamp::now(),
    });
    Message::Text(frame.to_string().into())
}
