use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::messages::page;
use crate::world::World;

impl World {
    /// The connection a request says it belongs to.
    pub(crate) fn need_connection(&self, call: &Call) -> Result<String, Failure> {
        let id = call.query("connection_id").ok_or_else(|| {
            Failure::input("Watch or Presence requires an active websocket connection, please make sure to include your websocket connection_id")
        })?;
        let user = self.connections.user(id).ok_or_else(|| {
            Failure::new(
                46,
                axum::http::StatusCode::BAD_REQUEST,
                format!("connection id {id} not found"),
            )
        })?;
        if call.actor(&[])?.is_some_and(|actor| actor != user) {
            return Err(Failure::forbidden("the connection belongs to another user"));
        }
        Ok(id.to_owned())
    }

    /// A channel with its state as the request asks for it; watches it too, when that is asked for.
    pub(crate) fn channel_state(
        &mut self,
        call: &Call,
        cid: &str,
        asked: &Object,
    ) -> Result<Value, Failure> {
        let watch = json::flag(asked, "watch")?.unwrap_or(false);
        let presence = json::flag(asked, "presence")?.unwrap_or(false);
        let viewer = call.viewer()?;
        if watch || presence {
            let connection = self.need_connection(call)?;
            if watch {
                self.start_watching(&connection, cid);
            }
            if presence {
                let users: Vec<String> = self.channel(cid)?.members.keys().cloned().collect();
                self.connections.want_presence(&connection, users);
            }
        }
        let empty = Object::new();
        let messages = json::object(asked, "messages")?.unwrap_or(&empty);
        let messages = page::channel_page(self, cid, messages, viewer.as_deref())?;
        let members = json::object(asked, "members")?.unwrap_or(&empty);
        let limit = json::count(members, "limit", 100, 300)?;
        self.state_json(cid, viewer.as_deref(), messages, limit)
    }

    pub(crate) fn start_watching(&mut self, connection: &str, cid: &str) {
        if self.connections.watches(connection, cid) {
            return;
        }
        self.connections.watch(connection, cid);
        if let Some(user) = self.connections.user(connection) {
            self.tell_watching("user.watching.start", cid, &user);
        }
    }

    pub(crate) fn state_json(
        &self,
        cid: &str,
        viewer: Option<&str>,
        messages: Vec<Value>,
        members: usize,
    ) -> Result<Value, Failure> {
        let channel = self.channel(cid)?;
        let pinned = self.visible_messages(cid).filter(|message| {
            message.pinned_at.is_some()
                && message.deleted_at.is_none()
                && message.visible_to(viewer)
        });
        let pending = viewer.into_iter().flat_map(|viewer| {
            let mine = move |id: &String| {
                self.messages
                    .get(id)
                    .filter(|m| m.pending.is_some() && m.user_id == viewer)
            };
            channel.timeline.iter().filter_map(mine)
        });
        let mut out = json!({
            "channel": self.channel_json(channel, viewer),
            "messages": messages,
            "members": self.members_json(channel, members),
            "pinned_messages": pinned.rev().take(10).map(|m| self.message_json(m, viewer)).collect::<Vec<_>>(),
            "pending_messages": pending.map(|message| json!({
                "message": self.message_json(message, viewer), "metadata": message.pending,
            })).collect::<Vec<_>>(),
            "watchers": self.connections.watchers(cid).iter().map(|id| self.user_json(id)).collect::<Vec<_>>(),
            "watcher_count": self.connections.watcher_count(cid),
            "threads": [],
        });
        if self.config_flag(channel, "read_events") {
            let mut reads: Vec<_> = channel.members_in_order();
            reads.sort_by_key(|member| viewer != Some(member.user_id.as_str()));
            out["read"] = reads
                .into_iter()
                .take(100)
                .map(|member| self.read_json(cid, member))
                .collect();
        } else {
            out["read"] = json!([]);
        }
        if let Some(member) = viewer.and_then(|viewer| channel.members.get(viewer)) {
            out["membership"] = self.member_json(member, member.user_id == channel.created_by);
            out["hidden"] = json!(member.hidden);
            if let Some(before) = member.hide_messages_before {
                out["hide_messages_before"] = json!(before);
            }
        }
        Ok(out)
    }
}
