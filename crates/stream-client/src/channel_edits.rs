use jiff::Timestamp;
use serde_json::json;

use super::{Call, ChangedChannel, Client, Custom, Result, Texts};

request! {
    /// A message of the system that tells of a change.
    SystemMessage {
        needs {
            user_id: String,
            text: String,
        }
        custom custom
    }
}

request! {
    /// A user and the role that they are to have in a channel, such as `channel_moderator`.
    RoleAssignment {
        needs {
            user_id: String,
            channel_role: String,
        }
    }
}

request! {
    /// A change of a channel and of those who take part in it. Each list has at most 100.
    ChannelEdit {
        may {
            /// All fields of one's own, in place of those that were there.
            data: Custom,
            /// Users who become members.
            add_members: Texts,
            /// Members who are no more.
            remove_members: Texts,
            /// Members who become moderators.
            add_moderators: Texts,
            /// Moderators who become plain members.
            demote_moderators: Texts,
            /// The roles of members.
            assign_roles: Vec<RoleAssignment>,
            /// Users who are invited.
            invites: Texts,
            /// The user of `user_id` says yes to an invitation.
            accept_invite: bool,
            /// The user of `user_id` says no to an invitation.
            reject_invite: bool,
            /// Words to find the channel by.
            add_filter_tags: Texts,
            /// Words that it is to be found by no more.
            remove_filter_tags: Texts,
            /// Whether new members see nothing from before.
            hide_history: bool,
            /// New members see nothing from before this time.
            hide_history_before: Timestamp,
            /// A message that tells of it.
            message: SystemMessage,
            /// Whether no device is notified.
            skip_push: bool,
            /// In whose name.
            user_id: String,
        }
        count {
            /// Slow mode: seconds between two messages of a user, at most 120; 0 ends it.
            cooldown: u32,
        }
    }
}

impl Client {
    /// Changes a channel and those who take part in it.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel; `Invalid` for an unknown user or role.
    pub async fn edit_channel(
        &self,
        channel_type: &str,
        id: &str,
        edit: &ChannelEdit,
    ) -> Result<ChangedChannel> {
        let mut call = Call::post("/channels/{type}/{id}")
            .id(channel_type)
            .id(id)
            .json(edit);
        // A message would be sent twice.
        if edit.message.is_none() {
            call = call.repeatable();
        }
        self.send(call).await
    }

    /// Invites users to a channel, at most 100.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel; `Invalid` for an unknown user.
    pub async fn invite_members(
        &self,
        channel_type: &str,
        id: &str,
        users: &[&str],
    ) -> Result<ChangedChannel> {
        let edit = ChannelEdit::new().invites(users);
        self.edit_channel(channel_type, id, &edit).await
    }

    /// Says yes to an invitation, in the name of a user.
    ///
    /// # Errors
    /// `NotFound` where there is no such channel; `Invalid` where the user was not invited.
    pub async fn accept_invite(
        &self,
        channel_type: &str,
        id: &str,
        user: &str,
    ) -> Result<ChangedChannel> {
        let edit = ChannelEdit::new().accept_invite(true).user_id(user);
        self.edit_channel(channel_type, id, &edit).await
    }

    /// Says no to an invitation, in the name of a user.
    ///
    /// # Errors
    /// As [`Client::accept_invite`].
    pub async fn reject_invite(
        &self,
        channel_type: &str,
        id: &str,
        user: &str,
    ) -> Result<ChangedChannel> {
        let edit = ChannelEdit::new().reject_invite(true).user_id(user);
        self.edit_channel(channel_type, id, &edit).await
    }

    /// Keeps a channel at the top of a user's list, or no more.
    ///
    /// # Errors
    /// `NotFound` where the user is no member.
    pub async fn pin_channel(
        &self,
        channel_type: &str,
        id: &str,
        user: &str,
        pinned: bool,
    ) -> Result<super::Member> {
        let set = json!({ "pinned": pinned });
        self.update_member(channel_type, id, user, &set, &[]).await
    }

    /// Keeps a channel out of a user's list, or no more.
    ///
    /// # Errors
    /// `NotFound` where the user is no member.
    pub async fn archive_channel(
        &self,
        channel_type: &str,
        id: &str,
        user: &str,
        archived: bool,
    ) -> Result<super::Member> {
        let set = json!({ "archived": archived });
        self.update_member(channel_type, id, user, &set, &[]).await
    }
}
