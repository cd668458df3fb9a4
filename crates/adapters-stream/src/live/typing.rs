use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use domain::{Event, Profile, RoomId, StaffId};

/// How long typing holds without being repeated.
const LASTS: Duration = Duration::from_secs(6);

/// Doctors who are typing, by room, as one doctor was told.
#[derive(Default)]
pub(super) struct Typing {
    until: HashMap<(RoomId, StaffId), (Profile, Instant)>,
}

impl Typing {
    /// Notes it; what is to be told of it.
    pub(super) fn set(&mut self, room: RoomId, doctor: Profile, typing: bool) -> Option<Event> {
        let key = (room.clone(), doctor.id.clone());
        let was = if typing {
            let until = Instant::now() + LASTS;
            self.until.insert(key, (doctor.clone(), until)).is_some()
        } else {
            self.until.remove(&key).is_some()
        };
        (was != typing).then_some(Event::Typing {
            room,
            doctor,
            typing,
        })
    }

    /// Those who did not say so again in time.
    pub(super) fn lapsed(&mut self, now: Instant) -> Vec<Event> {
        let lapsed = self.until.extract_if(|_, (_, until)| *until <= now);
        let stopped = lapsed.map(|((room, _), (doctor, _))| Event::Typing {
            room,
            doctor,
            typing: false,
        });
        stopped.collect()
    }
}
