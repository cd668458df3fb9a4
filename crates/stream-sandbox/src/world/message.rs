use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;

use crate::json::Object;

/// The fields of a message that are not custom data.
pub(crate) const MESSAGE_FIELDS: &[&str] = &[
    "id",
    "text",
    "html",
    "mml",
    "type",
    "cid",
    "user",
    "user_id",
    "attachments",
    "mentioned_users",
    "parent_id",
    "show_in_channel",
    "silent",
    "quoted_message_id",
    "quoted_message",
    "pinned",
    "pinned_at",
    "pinned_by",
    "pin_expires",
    "restricted_visibility",
    "poll_id",
    "poll",
    "shared_location",
    "created_at",
    "updated_at",
    "deleted_at",
    "latest_reactions",
    "own_reactions",
    "reaction_counts",
    "reaction_scores",
    "reaction_groups",
    "reply_count",
    "deleted_reply_count",
    "thread_participants",
    "shadowed",
    "command",
    "i18n",
    "status",
    "channel",
    "mentioned_channel",
    "mentioned_here",
    "mentioned_roles",
    "mentioned_group_ids",
    "message_text_updated_at",
    "deleted_for_me",
    "member",
    "moderation",
    "draft",
    "reminder",
    "custom",
];

/// A message, with its reactions.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) cid: String,
    pub(crate) user_id: String,
    pub(crate) text: String,
    pub(crate) kind: String,
    pub(crate) attachments: Vec<Value>,
    pub(crate) mentioned_users: Vec<String>,
    pub(crate) parent_id: Option<String>,
    pub(crate) show_in_channel: bool,
    pub(crate) silent: bool,
    pub(crate) quoted_message_id: Option<String>,
    pub(crate) pinned_at: Option<Timestamp>,
    pub(crate) pinned_by: Option<String>,
    pub(crate) pin_expires: Option<Timestamp>,
    pub(crate) restricted_visibility: Vec<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) text_updated_at: Option<Timestamp>,
    pub(crate) deleted_at: Option<Timestamp>,
    pub(crate) deleted_for: BTreeSet<String>,
    /// Waits for its commit; only the author sees it. Holds the metadata.
    pub(crate) pending: Option<Object>,
    pub(crate) custom: Object,
    pub(crate) reactions: Vec<Reaction>,
    /// Texts it had before, with the instant each was replaced.
    pub(crate) history: Vec<(String, Timestamp)>,
}

/// One person's reaction of one type.
#[derive(Clone, Debug)]
pub(crate) struct Reaction {
    pub(crate) user_id: String,
    pub(crate) kind: String,
    pub(crate) score: i64,
    pub(crate) custom: Object,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl Message {
    pub(crate) fn new(id: String, cid: &str, user_id: &str, now: Timestamp) -> Self {
        Self {
            id,
            cid: cid.to_owned(),
            user_id: user_id.to_owned(),
            text: String::new(),
            kind: "regular".to_owned(),
            attachments: Vec::new(),
            mentioned_users: Vec::new(),
            parent_id: None,
            show_in_channel: false,
            silent: false,
            quoted_message_id: None,
            pinned_at: None,
            pinned_by: None,
            pin_expires: None,
            restricted_visibility: Vec::new(),
            created_at: now,
            updated_at: now,
            text_updated_at: None,
            deleted_at: None,
            deleted_for: BTreeSet::new(),
            pending: None,
            custom: Object::new(),
            reactions: Vec::new(),
            history: Vec::new(),
        }
    }

    /// Whether it lies in the channel's main flow, not only in a thread.
    pub(crate) fn in_channel(&self) -> bool {
        self.pending.is_none() && (self.parent_id.is_none() || self.show_in_channel)
    }

    pub(crate) fn counts_as_unread(&self) -> bool {
        !self.silent && self.deleted_at.is_none()
    }

    /// Whether `viewer` may see it at all; a server sees everything that is committed.
    pub(crate) fn visible_to(&self, viewer: Option<&str>) -> bool {
        let Some(viewer) = viewer else { return true };
        let pending = self.pending.is_some() && self.user_id != viewer;
        let restricted = !self.restricted_visibility.is_empty()
            && self.user_id != viewer
            && !self.restricted_visibility.iter().any(|user| user == viewer);
        !pending && !restricted && !self.deleted_for.contains(viewer)
    }
}
