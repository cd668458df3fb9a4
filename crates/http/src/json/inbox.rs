use serde::Serialize;
use utoipa::ToSchema;

use super::RoomJson;
use crate::{
    app::MountContext,
    inbox::{Inbox, Unread},
};

/// A chat that does not answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct MissingJson<'a> {
    /// The prefix of its mount.
    mount: &'a str,
    /// The name of the mount.
    label: &'a str,
}

impl<'a> From<&'a MountContext> for MissingJson<'a> {
    fn from(at: &'a MountContext) -> Self {
        Self {
            mount: at.prefix(),
            label: &at.mount.label,
        }
    }
}

/// A page of the rooms of all mounts, newest activity first.
#[derive(Serialize, ToSchema)]
pub(crate) struct InboxJson<'a> {
    rooms: Vec<RoomJson<'a>>,
    /// Give it as `cursor` for the next page; null on the last.
    next: Option<&'a str>,
    /// Mounts that do not answer: their rooms are left out.
    missing: Vec<MissingJson<'a>>,
}

impl<'a> From<&'a Inbox> for InboxJson<'a> {
    fn from(inbox: &'a Inbox) -> Self {
        let rooms = inbox.rooms();
        Self {
            rooms: rooms.map(|(_, context, room)| context.room(room)).collect(),
            next: inbox.next.as_deref(),
            missing: inbox.missing().map(MissingJson::from).collect(),
        }
    }
}

/// How much is unread on all mounts.
#[derive(Serialize, ToSchema)]
pub(crate) struct InboxUnreadJson<'a> {
    /// Rooms with something unread; counting stops at 999 a mount.
    rooms: u32,
    /// Mounts that do not answer: their rooms are left out.
    missing: Vec<MissingJson<'a>>,
}

impl<'a> From<&'a Unread> for InboxUnreadJson<'a> {
    fn from(unread: &'a Unread) -> Self {
        Self {
            rooms: unread.rooms,
            missing: unread.missing.iter().map(MissingJson::from).collect(),
        }
    }
}
