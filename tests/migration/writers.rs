//! Doctors who write whatever happens, and follow their rooms.

use std::{collections::BTreeMap, time::Duration};

use reqwest::Method;
use serde_json::json;
use tokio::{task::JoinSet, time::interval};

use crate::support::device::{CHAT, Device, STREAM, attempt};

/// A room may be on its way for a minute.
const MOST_TRIES: u32 = 900;

/// A message that a doctor is going to send, in a room as the legacy chat numbers it.
pub(super) struct Words {
    pub(super) device: Device,
    pub(super) room: i64,
    pub(super) text: String,
}

/// Has every doctor say theirs, one after the other, all doctors at once. What is not taken is
/// repeated, under the same client id and where the room is by then. Those that could not be said
/// are given back, which only `may_stop` allows; then nothing after them was tried.
pub(super) async fn say_all(words: Vec<Words>, may_stop: bool) -> Vec<Words> {
    let mut by_doctor: BTreeMap<String, Vec<Words>> = BTreeMap::new();
    for one in words {
        by_doctor.entry(one.device.cookies()).or_default().push(one);
    }
    let mut saying = JoinSet::new();
    for words in by_doctor.into_values() {
        saying.spawn(say(words, may_stop));
    }
    saying.join_all().await.into_iter().flatten().collect()
}

async fn say(words: Vec<Words>, may_stop: bool) -> Vec<Words> {
    let mut words = words.into_iter();
    while let Some(one) = words.next() {
        let mut ticks = interval(Duration::from_millis(100));
        let mut tries = 0;
        while let Err(why) = once(&one).await {
            if may_stop {
                return std::iter::once(one).chain(words).collect();
            }
            tries += 1;
            assert!(tries < MOST_TRIES, "room {}: {why}", one.room);
            ticks.tick().await;
        }
    }
    Vec::new()
}

/// Says it in the legacy chat, or where that leads.
async fn once(one: &Words) -> Result<(), String> {
    let client_id = one.text.replace(' ', "-");
    let body = json!({ "client_id": client_id, "text": one.text });
    let mut path = format!("{CHAT}/api/rooms/{}/messages", one.room);
    // There and back again, if it moves meanwhile.
    for _ in 0..4 {
        let request = one.device.request(Method::POST, &path).json(&body);
        let answer = attempt(request).await.map_err(|error| error.to_string())?;
        match answer.status {
            200 | 201 => return Ok(()),
            409 => {
                let page = answer.json()["location"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
                let (mount, rest) = match page.strip_prefix(STREAM) {
                    Some(rest) => (STREAM, rest),
                    None => (CHAT, page.strip_prefix(CHAT).unwrap_or_default()),
                };
                path = format!("{mount}/api{rest}/messages");
            }
            429 | 500..=599 => return Err(format!("{path}: {}", answer.status)),
            // On its way from one chat to the other.
            404 => return Err(format!("{path}: {}", answer.status)),
            other => panic!("{path}: {other} {}", answer.text()),
        }
    }
    Err(format!("{path} moves to and fro"))
}
