use std::collections::BTreeMap;

use super::Channel;

answer! {
    /// Somebody who chats.
    User {
        has {
            /// The user's id.
            id: String,
        }
        may {
            /// The name to show.
            name: Option<String>,
            /// The address of a picture of the user.
            image: Option<String>,
            /// The role in the app.
            role: Option<String>,
            /// The teams of an app with several tenants.
            teams: Vec<String>,
            /// The role in each team.
            teams_role: BTreeMap<String, String>,
            /// The language that messages are translated into, such as `en`.
            language: Option<String>,
            /// Whether a device is connected.
            online: bool,
            /// Whether the user is shown as offline at all times.
            invisible: bool,
            /// Whether the user is banned from the app.
            banned: bool,
            /// Users whose messages this one does not want to be told of.
            mutes: Vec<Mute>,
            /// Channels that this user does not want to be told of.
            channel_mutes: Vec<ChannelMute>,
            /// Users who may not write to this one.
            blocked_user_ids: Vec<String>,
        }
        at {
            /// When the user was made.
            created_at,
            /// When the user was changed.
            updated_at,
            /// When the user was last seen.
            last_active,
            /// Since when the user can neither connect nor write.
            deactivated_at,
            /// Since when the user is deleted.
            deleted_at,
            /// Tokens from before are worthless.
            revoke_tokens_issued_before,
        }
    }
}

answer! {
    /// A user whom another one does not want to hear.
    Mute {
        may {
            /// The user that muted.
            user: Option<Box<User>>,
            /// The user that is muted.
            target: Option<Box<User>>,
        }
        at {
            /// When it ends by itself.
            expires,
            /// Since when.
            created_at,
            /// When it was changed.
            updated_at,
        }
    }
}

answer! {
    /// A channel that a user does not want to hear.
    ChannelMute {
        may {
            /// The user that muted.
            user: Option<Box<User>>,
            /// The channel.
            channel: Option<Box<Channel>>,
        }
        at {
            /// When it ends by itself.
            expires,
            /// Since when.
            created_at,
            /// When it was changed.
            updated_at,
        }
    }
}
