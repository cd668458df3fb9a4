use jiff::Timestamp;
use serde_json::{Value, json};

use super::World;
use crate::json::Object;
use crate::time;

/// Someone's place in a channel, with what they have read of it.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) user_id: String,
    pub(crate) channel_role: String,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) custom: Object,
    pub(crate) invited: bool,
    pub(crate) invite_accepted_at: Option<Timestamp>,
    pub(crate) invite_rejected_at: Option<Timestamp>,
    pub(crate) archived_at: Option<Timestamp>,
    pub(crate) pinned_at: Option<Timestamp>,
    pub(crate) banned: bool,
    pub(crate) hidden: bool,
    pub(crate) hide_messages_before: Option<Timestamp>,
    pub(crate) last_read: Timestamp,
    pub(crate) last_read_message_id: Option<String>,
    pub(crate) last_delivered_at: Option<Timestamp>,
    pub(crate) last_delivered_message_id: Option<String>,
}

impl Member {
    /// A new member: what was said before counts as read.
    pub(crate) fn new(user_id: &str, now: Timestamp) -> Self {
        Self {
            user_id: user_id.to_owned(),
            channel_role: "channel_member".to_owned(),
            created_at: now,
            updated_at: now,
            custom: Object::new(),
            invited: false,
            invite_accepted_at: None,
            invite_rejected_at: None,
            archived_at: None,
            pinned_at: None,
            banned: false,
            hidden: false,
            hide_messages_before: None,
            last_read: now,
            last_read_message_id: None,
            last_delivered_at: None,
            last_delivered_message_id: None,
        }
    }

    /// Whether the person is in: an invitation alone does not count.
    pub(crate) fn joined(&self) -> bool {
        !self.invited || self.invite_accepted_at.is_some()
    }
}

impl World {
    pub(crate) fn member_json(&self, member: &Member, owner: bool) -> Value {
        let mut out = member.custom.clone();
        let role = match member.channel_role.as_str() {
            _ if owner => "owner",
            "channel_moderator" => "moderator",
            _ => "member",
        };
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                out.insert(name.to_owned(), value);
            }
        };
        put("user_id", json!(member.user_id));
        put("user", self.user_json(&member.user_id));
        put("channel_role", json!(member.channel_role));
        put("role", json!(role));
        put(
            "is_moderator",
            json!(member.channel_role == "channel_moderator"),
        );
        put("status", json!("member"));
        put("banned", json!(member.banned));
        put("shadow_banned", json!(false));
        put("notifications_muted", json!(false));
        put("created_at", time::json(member.created_at));
        put("updated_at", time::json(member.updated_at));
        put("archived_at", time::json_or_null(member.archived_at));
        put("pinned_at", time::json_or_null(member.pinned_at));
        if member.invited {
            put("invited", json!(true));
            put(
                "invite_accepted_at",
                time::json_or_null(member.invite_accepted_at),
            );
            put(
                "invite_rejected_at",
                time::json_or_null(member.invite_rejected_at),
            );
        }
        Value::Object(out)
    }

    pub(crate) fn read_json(&self, cid: &str, member: &Member) -> Value {
        let mut out = json!({
            "user": self.user_json(&member.user_id),
            "last_read": member.last_read,
            "unread_messages": self.unread_in(cid, &member.user_id),
        });
        if let Some(id) = &member.last_read_message_id {
            out["last_read_message_id"] = json!(id);
        }
        if let Some(at) = member.last_delivered_at {
            out["last_delivered_at"] = time::json(at);
            out["last_delivered_message_id"] = json!(member.last_delivered_message_id);
        }
        out
    }
}
