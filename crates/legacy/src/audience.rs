use std::{sync::Arc, time::Duration};

use domain::StaffId;
use moka::sync::Cache;

/// The participants of each room, remembered for two seconds.
///
/// What we change ourselves is forgotten at once, in the order of the room's events, so that
/// nobody who was removed gets a later message. The two seconds bound how long a change that
/// another application makes straight in the table goes unnoticed.
pub struct Audiences {
    rooms: Cache<i64, Arc<[StaffId]>>,
}

impl Default for Audiences {
    fn default() -> Self {
        Self {
            rooms: Cache::builder()
                .max_capacity(100_000)
                .time_to_live(Duration::from_secs(2))
                .build(),
        }
    }
}

impl Audiences {
    /// The participants, if remembered.
    pub fn get(&self, room: i64) -> Option<Arc<[StaffId]>> {
        self.rooms.get(&room)
    }

    /// Remembers the participants.
    pub fn put(&self, room: i64, doctors: Arc<[StaffId]>) {
        self.rooms.insert(room, doctors);
    }

    /// Forgets a room whose participants changed.
    pub fn forget(&self, room: i64) {
        self.rooms.invalidate(&room);
    }
}
