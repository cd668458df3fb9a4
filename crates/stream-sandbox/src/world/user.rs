use jiff::Timestamp;
use serde_json::{Value, json};

use super::World;
use crate::json::Object;
use crate::time;

/// The fields of a user that are not custom data.
pub(crate) const USER_FIELDS: &[&str] = &[
    "id",
    "name",
    "image",
    "role",
    "teams",
    "teams_role",
    "language",
    "invisible",
    "banned",
    "shadow_banned",
    "online",
    "created_at",
    "updated_at",
    "last_active",
    "deactivated_at",
    "deleted_at",
    "revoke_tokens_issued_before",
    "privacy_settings",
    "push_preferences",
    "push_notifications",
    "devices",
    "mutes",
    "channel_mutes",
    "blocked_user_ids",
    "unread_count",
    "total_unread_count",
    "unread_channels",
    "unread_threads",
    "ban_expires",
    "invite_accepted_at",
    "anon",
    "custom",
];

/// A user of the app.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) role: String,
    pub(crate) name: Option<String>,
    pub(crate) image: Option<String>,
    pub(crate) language: String,
    pub(crate) teams: Vec<String>,
    pub(crate) invisible: bool,
    pub(crate) banned: bool,
    pub(crate) privacy_settings: Option<Object>,
    pub(crate) custom: Object,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) last_active: Option<Timestamp>,
    pub(crate) deactivated_at: Option<Timestamp>,
    pub(crate) deleted_at: Option<Timestamp>,
    pub(crate) revoke_tokens_issued_before: Option<Timestamp>,
    pub(crate) devices: Vec<Object>,
    /// Users this one has muted, and since when.
    pub(crate) mutes: Vec<(String, Timestamp)>,
    /// Channels this one has muted: cid, since, until.
    pub(crate) channel_mutes: Vec<(String, Timestamp, Option<Timestamp>)>,
    pub(crate) blocked: Vec<(String, Timestamp)>,
}

impl User {
    pub(crate) fn new(id: &str, now: Timestamp) -> Self {
        Self {
            id: id.to_owned(),
            role: "user".to_owned(),
            name: None,
            image: None,
            language: String::new(),
            teams: Vec::new(),
            invisible: false,
            banned: false,
            privacy_settings: None,
            custom: Object::new(),
            created_at: now,
            updated_at: now,
            last_active: None,
            deactivated_at: None,
            deleted_at: None,
            revoke_tokens_issued_before: None,
            devices: Vec::new(),
            mutes: Vec::new(),
            channel_mutes: Vec::new(),
            blocked: Vec::new(),
        }
    }

    fn json(&self, online: bool) -> Object {
        let mut out = self.custom.clone();
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                out.insert(name.to_owned(), value);
            }
        };
        put("id", json!(self.id));
        put("name", json!(self.name));
        put("image", json!(self.image));
        put("role", json!(self.role));
        put("language", json!(self.language));
        put("teams", json!(self.teams));
        put("invisible", json!(self.invisible));
        put("banned", json!(self.banned));
        put("shadow_banned", json!(false));
        put("online", json!(online && !self.invisible));
        put("privacy_settings", json!(self.privacy_settings));
        put(
            "blocked_user_ids",
            self.blocked.iter().map(|(id, _)| json!(id)).collect(),
        );
        put("created_at", time::json(self.created_at));
        put("updated_at", time::json(self.updated_at));
        put("last_active", time::json_or_null(self.last_active));
        put("deactivated_at", time::json_or_null(self.deactivated_at));
        put("deleted_at", time::json_or_null(self.deleted_at));
        put(
            "revoke_tokens_issued_before",
            time::json_or_null(self.revoke_tokens_issued_before),
        );
        out
    }
}

impl World {
    /// A user as everybody sees them. Someone deleted for ever keeps only their id.
    pub(crate) fn user_json(&self, id: &str) -> Value {
        match self.users.get(id) {
            Some(user) => Value::Object(user.json(self.connections.online(id))),
            None => json!({
                "id": id, "role": "user", "language": "", "teams": [], "banned": false, "online": false,
                "created_at": Timestamp::UNIX_EPOCH, "updated_at": Timestamp::UNIX_EPOCH, "blocked_user_ids": [],
            }),
        }
    }

    /// A user as servers and queries see them.
    pub(crate) fn full_user_json(&self, id: &str) -> Value {
        let mut out = match self.user_json(id) {
            Value::Object(out) => out,
            other => return other,
        };
        let unread = self.unread_totals(id);
        out.insert(
            "devices".into(),
            json!(
                self.users
                    .get(id)
                    .map(|user| user.devices.clone())
                    .unwrap_or_default()
            ),
        );
        out.insert("mutes".into(), self.mutes_json(id));
        out.insert("channel_mutes".into(), self.channel_mutes_json(id));
        out.insert("unread_count".into(), json!(unread.messages));
        out.insert("total_unread_count".into(), json!(unread.messages));
        out.insert("unread_channels".into(), json!(unread.channels));
        out.insert("unread_threads".into(), json!(0));
        Value::Object(out)
    }

    pub(crate) fn mutes_json(&self, id: &str) -> Value {
        let Some(user) = self.users.get(id) else {
            return json!([]);
        };
        let mute = |(target, at): &(String, Timestamp)| {
            json!({
                "user": self.user_json(id), "target": self.user_json(target),
                "created_at": at, "updated_at": at,
            })
        };
        user.mutes.iter().map(mute).collect()
    }

    pub(crate) fn channel_mutes_json(&self, id: &str) -> Value {
        let Some(user) = self.users.get(id) else {
            return json!([]);
        };
        let mute = |(cid, at, until): &(String, Timestamp, Option<Timestamp>)| {
            let channel = self
                .channels
                .get(cid)
                .map(|channel| self.channel_json(channel, None));
            json!({
                "user": self.user_json(id), "channel": channel, "created_at": at, "updated_at": at, "expires": until,
            })
        };
        user.channel_mutes.iter().map(mute).collect()
    }
}
