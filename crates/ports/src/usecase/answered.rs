use std::time::Duration;

use domain::{Doctor, Patient, PatientId, PatientRef, RoomId, StaffId};
use moka::sync::Cache;

use super::{Suspicion, Why};
use crate::Chat;

/// As long as a long shift.
const REMEMBERED: Duration = Duration::from_hours(12);

/// A room of a chat.
type Place = (usize, RoomId);

/// Answers that the wrong-patient check need not ask for again: the patient of a room, and which namesakes a
/// doctor has said in a room to know of. That is all an answer covers: a text that points to the
/// namesake is asked about like any other.
pub(super) struct Answered {
    patients: Cache<Place, Option<PatientRef>>,
    namesakes: Cache<(Place, StaffId, PatientId), ()>,
}

impl Default for Answered {
    fn default() -> Self {
        Self {
            patients: Cache::builder()
                .max_capacity(100_000)
                .time_to_live(REMEMBERED)
                .build(),
            namesakes: Cache::builder()
                .max_capacity(100_000)
                .time_to_live(REMEMBERED)
                .build(),
        }
    }
}

fn place(chat: &Chat, room: &RoomId) -> Place {
    (chat.identity(), room.clone())
}

impl Answered {
    /// The patient of a room does not change.
    pub(super) fn patient_of(&self, chat: &Chat, room: &RoomId) -> Option<Option<PatientRef>> {
        self.patients.get(&place(chat, room))
    }

    pub(super) fn keep_patient(&self, chat: &Chat, room: &RoomId, patient: Option<PatientRef>) {
        self.patients.insert(place(chat, room), patient);
    }

    pub(super) fn knows(
        &self,
        chat: &Chat,
        doctor: &Doctor,
        room: &RoomId,
        other: &Patient,
    ) -> bool {
        let key = (place(chat, room), doctor.id().clone(), other.id.clone());
        self.namesakes.contains_key(&key)
    }

    pub(super) fn keep(&self, chat: &Chat, doctor: &Doctor, room: &RoomId, others: &[Suspicion]) {
        for other in others.iter().filter(|other| other.why == Why::Namesake) {
            let key = (
                place(chat, room),
                doctor.id().clone(),
                other.patient.id.clone(),
            );
            self.namesakes.insert(key, ());
        }
    }
}
