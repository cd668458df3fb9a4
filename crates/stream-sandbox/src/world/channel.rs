use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde_json::Value;

use super::Member;
use crate::json::Object;

/// The fields of a channel that are not custom data.
pub(crate) const CHANNEL_FIELDS: &[&str] = &[
    "id",
    "type",
    "cid",
    "created_by",
    "created_by_id",
    "created_at",
    "updated_at",
    "deleted_at",
    "last_message_at",
    "members",
    "invites",
    "member_count",
    "message_count",
    "team",
    "frozen",
    "disabled",
    "config",
    "config_overrides",
    "filter_tags",
    "own_capabilities",
    "hidden",
    "muted",
    "cooldown",
    "truncated_at",
    "truncated_by",
    "truncated_by_id",
    "auto_translation_enabled",
    "auto_translation_language",
    "blocked",
    "hide_messages_before",
    "mute_expires_at",
    "custom",
];

/// How many events of a channel are kept for clients that were away.
const KEPT_EVENTS: usize = 1000;

/// A channel with its members and the order of its messages.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) cid: String,
    pub(crate) created_by: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) last_message_at: Option<Timestamp>,
    pub(crate) truncated_at: Option<Timestamp>,
    pub(crate) truncated_by: Option<String>,
    pub(crate) deleted_at: Option<Timestamp>,
    pub(crate) frozen: bool,
    pub(crate) disabled: bool,
    pub(crate) team: Option<String>,
    pub(crate) cooldown: i64,
    pub(crate) filter_tags: Vec<String>,
    pub(crate) config_overrides: Object,
    pub(crate) custom: Object,
    pub(crate) members: BTreeMap<String, Member>,
    /// Message ids, oldest first.
    pub(crate) timeline: Vec<String>,
    /// Events that clients that were away may ask for again.
    pub(crate) events: VecDeque<(Timestamp, Value)>,
}

impl Channel {
    pub(crate) fn new(kind: &str, id: &str, created_by: &str, now: Timestamp) -> Self {
        Self {
            kind: kind.to_owned(),
            id: id.to_owned(),
            cid: format!("{kind}:{id}"),
            created_by: created_by.to_owned(),
            created_at: now,
            updated_at: now,
            last_message_at: None,
            truncated_at: None,
            truncated_by: None,
            deleted_at: None,
            frozen: false,
            disabled: false,
            team: None,
            cooldown: 0,
            filter_tags: Vec::new(),
            config_overrides: Object::new(),
            custom: Object::new(),
            members: BTreeMap::new(),
            timeline: Vec::new(),
            events: VecDeque::new(),
        }
    }

    /// Whether membership can never change: the channel is its members.
    pub(crate) fn distinct(&self) -> bool {
        self.id.starts_with("!members-")
    }

    pub(crate) fn keep_event(&mut self, at: Timestamp, event: Value) {
        if self.events.len() == KEPT_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back((at, event));
    }

    /// The members as lists show them: in the order they came.
    pub(crate) fn members_in_order(&self) -> Vec<&Member> {
        let mut members: Vec<&Member> = self.members.values().collect();
        members.sort_by_key(|member| member.created_at);
        members
    }
}

/// Splits `type:id`.
pub(crate) fn cid_parts(cid: &str) -> Option<(&str, &str)> {
    cid.split_once(':')
        .filter(|(kind, id)| !kind.is_empty() && !id.is_empty())
}
