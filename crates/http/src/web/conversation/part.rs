//! The part of a room that is on the page, and where in it the unread messages begin.

use domain::{Doctor, MessageCursor, MessageId, MessagePage, PageSize, Room};

use crate::app::MountContext;

/// Read messages shown above the first unread one, where they fit.
const CONTEXT: u32 = 20;

/// A part of a conversation.
#[derive(Default)]
pub(super) enum Part {
    /// Its end.
    #[default]
    Latest,
    /// The messages before one.
    Before(MessageId),
    /// The messages after one.
    After(MessageId),
    /// A message and what stands around it.
    Around(MessageId),
}

impl Part {
    pub(super) async fn load(
        &self,
        at: &MountContext,
        doctor: &Doctor,
        room: &Room,
    ) -> ports::Result<MessagePage> {
        let (cursor, size) = match self {
            Self::Latest => (MessageCursor::Latest, enough_for(room.unread)),
            Self::Before(message) => (MessageCursor::Before(message.clone()), PageSize::DEFAULT),
            Self::After(message) => (MessageCursor::After(message.clone()), PageSize::DEFAULT),
            Self::Around(message) => (MessageCursor::Around(message.clone()), PageSize::DEFAULT),
        };
        at.chat
            .messages()
            .page(doctor, &room.id, &cursor, size)
            .await
    }

    /// The message that was linked is not there, or in another room: the asker is not told which.
    pub(super) fn is_missing(&self, error: &ports::Error) -> bool {
        use ports::ErrorKind::{Invalid, NotFound};
        matches!(self, Self::Around(_)) && matches!(error.kind(), Invalid { .. } | NotFound)
    }

    /// The message the page is about.
    pub(super) fn marked(&self) -> Option<&str> {
        match self {
            Self::Around(message) => Some(message.as_str()),
            Self::Latest | Self::Before(_) | Self::After(_) => None,
        }
    }

    /// Query of the page's address, so that a reply without scripts stays on this part; empty at the end.
    pub(super) fn query(&self) -> String {
        match self {
            Self::Latest => String::new(),
            Self::Before(message) => format!("before={message}"),
            Self::After(message) => format!("after={message}"),
            Self::Around(message) => format!("message={message}"),
        }
    }
}

fn enough_for(unread: u32) -> PageSize {
    let usual = u32::try_from(PageSize::DEFAULT.get()).unwrap_or_default();
    let wanted = unread.saturating_add(CONTEXT).clamp(usual, 100);
    PageSize::new(wanted).unwrap_or_default()
}

/// Nothing newer than this page is in the room.
pub(super) fn reaches_the_end(page: &MessagePage, room: &Room) -> bool {
    room.last_message
        .as_ref()
        .is_none_or(|last| page.messages.iter().any(|message| message.id == last.id))
}

/// The first unread message on a page that ends with the newest; `None` when all are read.
///
/// When more are unread than the page holds, that is its first message of somebody else.
pub(super) fn first_unread<'a>(
    page: &'a MessagePage,
    room: &Room,
    doctor: &Doctor,
) -> Option<&'a str> {
    let of_others = page
        .messages
        .iter()
        .rev()
        .filter(|message| message.author.id != *doctor.id() && !message.is_recalled());
    let first = of_others.take(room.unread as usize).last()?;
    Some(first.id.as_str())
}
