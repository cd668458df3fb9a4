use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use rand::random;
use reqwest::{StatusCode, Upgraded, Version, header};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Interval, MissedTickBehavior, interval_at, timeout, timeout_at};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        handshake::{client::generate_key, derive_accept_key},
        protocol::Role,
    },
};

use super::super::{
    Client, Error, Event, Kind, NewUser, Operation, Result, UserToken, error::Body,
};

const CONNECT: Operation = Operation::new("WebSocket", "/connect");
const HELLO_WITHIN: Duration = Duration::from_secs(10);

/// One WebSocket connection of a user.
pub(super) struct Connection {
    socket: WebSocketStream<Upgraded>,
    health: Interval,
    health_check: Value,
    silence: Duration,
    last_heard: Instant,
    keeps_reasons: bool,
}

/// A frame is an event, or an error before the connection is closed.
#[derive(Deserialize)]
struct Frame {
    error: Option<Body>,
    #[serde(flatten)]
    event: Event,
}

impl Connection {
    /// Connects and waits for the greeting, which is the second value.
    pub(super) async fn open(
        client: &Client,
        user: &NewUser,
        token: &UserToken,
    ) -> Result<(Self, Event)> {
        let opening = async {
            let socket = Self::connect(client, user, token).await?;
            let silence = client.shared.patience.silence;
            // We say that we are there in time for the answer to come before the silence is over.
            let every = silence * 2 / 3;
            let mut health = interval_at((Instant::now() + every).into(), every);
            health.set_missed_tick_behavior(MissedTickBehavior::Delay);
            let client_id = format!("{}--{:032x}", user.id, random::<u128>());
            let mut connection = Self {
                socket,
                health,
                health_check: json!([{ "type": "health.check", "client_id": client_id }]),
                silence,
                last_heard: Instant::now(),
                keeps_reasons: client.shared.keeps_reasons,
            };
            let hello = connection.next().await?;
            Ok((connection, hello))
        };
        timeout(HELLO_WITHIN, opening)
            .await
            .unwrap_or_else(|_| Err(broken(Kind::TimedOut)))
    }

    /// Opened as an HTTP request of the same client (RFC 6455, section 4.1), so that proxies and
    /// certificates are those of all other calls.
    async fn connect(
        client: &Client,
        user: &NewUser,
        token: &UserToken,
    ) -> Result<WebSocketStream<Upgraded>> {
        let shared = &client.shared;
        let mut url = shared.base_url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().push("connect");
        }
        let mut details = json!(user);
        // A user may not change their own role.
        if let Some(details) = details.as_object_mut() {
            details.remove("role");
        }
        let hello = json!({
            "user_id": user.id,
            "user_details": details,
            "client_request_id": format!("{:032x}", random::<u128>()),
        });
        url.query_pairs_mut()
            .append_pair("json", &hello.to_string())
            .append_pair("api_key", &shared.api_key)
            .append_pair("authorization", &token.token)
            .append_pair("stream-auth-type", "jwt")
            .append_pair("X-Stream-Client", &shared.product);
        let key = generate_key();
        let opening = shared
            .http
            .get(url)
            .version(Version::HTTP_11)
            .header(header::CONNECTION, "Upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_VERSION, "13")
            .header(header::SEC_WEBSOCKET_KEY, &key);
        // An error of the HTTP client names the URL, which holds the token.
        let unreachable = |_| broken(Kind::Unreachable);
        let answer = opening.send().await.map_err(unreachable)?;
        let accepted = answer.headers().get(header::SEC_WEBSOCKET_ACCEPT);
        let is_ours =
            accepted.is_some_and(|accepted| *accepted == derive_accept_key(key.as_bytes()));
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS || !is_ours {
            return Err(broken(Kind::Unreachable));
        }
        let socket = answer.upgrade().await.map_err(unreachable)?;
        Ok(WebSocketStream::from_raw_socket(socket, Role::Client, None).await)
    }

    /// The next event.
    ///
    /// # Errors
    /// When Stream ends the connection, or nothing was heard for too long.
    pub(super) async fn next(&mut self) -> Result<Event> {
        loop {
            let dead = self.last_heard + self.silence;
            let frame = tokio::select! {
                _ = self.health.tick() => {
                    let check = Message::text(self.health_check.to_string());
                    // A half-open connection takes frames until its buffers are full.
                    let sent = timeout(Duration::from_secs(5), self.socket.send(check)).await;
                    sent.map_err(|_| broken(Kind::TimedOut))?
                        .map_err(|_| broken(Kind::Unreachable))?;
                    continue;
                }
                frame = timeout_at(dead.into(), self.socket.next()) => {
                    frame.map_err(|_| broken(Kind::TimedOut))?
                }
            };
            let frame = frame
                .ok_or_else(|| broken(Kind::Unreachable))?
                .map_err(|_| broken(Kind::Unreachable))?;
            self.last_heard = Instant::now();
            match frame {
                Message::Text(text) => {
                    match serde_json::from_str::<Frame>(&text) {
                        Ok(Frame {
                            error: Some(error), ..
                        }) => return Err(Error::framed(CONNECT, error, self.keeps_reasons)),
                        Ok(frame) => return Ok(frame.event),
                        // Something happened in a room, and what is asked for afresh.
                        Err(_) if is_of_a_room(&text) => {
                            tracing::warn!("an event of Stream's could not be read; reconnecting");
                            return Err(broken(Kind::Garbled));
                        }
                        // Newer kinds come and go.
                        Err(_) => tracing::debug!("a WebSocket frame could not be read"),
                    }
                }
                Message::Close(_) => return Err(broken(Kind::Unreachable)),
                _ => {}
            }
        }
    }

    /// Says goodbye, so that the user is offline at once.
    pub(super) async fn close(mut self) {
        let _ = timeout(Duration::from_secs(2), self.socket.close(None)).await;
    }
}

/// Whether a frame that cannot be read as a whole is about a room.
fn is_of_a_room(text: &str) -> bool {
    #[derive(Deserialize)]
    struct About {
        #[serde(rename = "type")]
        event_type: String,
    }
    let about = serde_json::from_str::<About>(text);
    about.is_ok_and(|about| {
        let rooms = ["message.", "member.", "reaction.", "notification."];
        rooms.iter().any(|kind| about.event_type.starts_with(kind))
    })
}

/// The source of tokens gave none.
pub(super) fn no_token() -> Error {
    Error::unanswered(CONNECT, Kind::NoToken, false)
}

fn broken(kind: Kind) -> Error {
    Error::unanswered(CONNECT, kind, true)
}
