use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Message, Reaction, World};
use crate::json::Object;
use crate::time;

impl World {
    /// A message as `viewer` sees it. The text of a deleted one is shown to servers only.
    pub(crate) fn message_json(&self, message: &Message, viewer: Option<&str>) -> Value {
        self.message_at_depth(message, viewer, true)
    }

    fn message_at_depth(&self, message: &Message, viewer: Option<&str>, quoted: bool) -> Value {
        let blank = message.deleted_at.is_some() && viewer.is_some();
        let mut out = if blank {
            Object::new()
        } else {
            message.custom.clone()
        };
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                out.insert(name.to_owned(), value);
            }
        };
        let text = if blank { "" } else { message.text.as_str() };
        let attachments = if blank {
            json!([])
        } else {
            json!(message.attachments)
        };
        put("id", json!(message.id));
        put("cid", json!(message.cid));
        put(
            "type",
            json!(if message.deleted_at.is_some() {
                "deleted"
            } else {
                message.kind.as_str()
            }),
        );
        put("text", json!(text));
        put("html", json!(html(text)));
        put("user", self.user_json(&message.user_id));
        put("attachments", attachments);
        put(
            "mentioned_users",
            message
                .mentioned_users
                .iter()
                .map(|id| self.user_json(id))
                .collect(),
        );
        put("mentioned_channel", json!(false));
        put("mentioned_here", json!(false));
        put("silent", json!(message.silent));
        put("shadowed", json!(false));
        put(
            "restricted_visibility",
            json!(message.restricted_visibility),
        );
        put("pinned", json!(message.pinned_at.is_some()));
        put("pinned_at", time::json_or_null(message.pinned_at));
        put("pin_expires", time::json_or_null(message.pin_expires));
        put(
            "pinned_by",
            message
                .pinned_by
                .as_deref()
                .map_or(Value::Null, |id| self.user_json(id)),
        );
        put("parent_id", json!(message.parent_id));
        if message.parent_id.is_some() {
            put("show_in_channel", json!(message.show_in_channel));
        }
        put("quoted_message_id", json!(message.quoted_message_id));
        let quote = message
            .quoted_message_id
            .as_ref()
            .filter(|_| quoted)
            .and_then(|id| self.messages.get(id));
        put(
            "quoted_message",
            quote.map_or(Value::Null, |quote| {
                self.message_at_depth(quote, viewer, false)
            }),
        );
        put("created_at", time::json(message.created_at));
        put("updated_at", time::json(message.updated_at));
        put(
            "message_text_updated_at",
            time::json_or_null(message.text_updated_at),
        );
        put("deleted_at", time::json_or_null(message.deleted_at));
        self.put_replies(message, &mut put);
        self.put_reactions(message, viewer, &mut put);
        Value::Object(out)
    }

    fn put_replies(&self, message: &Message, put: &mut impl FnMut(&str, Value)) {
        let replies: Vec<&Message> = self.replies(&message.id).collect();
        let deleted = replies
            .iter()
            .filter(|reply| reply.deleted_at.is_some())
            .count();
        let mut participants: Vec<&str> = Vec::new();
        for reply in replies.iter().rev() {
            if !participants.contains(&reply.user_id.as_str()) {
                participants.push(&reply.user_id);
            }
        }
        put("reply_count", json!(replies.len() - deleted));
        put("deleted_reply_count", json!(deleted));
        if !participants.is_empty() {
            put(
                "thread_participants",
                participants.iter().map(|id| self.user_json(id)).collect(),
            );
        }
    }

    /// The replies to a message, oldest first.
    pub(crate) fn replies(&self, parent: &str) -> impl DoubleEndedIterator<Item = &Message> {
        let known = self.messages.get(parent);
        let answered = known.filter(|_| self.parents.contains(parent));
        let cid = answered.map_or("", |message| message.cid.as_str());
        let timeline = self
            .channels
            .get(cid)
            .map(|channel| channel.timeline.as_slice())
            .unwrap_or_default();
        let is_reply = move |message: &&Message| message.parent_id.as_deref() == Some(parent);
        timeline
            .iter()
            .filter_map(|id| self.messages.get(id))
            .filter(is_reply)
    }

    fn put_reactions(
        &self,
        message: &Message,
        viewer: Option<&str>,
        put: &mut impl FnMut(&str, Value),
    ) {
        let json = |reaction: &Reaction| self.reaction_json(&message.id, reaction);
        put(
            "latest_reactions",
            message.reactions.iter().rev().take(10).map(json).collect(),
        );
        let own = |reaction: &&Reaction| viewer == Some(reaction.user_id.as_str());
        put(
            "own_reactions",
            message.reactions.iter().filter(own).map(json).collect(),
        );
        let mut groups: BTreeMap<&str, Vec<&Reaction>> = BTreeMap::new();
        for reaction in &message.reactions {
            groups.entry(&reaction.kind).or_default().push(reaction);
        }
        let score = |group: &[&Reaction]| group.iter().map(|reaction| reaction.score).sum::<i64>();
        put(
            "reaction_counts",
            groups
                .iter()
                .map(|(kind, group)| ((*kind).to_owned(), json!(group.len())))
                .collect(),
        );
        put(
            "reaction_scores",
            groups
                .iter()
                .map(|(kind, group)| ((*kind).to_owned(), json!(score(group))))
                .collect(),
        );
        let group_json = |group: &[&Reaction]| {
            json!({
                "count": group.len(),
                "sum_scores": score(group),
                "first_reaction_at": group.iter().map(|reaction| reaction.created_at).min(),
                "last_reaction_at": group.iter().map(|reaction| reaction.created_at).max(),
                "latest_reactions_by": group.iter().rev().take(10).map(|reaction| json!({
                    "user_id": reaction.user_id,
                    "user": self.user_json(&reaction.user_id),
                    "created_at": reaction.created_at,
                })).collect::<Vec<_>>(),
            })
        };
        put(
            "reaction_groups",
            groups
                .iter()
                .map(|(kind, group)| ((*kind).to_owned(), group_json(group)))
                .collect(),
        );
    }

    pub(crate) fn reaction_json(&self, message_id: &str, reaction: &Reaction) -> Value {
        let mut out = reaction.custom.clone();
        out.insert("type".into(), json!(reaction.kind));
        out.insert("score".into(), json!(reaction.score));
        out.insert("message_id".into(), json!(message_id));
        out.insert("user_id".into(), json!(reaction.user_id));
        out.insert("user".into(), self.user_json(&reaction.user_id));
        out.insert("created_at".into(), time::json(reaction.created_at));
        out.insert("updated_at".into(), time::json(reaction.updated_at));
        Value::Object(out)
    }
}

fn html(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let escaped = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    format!("<p>{}</p>\n", escaped.replace('\n', "<br>\n"))
}
