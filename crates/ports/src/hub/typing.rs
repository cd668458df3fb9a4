use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use domain::{Profile, RoomId, StaffId};

/// How long typing holds without being repeated. Pages repeat it every three seconds.
const LASTS: Duration = Duration::from_secs(6);

/// The record of which doctor is typing in which room.
#[derive(Default)]
pub(super) struct TypingBoard {
    entries: HashMap<(RoomId, StaffId), Typing>,
}

/// Somebody typing.
#[derive(Clone)]
pub(super) struct Typing {
    pub(super) room: RoomId,
    pub(super) doctor: Profile,
    pub(super) audience: Vec<StaffId>,
    until: Instant,
}

impl TypingBoard {
    /// Notes it; whether it is news.
    pub(super) fn set(
        &mut self,
        room: &RoomId,
        doctor: &Profile,
        typing: bool,
        audience: &[StaffId],
        now: Instant,
    ) -> bool {
        let key = (room.clone(), doctor.id.clone());
        if !typing {
            return self.entries.remove(&key).is_some();
        }
        let entry = Typing {
            room: room.clone(),
            doctor: doctor.clone(),
            audience: audience.to_vec(),
            until: now + LASTS,
        };
        self.entries.insert(key, entry).is_none()
    }

    /// Forgets that the doctor types in the room, and tells them nothing of the others there.
    pub(super) fn leave(&mut self, room: &RoomId, doctor: &StaffId) {
        self.entries.remove(&(room.clone(), doctor.clone()));
        for entry in self
            .entries
            .values_mut()
            .filter(|entry| entry.room == *room)
        {
            entry.audience.retain(|other| other != doctor);
        }
    }

    /// Takes out what was not repeated in time.
    pub(super) fn lapsed(&mut self, now: Instant) -> Vec<Typing> {
        self.entries
            .extract_if(|_, typing| typing.until <= now)
            .map(|(_, typing)| typing)
            .collect()
    }
}
