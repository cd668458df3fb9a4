use std::{collections::VecDeque, sync::Arc};

use domain::{Event, Message, Room};

use crate::LiveEvent;

/// A message as it stands after an edit or a recall. What was told of it before is not told again as it was: a
/// reader who comes back would see, and perhaps copy, words that were taken back.
pub(super) struct Standing {
    message: Message,
    /// As if it had been posted so.
    posted: Arc<LiveEvent>,
    changed: Arc<LiveEvent>,
}

impl Standing {
    /// The message as it stands after this event, if it changes what a message says.
    pub(super) fn after(changed: &Arc<LiveEvent>) -> Option<Self> {
        let (Event::MessageEdited(message) | Event::MessageRecalled(message)) = changed.event()
        else {
            return None;
        };
        let posted = Event::MessagePosted(message.clone());
        Some(Self {
            message: message.clone(),
            posted: Arc::new(LiveEvent::new(posted)),
            changed: changed.clone(),
        })
    }

    /// Puts it in the place of every earlier state of the message.
    pub(super) fn replace_in(&self, events: &mut VecDeque<Arc<LiveEvent>>) {
        for told in events {
            match told.event() {
                Event::MessagePosted(old) if self.is_of(old) => *told = self.posted.clone(),
                Event::MessageEdited(old) if self.is_of(old) => *told = self.changed.clone(),
                Event::Room(room)
                    if room
                        .last_message
                        .as_ref()
                        .is_some_and(|old| self.is_of(old)) =>
                {
                    let room = Room {
                        last_message: Some(self.message.clone()),
                        ..room.clone()
                    };
                    *told = Arc::new(LiveEvent::new(Event::Room(room)));
                }
                _ => {}
            }
        }
    }

    fn is_of(&self, old: &Message) -> bool {
        old.room == self.message.room && old.id == self.message.id
    }
}
