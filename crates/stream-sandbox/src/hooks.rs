//! Webhooks: each event is posted, signed, to the addresses the app is configured with.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use data_encoding::HEXLOWER;
use hmac::Mac as _;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::call::Call;
use crate::json::Object;
use crate::token;
use crate::world::{World, uuid};

/// How many events wait for a slow receiver; further ones are lost, as they are in a real outage.
const WAITING: usize = 4096;
const ATTEMPTS: u32 = 3;
const PER_ATTEMPT: Duration = Duration::from_secs(6);
const ALTOGETHER: Duration = Duration::from_secs(15);

/// One event on its way to one address.
#[derive(Debug)]
pub(crate) struct Hook {
    url: String,
    body: Bytes,
    compressed: bool,
}

/// The queue of events for webhooks.
#[derive(Clone, Debug)]
pub(crate) struct Hooks(mpsc::Sender<Hook>);

impl Hooks {
    pub(crate) fn new() -> (Self, mpsc::Receiver<Hook>) {
        let (send, receive) = mpsc::channel(WAITING);
        (Self(send), receive)
    }
}

impl World {
    /// Hands an event to the webhooks that want it.
    pub(crate) fn call_hooks(&self, call: Option<&Call>, cid: Option<&str>, event: &Object) {
        let kind = event
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let urls = self.hook_urls(kind);
        if urls.is_empty() {
            return;
        }
        let mut event = event.clone();
        if let Some(channel) = cid.and_then(|cid| self.channels.get(cid)) {
            event.insert("members".into(), json!(self.members_json(channel, 50)));
        }
        let client = call.is_some_and(|call| !call.server());
        event.insert(
            "request_info".into(),
            json!({
                "type": if client { "client" } else { "server" },
                "ip": "127.0.0.1",
                "user_agent": call.map_or("", |call| call.user_agent.as_str()),
                "sdk": call.map_or("", |call| call.sdk.as_str()),
                "ext": "",
            }),
        );
        let body = Bytes::from(Value::Object(event).to_string());
        let compressed = self.app.flag("enable_hook_payload_compression");
        for url in urls {
            if self
                .hooks
                .0
                .try_send(Hook {
                    url,
                    body: body.clone(),
                    compressed,
                })
                .is_err()
            {
                tracing::warn!("the Stream sandbox drops a webhook: its receiver is too slow");
            }
        }
    }

    fn hook_urls(&self, kind: &str) -> Vec<String> {
        // What goes over webhooks is the lasting kind of event; custom events are asked for by name.
        let passing = [
            "typing.",
            "user.presence",
            "user.watching",
            "health.",
            "notification.",
        ];
        if passing.iter().any(|prefix| kind.starts_with(prefix)) {
            return Vec::new();
        }
        let text = |object: &Object, name: &str| {
            object
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let wants = |types: Option<&Value>| {
            let types = types.and_then(Value::as_array);
            types.is_none_or(|types| types.is_empty() || types.iter().any(|name| name == kind))
        };
        let mut urls = Vec::new();
        let legacy = text(&self.app.fields, "webhook_url");
        if !legacy.is_empty() && wants(self.app.fields.get("webhook_events")) {
            urls.push(legacy);
        }
        let hooks = self.app.fields.get("event_hooks").and_then(Value::as_array);
        for hook in hooks.into_iter().flatten().filter_map(Value::as_object) {
            let on = hook.get("enabled").and_then(Value::as_bool).unwrap_or(true);
            let url = text(hook, "webhook_url");
            if on
                && text(hook, "hook_type") == "webhook"
                && !url.is_empty()
                && wants(hook.get("event_types"))
            {
                urls.push(url);
            }
        }
        urls.dedup();
        urls
    }
}

/// Sends what is handed in, one after the other.
pub(crate) async fn send_all(
    app: Arc<App>,
    mut waiting: mpsc::Receiver<Hook>,
    stop: CancellationToken,
) {
    let mut client = None;
    loop {
        let hook = tokio::select! {
            hook = waiting.recv() => hook,
            () = stop.cancelled() => return,
        };
        let Some(hook) = hook else { return };
        // Most sandboxes never send one, and a client is dear to make.
        let client = match client.take().map_or_else(local_client, Ok) {
            Ok(made) => client.insert(made),
            Err(error) => return tracing::error!(%error, "the Stream sandbox cannot send webhooks"),
        };
        if tokio::time::timeout(ALTOGETHER, send(&app, client, &hook))
            .await
            .is_err()
        {
            tracing::warn!("the Stream sandbox gives a webhook up");
        }
    }
}

/// A client that stays on this machine: no proxy, and no redirect is followed.
fn local_client() -> reqwest::Result<reqwest::Client> {
    let client = reqwest::Client::builder().timeout(PER_ATTEMPT).no_proxy();
    client.redirect(reqwest::redirect::Policy::none()).build()
}

async fn send(app: &App, client: &reqwest::Client, hook: &Hook) {
    let id = uuid();
    let digest = token::mac(&app.config.api_secret, &hook.body).finalize();
    let signature = HEXLOWER.encode(&digest.into_bytes());
    for attempt in 1..=ATTEMPTS {
        let request = client
            .post(&hook.url)
            .header("content-type", "application/json")
            .header("x-webhook-id", &id)
            .header("x-webhook-attempt", attempt)
            .header("x-api-key", &app.config.api_key)
            .header("x-signature", &signature)
            .header("x-stream-sandbox", crate::page::MARK);
        let request = if hook.compressed {
            request
                .header("content-encoding", "gzip")
                .body(gzip(&hook.body))
        } else {
            request.body(hook.body.clone())
        };
        match request.send().await {
            Ok(answer) if matches!(answer.status().as_u16(), 408 | 429 | 500..) => {}
            Ok(_) => return,
            Err(error) => {
                tracing::debug!(error = %error.without_url(), attempt, "a webhook of the Stream sandbox failed")
            }
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing into memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
