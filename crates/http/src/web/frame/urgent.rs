//! The urgent messages that wait for the doctor, above every page of a mount.

use domain::{Doctor, Message};

use crate::{
    api::urgent::rooms_of,
    app::At,
    failure::Failure,
    json::Dressing,
    pages::{UrgentItem, short_name},
};

pub(super) async fn waiting(at: &At, doctor: &Doctor) -> Result<Vec<UrgentItem>, Failure> {
    if !at.chat.capabilities().acknowledgement {
        return Ok(Vec::new());
    }
    let messages = at.chat.messages().waiting(doctor).await?;
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let rooms = rooms_of(at, doctor, &messages).await?;
    let dressing = Dressing::of(at, doctor, &rooms).await?;
    let clock = super::clock(&at.shell);
    let item = |message: &Message| {
        let room = rooms.iter().find(|room| room.id == message.room)?;
        let reason = message.urgent_reason.as_ref();
        Some(UrgentItem {
            message_id: message.id.to_string(),
            room_id: room.id.to_string(),
            room_title: dressing.title(room),
            author: short_name(&message.author.name),
            why: reason.map_or_else(
                || super::words(message),
                |reason| reason.as_str().to_owned(),
            ),
            age: clock.age(message.sent_at),
            sent: Some(clock.label(message.sent_at)),
        })
    };
    Ok(messages.iter().filter_map(item).collect())
}
