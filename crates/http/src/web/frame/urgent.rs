//! The urgent messages of all chats that wait for the doctor, on every page.

use domain::{Doctor, Message, Room};
use futures_util::future::join_all;
use jiff::Timestamp;

use crate::{
    api::urgent::rooms_of,
    app::MountContext,
    chats::{self, BESIDE_THE_PAGE, with_timeout},
    failure::Failure,
    json::RoomContext,
    pages::{LocalTime, UrgentItem, short_name},
};

/// The urgent messages that wait, and the labels of mounts that do not say so.
pub(super) struct Above {
    pub(super) urgent: Vec<UrgentItem>,
    pub(super) missing: Vec<String>,
}

/// The urgent messages that wait, on a page of `at`: first those that nobody acknowledged, then the oldest, whatever the chat. A
/// chat that does not answer hides nothing of the others; that it does not is said.
pub(super) async fn above(at: &MountContext, doctor: &Doctor) -> Above {
    let chats = chats::from(at);
    let asked = chats
        .iter()
        .map(|at| with_timeout(at, BESIDE_THE_PAGE, waiting(at, doctor)));
    let mut items = Vec::new();
    let mut missing = Vec::new();
    for (at, waiting) in chats.iter().zip(join_all(asked).await) {
        match waiting {
            Ok(waiting) => items.extend(waiting),
            Err(_) => missing.push(at.mount.label.clone()),
        }
    }
    items.sort_by_key(|(sent_at, item)| (!item.acknowledged.is_empty(), *sent_at));
    Above {
        urgent: items.into_iter().map(|(_, item)| item).collect(),
        missing,
    }
}

async fn waiting(
    at: &MountContext,
    doctor: &Doctor,
) -> Result<Vec<(Timestamp, UrgentItem)>, Failure> {
    if !at.chat.capabilities().acknowledgement {
        return Ok(Vec::new());
    }
    let messages = at.chat.messages().waiting(doctor).await?;
    if messages.is_empty() {
        return Ok(Vec::new());
    }
    let rooms = rooms_of(at, doctor, &messages).await?;
    let context = RoomContext::of(at, doctor, &rooms).await?;
    let clock = super::clock(&at.shell);
    let item = |message: &Message| {
        let room = rooms.iter().find(|room| room.id == message.room)?;
        let reason = message.urgent_reason.as_ref();
        let item = UrgentItem {
            mount: at.prefix().to_owned(),
            message_id: message.id.to_string(),
            room_id: room.id.to_string(),
            room_title: context.title(room),
            bed: context
                .patient(room)
                .and_then(|patient| patient.bed.clone())
                .unwrap_or_default(),
            author: short_name(&message.author.name),
            why: reason.map_or_else(
                || super::words(message),
                |reason| reason.as_str().to_owned(),
            ),
            age: clock.age(message.sent_at),
            sent: Some(clock.sent(message)),
            acknowledged: acknowledged(message, room, &clock),
        };
        Some((message.sent_at, item))
    };
    Ok(messages.iter().filter_map(item).collect())
}

/// `Dr Lisle acknowledged 11:41, and 2 more`; empty as long as nobody did.
fn acknowledged(message: &Message, room: &Room, clock: &LocalTime) -> String {
    let mut marks: Vec<_> = message.receipts.acknowledged.iter().collect();
    marks.sort_by_key(|mark| mark.at);
    let Some(first) = marks.first() else {
        return String::new();
    };
    let is_first = |it: &&domain::Participant| it.doctor.id == first.doctor;
    let name = room.participants.iter().find(is_first).map_or_else(
        || "A doctor who left".to_owned(),
        |participant| short_name(&participant.doctor.name),
    );
    let words = format!("{name} acknowledged {}", clock.label(first.at).label);
    match marks.len() - 1 {
        0 => words,
        more => format!("{words}, and {more} more"),
    }
}
