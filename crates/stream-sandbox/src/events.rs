//! Events, told to those they concern: to sockets, to clients that were away, to webhooks.

mod custom;

use serde_json::{Value, json};

pub(crate) use self::custom::{send_event, send_user_event};
use crate::call::Call;
use crate::json::Object;
use crate::time;
use crate::world::{Message, Subject, World};

/// Events a client that was away may ask for again.
const KEPT: &[&str] = &[
    "channel.created",
    "channel.updated",
    "channel.deleted",
    "channel.truncated",
    "message.new",
    "message.updated",
    "message.deleted",
    "message.undeleted",
    "reaction.new",
    "reaction.updated",
    "reaction.deleted",
    "member.added",
    "member.removed",
    "member.updated",
];

impl World {
    /// An event with its envelope; `channel` is the cid, where there is one.
    pub(crate) fn event(&mut self, kind: &str, channel: Option<&str>, fields: Value) -> Object {
        let now = self.now();
        let mut event = match fields {
            Value::Object(fields) => fields,
            _ => Object::new(),
        };
        event.insert("type".into(), json!(kind));
        event.insert("created_at".into(), time::json(now));
        if let Some(channel) = channel.and_then(|cid| self.channels.get(cid)) {
            event.insert("cid".into(), json!(channel.cid));
            event.insert("channel_id".into(), json!(channel.id));
            event.insert("channel_type".into(), json!(channel.kind));
            event.insert("channel_member_count".into(), json!(channel.members.len()));
            event.insert("channel_custom".into(), json!(channel.custom));
            if let Some(team) = &channel.team {
                event.insert("team".into(), json!(team));
            }
        }
        event
    }

    /// Tells those who watch a channel, keeps it for those who were away, and tells the webhooks.
    pub(crate) fn tell_watchers(&mut self, call: Option<&Call>, cid: &str, event: &Object) {
        self.tell_watchers_except(call, cid, event, None);
    }

    /// As [`World::tell_watchers`], without one connection.
    pub(crate) fn tell_watchers_except(
        &mut self,
        call: Option<&Call>,
        cid: &str,
        event: &Object,
        but: Option<&str>,
    ) {
        self.keep(cid, event);
        let text = Value::Object(event.clone()).to_string();
        for connection in self.connections.watching(cid) {
            if but != Some(connection.as_str()) && self.connection_may_read(&connection, cid) {
                self.connections.send(&connection, &text);
            }
        }
        self.call_hooks(call, Some(cid), event);
    }

    /// Tells members of a channel who are connected and do not watch it.
    pub(crate) fn tell_members_elsewhere(&mut self, cid: &str, event: &Object) {
        let Some(channel) = self.channels.get(cid) else {
            return;
        };
        let members: Vec<String> = channel.members.keys().cloned().collect();
        for user in members {
            self.tell_user_elsewhere(&user, cid, event);
        }
    }

    /// Tells the connections of one user that do not watch the channel.
    pub(crate) fn tell_user_elsewhere(&mut self, user: &str, cid: &str, event: &Object) {
        let text = Value::Object(event.clone()).to_string();
        for connection in self.connections.of(user) {
            if !self.connections.watches(&connection, cid) {
                self.connections.send(&connection, &text);
            }
        }
    }

    /// Tells every connection of one user.
    pub(crate) fn tell_user(&mut self, user: &str, event: &Object) {
        let text = Value::Object(event.clone()).to_string();
        for connection in self.connections.of(user) {
            self.connections.send(&connection, &text);
        }
    }

    /// Tells those who asked to hear of this user coming, going, and changing.
    pub(crate) fn tell_presence(&mut self, user: &str, event: &Object) {
        let text = Value::Object(event.clone()).to_string();
        for connection in self.connections.interested_in(user) {
            self.connections.send(&connection, &text);
        }
    }

    /// A new message: watchers see it at once, other members are notified; each with their own counts.
    pub(crate) fn tell_new_message(&mut self, call: Option<&Call>, message: &Message) {
        let Ok(channel) = self.channel(&message.cid) else {
            return;
        };
        let cid = channel.cid.clone();
        let fields = json!({
            "message": self.message_json(message, Some("")),
            "message_id": message.id,
            "user": self.user_json(&message.user_id),
            "watcher_count": self.connections.watcher_count(&cid),
        });
        let event = self.event("message.new", Some(&cid), fields);
        self.keep(&cid, &event);
        for connection in self.connections.all() {
            let Some(user) = self.connections.user(&connection) else {
                continue;
            };
            let watches = self.connections.watches(&connection, &cid);
            let member = self
                .channels
                .get(&cid)
                .is_some_and(|channel| channel.members.contains_key(&user));
            if !(watches || member)
                || !message.visible_to(Some(&user))
                || !self.connection_may_read(&connection, &cid)
            {
                continue;
            }
            let mut event = event.clone();
            if member {
                let totals = self.unread_totals(&user);
                event.insert("total_unread_count".into(), json!(totals.messages));
                event.insert("unread_count".into(), json!(totals.messages));
                event.insert("unread_channels".into(), json!(totals.channels));
            }
            if !watches {
                event.insert("type".into(), json!("notification.message_new"));
                let channel = self
                    .channels
                    .get(&cid)
                    .map(|channel| self.channel_json(channel, Some(&user)));
                event.insert("channel".into(), json!(channel));
            }
            self.connections
                .send(&connection, &Value::Object(event).to_string());
        }
        self.call_hooks(call, Some(&cid), &event);
    }

    /// Whether whoever is at this connection may still read the channel.
    fn connection_may_read(&self, connection: &str, cid: &str) -> bool {
        let Some(channel) = self.channels.get(cid) else {
            return false;
        };
        let user = self.connections.user(connection).unwrap_or_default();
        self.may(channel, &user, "read-channel", Subject::Channel)
    }

    fn keep(&mut self, cid: &str, event: &Object) {
        let kind = event
            .get("type")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let at = event.get("created_at").and_then(time::read);
        if let (true, Some(at), Some(channel)) =
            (KEPT.contains(&kind), at, self.channels.get_mut(cid))
        {
            channel.keep_event(at, Value::Object(event.clone()));
        }
    }
}
