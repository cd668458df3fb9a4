words! {
    /// The type of an event.
    EventType {
        /// Stream is there.
        HealthCheck = "health.check",
        /// A message was sent to a channel that is watched.
        MessageNew = "message.new",
        /// A message was changed.
        MessageUpdated = "message.updated",
        /// A message was deleted.
        MessageDeleted = "message.deleted",
        /// A deleted message is back.
        MessageUndeleted = "message.undeleted",
        /// A user read a channel.
        MessageRead = "message.read",
        /// A message reached a user's device.
        MessageDelivered = "message.delivered",
        /// A reaction was added.
        ReactionNew = "reaction.new",
        /// A reaction was changed.
        ReactionUpdated = "reaction.updated",
        /// A reaction was taken back.
        ReactionDeleted = "reaction.deleted",
        /// Somebody became a member.
        MemberAdded = "member.added",
        /// A membership was changed.
        MemberUpdated = "member.updated",
        /// Somebody is no member any more.
        MemberRemoved = "member.removed",
        /// A channel was made.
        ChannelCreated = "channel.created",
        /// A channel was changed.
        ChannelUpdated = "channel.updated",
        /// A channel was deleted.
        ChannelDeleted = "channel.deleted",
        /// The messages of a channel were removed.
        ChannelTruncated = "channel.truncated",
        /// A user hid a channel.
        ChannelHidden = "channel.hidden",
        /// A user shows a channel again.
        ChannelVisible = "channel.visible",
        /// A message was sent to a channel that is not watched.
        NotificationMessageNew = "notification.message_new",
        /// The user read a channel, here or on another device.
        NotificationMarkRead = "notification.mark_read",
        /// The user marked a channel unread.
        NotificationMarkUnread = "notification.mark_unread",
        /// The user was invited.
        NotificationInvited = "notification.invited",
        /// An invitation was accepted.
        NotificationInviteAccepted = "notification.invite_accepted",
        /// An invitation was rejected.
        NotificationInviteRejected = "notification.invite_rejected",
        /// The user became a member.
        NotificationAddedToChannel = "notification.added_to_channel",
        /// The user is no member any more.
        NotificationRemovedFromChannel = "notification.removed_from_channel",
        /// A channel of the user's that is not watched was deleted.
        NotificationChannelDeleted = "notification.channel_deleted",
        /// The messages of a channel that is not watched were removed.
        NotificationChannelTruncated = "notification.channel_truncated",
        /// The users whom the user has muted changed.
        NotificationMutesUpdated = "notification.mutes_updated",
        /// The channels that the user has muted changed.
        NotificationChannelMutesUpdated = "notification.channel_mutes_updated",
        /// A reply in a thread of the user's that is not watched.
        NotificationThreadMessageNew = "notification.thread_message_new",
        /// A reminder is due.
        NotificationReminderDue = "notification.reminder_due",
        /// Somebody types.
        TypingStart = "typing.start",
        /// Somebody stopped typing.
        TypingStop = "typing.stop",
        /// Somebody came online or went.
        UserPresenceChanged = "user.presence.changed",
        /// A user was changed.
        UserUpdated = "user.updated",
        /// A user was deleted.
        UserDeleted = "user.deleted",
        /// A user was deactivated.
        UserDeactivated = "user.deactivated",
        /// A user was reactivated.
        UserReactivated = "user.reactivated",
        /// A user was banned.
        UserBanned = "user.banned",
        /// A user is banned no more.
        UserUnbanned = "user.unbanned",
        /// A user was muted.
        UserMuted = "user.muted",
        /// A user is muted no more.
        UserUnmuted = "user.unmuted",
        /// Somebody looks on.
        UserWatchingStart = "user.watching.start",
        /// Somebody looks on no more.
        UserWatchingStop = "user.watching.stop",
        /// A user has had unread messages for a while.
        UserUnreadMessageReminder = "user.unread_message_reminder",
        /// A thread was changed.
        ThreadUpdated = "thread.updated",
        /// A draft was saved.
        DraftUpdated = "draft.updated",
        /// A draft was deleted.
        DraftDeleted = "draft.deleted",
        /// A reminder was made.
        ReminderCreated = "reminder.created",
        /// A reminder was changed.
        ReminderUpdated = "reminder.updated",
        /// A reminder was deleted.
        ReminderDeleted = "reminder.deleted",
    }
}
