use std::collections::{HashMap, HashSet, VecDeque};

use domain::RoomId;
use jiff::Timestamp;

/// Events a doctor was told lately, by a key for each thing that can be told.
#[derive(Default)]
pub(super) struct Published {
    known: HashSet<String>,
    order: VecDeque<String>,
}

/// Far more than can come twice: from the socket, a webhook and a look at the rooms.
const REMEMBERED: usize = 4_096;

impl Published {
    /// Whether it was told.
    pub(super) fn knows(&self, key: &str) -> bool {
        self.known.contains(key)
    }

    /// Notes a thing; whether it is news.
    pub(super) fn is_news(&mut self, key: String) -> bool {
        if !self.known.insert(key.clone()) {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

/// How far each room was told.
#[derive(Default)]
pub(super) struct Reached {
    rooms: HashMap<RoomId, Timestamp>,
}

impl Reached {
    /// Notes a message; whether it comes after everything that was told of its room.
    pub(super) fn comes_next(&mut self, room: &RoomId, sent_at: Timestamp) -> bool {
        if self
            .rooms
            .get(room)
            .is_some_and(|reached| sent_at < *reached)
        {
            return false;
        }
        self.rooms.insert(room.clone(), sent_at);
        true
    }
}
