use super::{Channel, EventType, Member, Message, Reaction, User};

answer! {
    /// Something that happened, from a WebSocket or a webhook. Each type fills the fields that it needs;
    /// those of one's own, and those that few types have, are in `custom`.
    Event {
        has {
            /// The type.
            event_type = "type": EventType,
        }
        may {
            /// The channel, as type and id with a colon between them.
            cid: Option<String>,
            /// The channel's id.
            channel_id: Option<String>,
            /// The channel's type.
            channel_type: Option<String>,
            /// The user that did it.
            user: Option<User>,
            /// The message that it is about.
            message: Option<Message>,
            /// The id of that message.
            message_id: Option<String>,
            /// The member that it is about.
            member: Option<Member>,
            /// The reaction that it is about.
            reaction: Option<Reaction>,
            /// The newest message that was read.
            last_read_message_id: Option<String>,
            /// Names the connection that a greeting came over.
            connection_id: Option<String>,
            /// How many are looking on.
            watcher_count: Option<u64>,
        }
        at {
            /// When it happened.
            created_at,
        }
    }
}

impl Event {
    /// The channel as it is now, where the event carries all of it.
    pub fn channel(&self) -> Option<Channel> {
        serde_json::from_value(self.custom.get("channel")?.clone()).ok()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::ChannelState;

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

    #[test]
    fn an_event_of_another_version_is_kept_as_it_is() {
        let wire = json!({
            "type": "poll.closed", "cid": "t:c", "poll": { "id": "p" },
            "channel": { "id": "c", "type": "t", "cid": "t:c", "created_at": "2026-11-25T10:00:00Z" },
        });
        let event: Event = serde_json::from_value(wire.clone()).unwrap();
        assert_eq!(event.event_type, EventType::Other("poll.closed".to_owned()));
        assert_eq!(event.channel().unwrap().id, "c");
        let written: Value = serde_json::to_value(&event).unwrap();
        for field in ["type", "cid", "poll", "channel"] {
            assert_eq!(written[field], wire[field], "{field}");
        }
        let again: Event = serde_json::from_value(written).unwrap();
        assert_eq!(again.custom, event.custom);
    }

    #[test]
    fn nothing_that_people_write_is_shown() {
        let event = json!({ "type": "message.new", "message": {
            "id": "m", "text": "between us", "created_at": "2026-11-25T10:00:00Z",
        }});
        let event: Event = serde_json::from_value(event).unwrap();
        let shown = format!("{event:?} {:?}", event.message);
        assert!(!shown.contains("between us"), "{shown}");
    }
}
