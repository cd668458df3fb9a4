//! Messages that replies quote and that the page with the replies does not hold.

use std::collections::BTreeSet;

use domain::{Doctor, Message, MessageId, RoomId};

use crate::app::MountContext;

/// The messages that these answer and that are not among them: one question for all, and none where
/// there is nothing to ask.
pub(crate) async fn missing_reply_targets(
    at: &MountContext,
    doctor: &Doctor,
    room: &RoomId,
    page: &[Message],
) -> ports::Result<Vec<Message>> {
    let shown: BTreeSet<&MessageId> = page.iter().map(|message| &message.id).collect();
    let answered = page.iter().filter(|message| !message.is_recalled());
    let beyond: BTreeSet<&MessageId> = answered
        .filter_map(|message| message.reply_to.as_ref())
        .filter(|id| !shown.contains(id))
        .collect();
    if beyond.is_empty() {
        return Ok(Vec::new());
    }
    let beyond: Vec<MessageId> = beyond.into_iter().cloned().collect();
    at.chat.messages().several(doctor, room, &beyond).await
}

/// How a quoted message begins: its words, else the name of its file.
pub(crate) fn beginning(message: &Message) -> &str {
    let file = || message.attachments().first().map(|file| file.name.as_str());
    let text = message.text().map(domain::MessageText::as_str);
    text.or_else(file).unwrap_or_default()
}
