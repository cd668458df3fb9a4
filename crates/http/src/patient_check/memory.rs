use std::time::Duration;

use domain::{Doctor, Patient, PatientId, PatientRef, RoomId, StaffId};
use moka::sync::Cache;
use ports::usecase::{Suspicion, Why};

use crate::app::At;

/// As long as a long shift.
const REMEMBERED: Duration = Duration::from_hours(12);

/// A room of a mount.
type Place = (String, RoomId);

/// What the check need not ask again: whose room a room is, and which namesakes a doctor has said
/// in a room to know of.
pub(crate) struct Memory {
    patients: Cache<Place, Option<PatientRef>>,
    namesakes: Cache<(Place, StaffId, PatientId), ()>,
}

impl Default for Memory {
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

fn place(at: &At, room: &RoomId) -> Place {
    (at.prefix().to_owned(), room.clone())
}

impl Memory {
    /// What a room is about does not change.
    pub(super) fn patient_of(&self, at: &At, room: &RoomId) -> Option<Option<PatientRef>> {
        self.patients.get(&place(at, room))
    }

    pub(super) fn keep_patient(&self, at: &At, room: &RoomId, patient: Option<PatientRef>) {
        self.patients.insert(place(at, room), patient);
    }

    pub(super) fn knows(&self, at: &At, doctor: &Doctor, room: &RoomId, other: &Patient) -> bool {
        let key = (place(at, room), doctor.id().clone(), other.id.clone());
        self.namesakes.contains_key(&key)
    }

    pub(super) fn keep(&self, at: &At, doctor: &Doctor, room: &RoomId, others: &[Suspicion]) {
        for other in others.iter().filter(|other| other.why == Why::Namesake) {
            let key = (
                place(at, room),
                doctor.id().clone(),
                other.patient.id.clone(),
            );
            self.namesakes.insert(key, ());
        }
    }
}
