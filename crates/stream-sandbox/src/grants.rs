//! Roles, what they may do by default, and what a page may offer because of it.

use std::collections::BTreeMap;

/// The roles of every app.
pub(crate) const BUILT_IN_ROLES: &[&str] = &[
    "user",
    "guest",
    "anonymous",
    "admin",
    "channel_member",
    "channel_moderator",
    "moderator",
    "global_moderator",
    "global_admin",
];

/// Permissions of the members of a channel.
const MEMBER: &[&str] = &[
    "read-channel",
    "read-channel-members",
    "create-message",
    "create-reply",
    "create-quote",
    "create-reaction",
    "create-attachment",
    "create-mention",
    "add-links",
    "upload-attachment",
    "send-custom-event",
    "flag-message",
    "pin-message",
    "mute-channel",
    "run-message-action",
    "update-message-owner",
    "delete-message-owner",
    "delete-reaction-owner",
    "delete-attachment-owner",
    "remove-own-channel-membership",
    "update-thread-owner",
];

/// Permissions of the person who made a channel, besides making it.
const OWNER: &[&str] = &[
    "create-channel",
    "read-channel-owner",
    "read-channel-members-owner",
    "update-channel-owner",
    "update-channel-members-owner",
    "update-channel-frozen-owner",
    "update-channel-cooldown-owner",
    "truncate-channel-owner",
    "delete-channel-owner",
    "add-own-channel-membership-owner",
];

/// Permissions of moderators and administrators only, in any channel.
const MODERATOR: &[&str] = &[
    "update-message",
    "delete-message",
    "delete-reaction",
    "delete-attachment",
    "update-channel",
    "update-channel-members",
    "update-channel-frozen",
    "update-channel-cooldown",
    "truncate-channel",
    "ban-channel-member",
    "use-frozen-channel",
    "skip-channel-cooldown",
    "skip-message-moderation",
    "create-system-message",
    "create-restricted-visibility-message",
    "update-thread",
    "add-own-channel-membership",
];

const ADMIN: &[&str] = &["create-channel", "delete-channel", "recreate-channel"];

/// Permissions of the app as a whole.
const APP: &[&str] = &[
    "search-user",
    "create-user",
    "update-user-owner",
    "read-app",
];

/// The permissions the sandbox checks or lists.
pub(crate) fn all() -> Vec<&'static str> {
    let mut all: Vec<&str> = [MEMBER, OWNER, MODERATOR, ADMIN, APP].concat();
    all.sort_unstable();
    all.dedup();
    all
}

/// The grants a new channel type has.
pub(crate) fn usual(kind: &str) -> BTreeMap<String, Vec<String>> {
    let own = |lists: &[&[&str]]| -> Vec<String> {
        lists.concat().into_iter().map(str::to_owned).collect()
    };
    // Anybody reads and writes in a live stream; elsewhere only members do.
    let user = if kind == "livestream" {
        own(&[OWNER, MEMBER])
    } else {
        own(&[OWNER])
    };
    let guest = if kind == "livestream" {
        own(&[MEMBER])
    } else {
        Vec::new()
    };
    let anonymous = if kind == "livestream" {
        own(&[&["read-channel"]])
    } else {
        Vec::new()
    };
    BTreeMap::from([
        ("user".to_owned(), user),
        ("guest".to_owned(), guest),
        ("anonymous".to_owned(), anonymous),
        ("channel_member".to_owned(), own(&[MEMBER])),
        ("channel_moderator".to_owned(), own(&[MEMBER, MODERATOR])),
        ("moderator".to_owned(), own(&[OWNER, MEMBER, MODERATOR])),
        (
            "global_moderator".to_owned(),
            own(&[OWNER, MEMBER, MODERATOR]),
        ),
        ("admin".to_owned(), own(&[OWNER, MEMBER, MODERATOR, ADMIN])),
        (
            "global_admin".to_owned(),
            own(&[OWNER, MEMBER, MODERATOR, ADMIN]),
        ),
    ])
}

/// A permission id as refusals name it: `create-message` is `CreateMessage`.
pub(crate) fn action(permission: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| {
            first.to_uppercase().chain(letters).collect()
        })
    };
    permission.split('-').map(capital).collect()
}

/// Capability, the permission behind it, and the switch of the channel type it needs.
///
/// A permission ending in `-owner` asks what the person may do with something of their own.
pub(crate) const CAPABILITIES: &[(&str, &str, &str)] = &[
    ("ban-channel-members", "ban-channel-member", ""),
    ("connect-events", "read-channel", "connect_events"),
    ("create-attachment", "create-attachment", ""),
    ("create-mention", "create-mention", ""),
    ("delete-any-message", "delete-message", ""),
    ("delete-channel", "delete-channel", ""),
    ("delete-own-message", "delete-message-owner", ""),
    ("delivery-events", "read-channel", "delivery_events"),
    ("flag-message", "flag-message", ""),
    ("freeze-channel", "update-channel-frozen", ""),
    ("join-channel", "add-own-channel-membership", ""),
    ("leave-channel", "remove-own-channel-membership", ""),
    ("mute-channel", "mute-channel", "mutes"),
    ("pin-message", "pin-message", ""),
    ("quote-message", "create-quote", "quotes"),
    ("read-events", "read-channel", "read_events"),
    ("search-messages", "read-channel", "search"),
    ("send-custom-events", "send-custom-event", "custom_events"),
    ("send-links", "add-links", ""),
    ("send-message", "create-message", ""),
    ("send-reaction", "create-reaction", "reactions"),
    ("send-reply", "create-reply", "replies"),
    (
        "send-restricted-visibility-message",
        "create-restricted-visibility-message",
        "",
    ),
    ("send-typing-events", "create-message", "typing_events"),
    ("set-channel-cooldown", "update-channel-cooldown", ""),
    ("skip-slow-mode", "skip-channel-cooldown", ""),
    ("typing-events", "read-channel", "typing_events"),
    ("update-any-message", "update-message", ""),
    ("update-channel", "update-channel", ""),
    ("update-channel-members", "update-channel-members", ""),
    ("update-own-message", "update-message-owner", ""),
    ("update-thread", "update-thread", ""),
    ("upload-file", "upload-attachment", "uploads"),
];
