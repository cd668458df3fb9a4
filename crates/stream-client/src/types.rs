//! What Stream answers, as far as chat needs it. Unknown fields are kept as custom data where an
//! object has some.

#![allow(missing_docs, reason = "the names are Stream's")]

use std::{collections::HashMap, fmt};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{null, time};

/// Custom data, which stands beside the known fields.
pub type Custom = Map<String, Value>;

#[derive(Clone, Debug, Deserialize)]
pub struct User {
    pub id: String,
    pub name: Option<String>,
    pub role: Option<String>,
    #[serde(default, deserialize_with = "null::as_default")]
    pub online: bool,
    #[serde(default, deserialize_with = "time::optional")]
    pub last_active: Option<Timestamp>,
    #[serde(default, deserialize_with = "time::optional")]
    pub deactivated_at: Option<Timestamp>,
    #[serde(flatten)]
    pub custom: Custom,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Channel {
    pub id: String,
    #[serde(rename = "type")]
    pub channel_type: String,
    pub cid: String,
    #[serde(deserialize_with = "time::required")]
    pub created_at: Timestamp,
    #[serde(default, deserialize_with = "time::optional")]
    pub last_message_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "null::as_default")]
    pub member_count: usize,
    #[serde(flatten)]
    pub custom: Custom,
}

/// A channel with what is in it.
#[derive(Clone, Debug, Deserialize)]
pub struct ChannelState {
    pub channel: Channel,
    /// Oldest first.
    #[serde(default, deserialize_with = "null::as_default")]
    pub messages: Vec<Message>,
    #[serde(default, deserialize_with = "null::as_default")]
    pub members: Vec<Member>,
    #[serde(default, deserialize_with = "null::as_default")]
    pub read: Vec<Read>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Member {
    #[serde(default, deserialize_with = "null::as_default")]
    pub user_id: String,
    pub user: Option<User>,
    pub channel_role: Option<String>,
    #[serde(deserialize_with = "time::required")]
    pub created_at: Timestamp,
    #[serde(flatten)]
    pub custom: Custom,
}

impl Member {
    /// Who; older answers name the user only inside `user`.
    pub fn user_id(&self) -> &str {
        match &self.user {
            Some(user) if self.user_id.is_empty() => &user.id,
            _ => &self.user_id,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
pub struct Read {
    pub user: User,
    #[serde(default, deserialize_with = "time::optional")]
    pub last_read: Option<Timestamp>,
    pub last_read_message_id: Option<String>,
    #[serde(default, deserialize_with = "null::as_default")]
    pub unread_messages: u64,
}

#[derive(Clone, Deserialize)]
pub struct Message {
    pub id: String,
    #[serde(default, deserialize_with = "null::as_default")]
    pub cid: String,
    #[serde(rename = "type", default, deserialize_with = "null::as_default")]
    pub message_type: String,
    #[serde(default, deserialize_with = "null::as_default")]
    pub text: String,
    pub user: Option<User>,
    #[serde(deserialize_with = "time::required")]
    pub created_at: Timestamp,
    #[serde(default, deserialize_with = "time::optional")]
    pub updated_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "time::optional")]
    pub message_text_updated_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "time::optional")]
    pub deleted_at: Option<Timestamp>,
    pub quoted_message_id: Option<String>,
    #[serde(default, deserialize_with = "null::as_default")]
    pub mentioned_users: Vec<User>,
    #[serde(default, deserialize_with = "null::as_default")]
    pub attachments: Vec<Attachment>,
    #[serde(default, deserialize_with = "null::as_default")]
    pub latest_reactions: Vec<Reaction>,
    #[serde(default, deserialize_with = "null::as_default")]
    pub reaction_counts: HashMap<String, u64>,
    #[serde(flatten)]
    pub custom: Custom,
}

/// Shows no word of it.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} in {})", self.id, self.cid)
    }
}

#[derive(Clone, Deserialize)]
pub struct Attachment {
    #[serde(rename = "type", default, deserialize_with = "null::as_default")]
    pub attachment_type: String,
    pub asset_url: Option<String>,
    pub title: Option<String>,
    #[serde(flatten)]
    pub custom: Custom,
}

/// Shows neither its name nor where it is.
impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attachment({})", self.attachment_type)
    }
}

#[derive(Clone, Debug, Deserialize)]
pub struct Reaction {
    #[serde(rename = "type")]
    pub reaction_type: String,
    #[serde(default, deserialize_with = "null::as_default")]
    pub user_id: String,
    #[serde(default, deserialize_with = "null::as_default")]
    pub message_id: String,
    #[serde(deserialize_with = "time::required")]
    pub created_at: Timestamp,
}

/// Something that happened, from a WebSocket or a webhook.
#[derive(Clone, Debug, Deserialize)]
pub struct Event {
    #[serde(rename = "type")]
    pub event_type: String,
    #[serde(default, deserialize_with = "time::optional")]
    pub created_at: Option<Timestamp>,
    pub cid: Option<String>,
    pub channel_id: Option<String>,
    pub channel_type: Option<String>,
    pub user: Option<User>,
    pub message: Option<Message>,
    pub member: Option<Member>,
    pub reaction: Option<Reaction>,
    pub last_read_message_id: Option<String>,
    pub connection_id: Option<String>,
    #[serde(flatten)]
    pub custom: Custom,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn null_is_nothing() {
        let message = json!({
            "id": "m", "type": "regular", "cid": null, "text": null, "user": null,
            "created_at": "2026-11-25T10:00:00Z", "updated_at": null, "quoted_message_id": null,
            "mentioned_users": null, "attachments": null, "latest_reactions": null, "reaction_counts": null,
        });
        let state = json!({
            "channel": { "id": "c", "type": "t", "cid": "t:c", "created_at": "2026-11-25T10:00:00Z", "member_count": null },
            "messages": [message], "members": null, "read": null,
        });
        let state: ChannelState = serde_json::from_value(state).unwrap();
        assert_eq!(state.messages[0].text, "");
        assert!(state.messages[0].reaction_counts.is_empty());
        assert!(state.members.is_empty() && state.channel.member_count == 0);
        let event = json!({ "type": "message.new", "created_at": null, "message": message, "member": null });
        let event: Event = serde_json::from_value(event).unwrap();
        assert_eq!(event.message.unwrap().id, "m");
    }
}
