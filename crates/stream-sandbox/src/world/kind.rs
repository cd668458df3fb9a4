use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::grants;
use crate::json::Object;

/// A channel type: switches, and who may do what.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    pub(crate) settings: Object,
    /// Permissions by role.
    pub(crate) grants: BTreeMap<String, Vec<String>>,
}

impl Kind {
    /// A type with the usual switches of `messaging`.
    pub(crate) fn new(name: &str, delivery: bool, now: Timestamp) -> Self {
        let settings = json!({
            "name": name,
            "typing_events": true, "read_events": true, "connect_events": true, "delivery_events": delivery,
            "custom_events": true, "search": true, "reactions": true, "replies": true, "quotes": true, "mutes": true,
            "uploads": true, "url_enrichment": true, "push_notifications": true,
            "reminders": false, "polls": false, "count_messages": false, "user_message_reminders": false,
            "shared_locations": false, "mark_messages_pending": false,
            "skip_last_msg_update_for_system_msgs": false,
            "max_message_length": 5000, "message_retention": "infinite", "push_level": "all",
            "automod": "disabled", "automod_behavior": "flag", "commands": [],
            "created_at": now, "updated_at": now,
        });
        let settings = match settings {
            Value::Object(settings) => settings,
            _ => Object::new(),
        };
        Self {
            settings,
            grants: grants::usual(name),
        }
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.settings
            .get(name)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    /// As the type endpoints answer it.
    pub(crate) fn json(&self) -> Object {
        let mut out = self.settings.clone();
        out.insert("grants".into(), json!(self.grants));
        out.insert("permissions".into(), json!([]));
        out
    }
}

/// The types every app has.
pub(super) fn built_in(delivery: bool, now: Timestamp) -> BTreeMap<String, Kind> {
    let names = ["messaging", "team", "livestream", "commerce", "gaming"];
    names
        .into_iter()
        .map(|name| (name.to_owned(), Kind::new(name, delivery, now)))
        .collect()
}
