use domain::{Message, Room};
use serde::Serialize;
use utoipa::ToSchema;

use super::{MessageJson, RoomContext};

/// An urgent message that waits for the asking doctor.
#[derive(Serialize, ToSchema)]
pub(crate) struct WaitingMessageJson<'a> {
    room_id: &'a str,
    /// The name of the room, as the asking doctor sees it.
    room_title: String,
    /// The bed of the room's patient; null without a patient or a bed.
    bed: Option<&'a str>,
    /// Those who acknowledged it, the first one first.
    acknowledged_by: Vec<AcknowledgedJson<'a>>,
    message: MessageJson<'a>,
}

/// A doctor who acknowledged a message.
#[derive(Serialize, ToSchema)]
pub(crate) struct AcknowledgedJson<'a> {
    /// The doctor's name; null when they have left the room.
    name: Option<&'a str>,
    /// When; RFC 3339, UTC.
    at: String,
}

/// The urgent messages that wait for the asking doctor, oldest first; at most 50.
#[derive(Serialize, ToSchema)]
pub(crate) struct WaitingJson<'a> {
    waiting: Vec<WaitingMessageJson<'a>>,
}

impl<'a> WaitingJson<'a> {
    /// Of the messages those whose room is known.
    pub(crate) fn new(
        messages: &'a [Message],
        rooms: &'a [Room],
        context: &'a RoomContext,
    ) -> Self {
        let waiting = messages.iter().filter_map(|message| {
            let room = rooms.iter().find(|room| room.id == message.room)?;
            Some(WaitingMessageJson {
                room_id: message.room.as_str(),
                room_title: context.title(room),
                bed: context
                    .patient(room)
                    .and_then(|patient| patient.bed.as_deref()),
                acknowledged_by: acknowledged_by(message, room),
                message: message.into(),
            })
        });
        Self {
            waiting: waiting.collect(),
        }
    }
}

fn acknowledged_by<'a>(message: &Message, room: &'a Room) -> Vec<AcknowledgedJson<'a>> {
    let mut marks: Vec<_> = message.receipts.acknowledged.iter().collect();
    marks.sort_by_key(|mark| mark.at);
    let named = marks.into_iter().map(|mark| {
        let mut participants = room.participants.iter();
        let participant = participants.find(|it| it.doctor.id == mark.doctor);
        AcknowledgedJson {
            name: participant.map(|participant| &*participant.doctor.name),
            at: mark.at.to_string(),
        }
    });
    named.collect()
}
