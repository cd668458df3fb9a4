//! Messages that were compared with Stream's, so that none is asked for twice while a room is caught up with.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use domain::{Body, Message, RoomId};
use jiff::Timestamp;
use ports::MessageRecord;

/// Of one room. A line of some fifty bytes a message.
#[derive(Default)]
pub(super) struct Compared {
    room: Option<RoomId>,
    messages: HashMap<String, (u64, Timestamp)>,
}

impl Compared {
    /// Forgets every other room.
    pub(super) fn begin(&mut self, room: &RoomId) {
        if self.room.as_ref() != Some(room) {
            self.room = Some(room.clone());
            self.messages = HashMap::new();
        }
    }

    /// The time at which a message stands there, if it was compared and is as it was.
    pub(super) fn find(&self, room: &RoomId, record: &MessageRecord) -> Option<Timestamp> {
        if self.room.as_ref() != Some(room) {
            return None;
        }
        let (state, created_at) = self.messages.get(record.message.id.as_str())?;
        (*state == state_of(&record.message)).then_some(*created_at)
    }

    /// Keeps that a message is there as it is.
    pub(super) fn keep(&mut self, room: &RoomId, record: &MessageRecord, created_at: Timestamp) {
        if self.room.as_ref() == Some(room) {
            let state = (state_of(&record.message), created_at);
            self.messages.insert(record.message.id.to_string(), state);
        }
    }
}

/// All of a message that may change, as a number.
fn state_of(message: &Message) -> u64 {
    let mut hasher = DefaultHasher::new();
    match &message.body {
        Body::Recalled { .. } => "recalled".hash(&mut hasher),
        Body::Written { text, .. } => {
            text.as_ref().map(|text| text.as_str()).hash(&mut hasher);
            for mention in &message.mentions {
                mention.as_str().hash(&mut hasher);
            }
            message.receipts.acknowledged.len().hash(&mut hasher);
        }
    }
    hasher.finish()
}
