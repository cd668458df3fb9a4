use domain::{Message, Room};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Dressing, MessageJson};

/// An urgent message that waits for the asking doctor.
#[derive(Serialize, ToSchema)]
pub(crate) struct WaitingMessageJson<'a> {
    room_id: &'a str,
    /// What the room is called for the asking doctor.
    room_title: String,
    message: MessageJson<'a>,
}

/// The urgent messages that wait for the asking doctor, oldest first; at most 50.
#[derive(Serialize, ToSchema)]
pub(crate) struct WaitingJson<'a> {
    waiting: Vec<WaitingMessageJson<'a>>,
}

impl<'a> WaitingJson<'a> {
    /// Of the messages those whose room is known.
    pub(crate) fn new(messages: &'a [Message], rooms: &[Room], dressing: &Dressing) -> Self {
        let waiting = messages.iter().filter_map(|message| {
            let room = rooms.iter().find(|room| room.id == message.room)?;
            Some(WaitingMessageJson {
                room_id: message.room.as_str(),
                room_title: dressing.title(room),
                message: message.into(),
            })
        });
        Self {
            waiting: waiting.collect(),
        }
    }
}
