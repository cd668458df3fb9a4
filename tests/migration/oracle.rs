//! The end that a schedule must have, whatever happened on the way.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::device::{Device, text};

/// The messages of each voice in each room, in order. A voice is a doctor, or the old application.
#[derive(Default)]
pub(super) struct Oracle {
    said: BTreeMap<i64, BTreeMap<String, Vec<String>>>,
}

impl Oracle {
    /// The next words of a voice in a room: like no other, and they say whose they are.
    pub(super) fn next(&self, room: i64, voice: &str) -> String {
        let said = self.said.get(&room).and_then(|voices| voices.get(voice));
        format!("{voice} {}", said.map_or(0, Vec::len))
    }

    /// They were said: a doctor was answered so, or the old application has written them.
    pub(super) fn said(&mut self, room: i64, voice: &str, words: String) {
        let voices = self.said.entry(room).or_default();
        voices.entry(voice.to_owned()).or_default().push(words);
    }

    /// That the room, called `id` on the device's mount, holds all of it, once, each voice in order.
    pub(super) async fn check(&self, room: i64, id: &str, device: &Device) {
        let found: Vec<String> = device
            .all_messages(id)
            .await
            .iter()
            .map(|message: &Value| text(&message["text"]))
            .collect();
        let nobody = BTreeMap::new();
        let voices = self.said.get(&room).unwrap_or(&nobody);
        let total: usize = voices.values().map(Vec::len).sum();
        for (voice, said) in voices {
            let of_voice: Vec<&String> = found
                .iter()
                .filter(|words| words.starts_with(&format!("{voice} ")))
                .collect();
            assert_eq!(
                of_voice,
                said.iter().collect::<Vec<_>>(),
                "room {room}, {voice}: nothing lost, doubled or in another order"
            );
        }
        assert_eq!(found.len(), total, "room {room}: {found:?}");
    }

    /// The rooms in which something was said.
    pub(super) fn rooms(&self) -> impl Iterator<Item = i64> {
        self.said.keys().copied()
    }
}
