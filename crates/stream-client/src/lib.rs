//! Stream Chat's API for servers and for users: every endpoint of Stream's open-source Go client.
//!
//! A [`Client`] holds the pool and the rate limits of one app; cloning it is cheap. Every call goes
//! through one path, which signs, sends, classifies and repeats only what is safe. The calls
//! themselves are functions of [`Client`], written in one file an endpoint group, and what has no
//! function yet is a [`Call`].
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use stream_chat_client::{Client, NewMessage, NewUser};
//!
//! let client = Client::new("key", "secret")?;
//! client.upsert_users(&[NewUser::new("lee").named("Lee")]).await?;
//! let hello = NewMessage::new("hello-1", "lee", "Good morning");
//! client.send_message("messaging", "ward", &hello).await?;
//! # Ok(()) }
//! ```
//!
//! Requests are built: what a request needs is in its `new`, and everything else is set by name.
//! Answers keep what this version does not know in `custom`. Neither `Debug` nor an error shows
//! anything that people write. The README has more, on refusals, tokens, live events and webhooks.

#[macro_use]
mod macros;

mod app;
mod attachments;
mod bans;
mod blocklists;
mod blocks;
mod call;
mod channel_batches;
mod channel_edits;
mod channel_lists;
mod channel_types;
mod channels;
mod client;
mod commands;
mod connect_failure;
mod devices;
mod drafts;
mod error;
mod events;
mod exports;
mod files;
mod filter;
mod flags;
mod history;
mod imports;
mod kind;
mod locations;
mod members;
mod messages;
mod mutes;
mod null;
mod observer;
mod patience;
mod permissions;
mod push;
mod queues;
mod rate_limits;
mod reactions;
mod read;
mod reminders;
mod request;
mod retry;
mod roles;
mod search;
mod secret;
pub mod socket;
mod sort;
mod stats;
mod tasks;
mod texts;
mod threads;
mod time;
mod tls;
mod token;
mod types;
mod user_lives;
mod users;
pub mod webhook;

pub use self::{
    app::{App, AppSettings, EndpointLimit, RateLimitQuery, RateLimits},
    attachments::NewAttachment,
    bans::{Ban, BanQuery, FutureBanQuery, NewBan, Unban},
    blocklists::Blocklist,
    blocks::Block,
    call::{Call, Operation},
    channel_batches::{BatchMember, BatchOperation, ChannelBatch, ChannelData},
    channel_edits::{ChannelEdit, RoleAssignment, SystemMessage},
    channel_lists::{ChannelQuery, Watching},
    channel_types::{ChannelType, ChannelTypeChange},
    channels::{ChangedChannel, MessageRange, NewChannel, Truncation},
    client::{BASE_URL, Client, ClientBuilder, InvalidConfig},
    commands::{Command, NewCommand},
    connect_failure::ConnectFailure,
    devices::{Device, NewDevice, PushService},
    drafts::{Draft, DraftQuery, Drafts, NewDraft},
    error::{Error, Reason, Result},
    exports::{ChannelExport, ExportedChannel, ExportedUser},
    filter::Filter,
    flags::{FlagQuery, FlagReport, FlagReview, MessageFlag},
    history::{HistoryQuery, MessageHistory, MessageVersion},
    imports::{ImportMode, ImportPlace, ImportTask, NewImport},
    kind::{Kind, Retry},
    locations::{LocationChange, NewLocation, SharedLocation},
    members::MemberQuery,
    messages::{Deletion, MessageChange, NewMessage, SendOptions, Sent},
    mutes::{Muted, MutedChannel, NewMute},
    observer::{Attempt, Observer},
    patience::Patience,
    permissions::{NewPermission, Permission},
    push::{CheckedPush, DeviceError, NewPushProvider, PushCheck, PushProvider},
    queues::CheckedQueue,
    reactions::{ChangedReaction, NewReaction, ReactionOptions},
    read::{
        DeliveredMessage, ReadUpTo, UnreadCounts, UnreadFrom, UnreadInChannel, UnreadInThread,
        UnreadInType,
    },
    reminders::{Reminder, ReminderQuery},
    roles::Role,
    search::{FoundMessages, Hit, MessageSearch},
    secret::Secret,
    sort::Sort,
    stats::{DayUsage, TeamUsage, TeamUsageQuery, TeamUsages, Usage},
    tasks::{Task, TaskStarted, TaskStatus},
    texts::Texts,
    threads::{ReplyRange, Thread, ThreadParticipant, ThreadQuery, Threads},
    token::{BACKDATED, NewToken, NoToken, Signer, TokenSource, UserToken},
    types::{
        Attachment, Channel, ChannelMute, ChannelState, Custom, Event, EventType, Member, Message,
        MessageType, Mute, Reaction, Read, User,
    },
    user_lives::{Deactivation, DeleteType, Reactivation, UserDeletion, UsersDeletion},
    users::{Guest, NewUser, UserChange, UserQuery},
};

/// The README, whose code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(test)]
mod tests;
