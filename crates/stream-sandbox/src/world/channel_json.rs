use serde_json::{Value, json};

use super::{Channel, World};
use crate::time;

impl World {
    /// A channel as `viewer` sees it; for a server, without what belongs to one person.
    pub(crate) fn channel_json(&self, channel: &Channel, viewer: Option<&str>) -> Value {
        let mut out = channel.custom.clone();
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                out.insert(name.to_owned(), value);
            }
        };
        put("id", json!(channel.id));
        put("type", json!(channel.kind));
        put("cid", json!(channel.cid));
        put("created_by", self.user_json(&channel.created_by));
        put("created_at", time::json(channel.created_at));
        put("updated_at", time::json(channel.updated_at));
        put(
            "last_message_at",
            time::json_or_null(channel.last_message_at),
        );
        put("deleted_at", time::json_or_null(channel.deleted_at));
        put("truncated_at", time::json_or_null(channel.truncated_at));
        put(
            "truncated_by",
            channel
                .truncated_by
                .as_deref()
                .map_or(Value::Null, |id| self.user_json(id)),
        );
        put("frozen", json!(channel.frozen));
        put("disabled", json!(channel.disabled));
        put("member_count", json!(channel.members.len()));
        put("team", json!(channel.team));
        if channel.cooldown > 0 {
            put("cooldown", json!(channel.cooldown));
        }
        if !channel.filter_tags.is_empty() {
            put("filter_tags", json!(channel.filter_tags));
        }
        if self.config_flag(channel, "count_messages") {
            put(
                "message_count",
                json!(self.visible_messages(&channel.cid).count()),
            );
        }
        put("config", self.config_json(channel));
        if let Some(viewer) = viewer {
            put(
                "own_capabilities",
                json!(self.capabilities(channel, viewer)),
            );
            let member = channel.members.get(viewer);
            put("hidden", json!(member.is_some_and(|member| member.hidden)));
            put(
                "hide_messages_before",
                time::json_or_null(member.and_then(|member| member.hide_messages_before)),
            );
            put("muted", json!(self.muted(&channel.cid, viewer)));
        }
        Value::Object(out)
    }

    pub(crate) fn muted(&self, cid: &str, user: &str) -> bool {
        self.users
            .get(user)
            .is_some_and(|user| user.channel_mutes.iter().any(|(muted, ..)| muted == cid))
    }

    /// The settings of the channel's type with the channel's own over them.
    pub(crate) fn config_json(&self, channel: &Channel) -> Value {
        let mut config = self
            .kinds
            .get(&channel.kind)
            .map(|kind| kind.settings.clone())
            .unwrap_or_default();
        for (name, value) in &channel.config_overrides {
            if name != "grants" {
                config.insert(name.clone(), value.clone());
            }
        }
        Value::Object(config)
    }

    pub(crate) fn config_flag(&self, channel: &Channel, name: &str) -> bool {
        let own = channel.config_overrides.get(name);
        let shared = || {
            self.kinds
                .get(&channel.kind)
                .and_then(|kind| kind.settings.get(name))
        };
        own.or_else(shared)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    /// Members, at most `limit`, in the order they came.
    pub(crate) fn members_json(&self, channel: &Channel, limit: usize) -> Vec<Value> {
        let members = channel.members_in_order().into_iter().take(limit);
        members
            .map(|member| self.member_json(member, member.user_id == channel.created_by))
            .collect()
    }
}
