use jiff::Timestamp;

use super::{Message, User};

answer! {
    /// A channel. Its name is a field of one's own, in `custom`.
    Channel {
        has {
            /// The id, unique among the channels of its type.
            id: String,
            /// The type.
            channel_type = "type": String,
            /// Type and id with a colon between them, which is unique in the app.
            cid: String,
            /// When it was made.
            #[serde(deserialize_with = "crate::time::required")]
            created_at: Timestamp,
        }
        may {
            /// The user that made it.
            created_by: Option<Box<User>>,
            /// The team it belongs to, in an app with several tenants.
            team: Option<String>,
            /// How many take part.
            member_count: usize,
            /// Whether nobody can write or react.
            frozen: bool,
            /// Whether nobody but a server can do anything.
            disabled: bool,
        }
        at {
            /// When the newest message was sent.
            last_message_at,
            /// When it was changed.
            updated_at,
            /// When it was deleted.
            deleted_at,
            /// When its messages were last removed.
            truncated_at,
        }
    }
}

answer! {
    /// A channel with its contents.
    ChannelState {
        has {
            /// The channel.
            channel: Channel,
        }
        may {
            /// Oldest first.
            messages: Vec<Message>,
            /// At most ten.
            pinned_messages: Vec<Message>,
            /// Those who take part.
            members: Vec<Member>,
            /// The membership of the user in whose name it was asked.
            membership: Option<Member>,
            /// How far each has read.
            read: Vec<Read>,
            /// Those who are looking on now.
            watchers: Vec<User>,
            /// How many are looking on now.
            watcher_count: u64,
            /// Whether the user has hidden it.
            hidden: bool,
        }
    }
}

answer! {
    /// Somebody's place in a channel.
    Member {
        has {
            /// Since when.
            #[serde(deserialize_with = "crate::time::required")]
            created_at: Timestamp,
        }
        may {
            /// The user's id. Older answers name the user only inside `user`: see [`Member::user_id`].
            user_id: String,
            /// The user.
            user: Option<User>,
            /// The role in the channel, such as `channel_moderator`.
            channel_role: Option<String>,
            /// Whether the user was invited and has not answered.
            invited: bool,
            /// Whether the user is banned from the channel.
            banned: bool,
            /// Whether the user is banned without being told.
            shadow_banned: bool,
            /// Whether the user is not told of messages.
            notifications_muted: bool,
        }
        at {
            /// When the user said yes.
            invite_accepted_at,
            /// When the user said no.
            invite_rejected_at,
            /// When the ban ends.
            ban_expires,
            /// Since when the user keeps the channel at the top of the list.
            pinned_at,
            /// Since when the user keeps the channel out of the list.
            archived_at,
            /// When the membership was changed.
            updated_at,
        }
    }
}

impl Member {
    /// The user's id, whichever way the answer names it.
    pub fn user_id(&self) -> &str {
        match &self.user {
            Some(user) if self.user_id.is_empty() => &user.id,
            _ => &self.user_id,
        }
    }
}

answer! {
    /// How far a user has read a channel.
    Read {
        has {
            /// The user.
            user: User,
        }
        may {
            /// The newest message that was read.
            last_read_message_id: Option<String>,
            /// How many messages are unread.
            unread_messages: u64,
            /// The newest message that reached a device.
            last_delivered_message_id: Option<String>,
        }
        at {
            /// When the user last read.
            last_read,
            /// When a message last reached a device.
            last_delivered_at,
        }
    }
}
