//! Changes of participants that fall on a page of messages.

use domain::{Doctor, Message, MessageCursor, MessagePage, PageSize, ParticipantChange, RoomId};
use ports::Result;

use crate::app::MountContext;

/// Those from the first message of the page to the one behind its last: every change is on one page.
pub(super) async fn on_page(
    at: &MountContext,
    doctor: &Doctor,
    page: &MessagePage,
    room: &RoomId,
    is_latest: bool,
) -> Result<Vec<ParticipantChange>> {
    let mut changes = at.chat.rooms().changes(doctor, room).await?;
    if let Some(first) = page.messages.first().filter(|_| page.before.is_some()) {
        changes.retain(|change| change.at >= first.sent_at);
    }
    if let Some(last) = page
        .messages
        .last()
        .filter(|_| !is_latest && !changes.is_empty())
        && let Some(next) = behind(at, doctor, room, last).await?
    {
        changes.retain(|change| change.at < next.sent_at);
    }
    Ok(changes)
}

/// The message behind this one.
async fn behind(
    at: &MountContext,
    doctor: &Doctor,
    room: &RoomId,
    message: &Message,
) -> Result<Option<Message>> {
    let cursor = MessageCursor::After(message.id.clone());
    let size = PageSize::new(1).unwrap_or_default();
    let page = at.chat.messages().page(doctor, room, &cursor, size).await?;
    Ok(page.messages.into_iter().next())
}
