//! How people are named on a page.

use super::{AvailabilityView, TimeLabel, person_detail, short_name};

/// A person, named in full.
#[derive(Clone, Debug, Default)]
pub(crate) struct PersonLabel {
    /// The staff member's id.
    pub(crate) id: String,
    /// Full name with title: `Dr Kwabena Lisle`.
    pub(crate) name: String,
    /// Specialty and grade: `Nephrology · registrar`.
    pub(crate) detail: String,
}

impl PersonLabel {
    /// A label from a directory entry.
    pub(crate) fn new(id: &str, name: &str, specialty: &str, grade: &str) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            detail: person_detail(specialty, grade),
        }
    }
}

/// A person in the room, with presence.
#[derive(Clone, Debug, Default)]
pub(crate) struct ParticipantView {
    /// The person's name and details.
    pub(crate) person: PersonLabel,
    /// Connected now.
    pub(crate) online: bool,
    /// Last seen, for someone who is not connected; `None` when never.
    pub(crate) last_seen: Option<TimeLabel>,
    /// The person's own statement of being available.
    pub(crate) availability: Option<AvailabilityView>,
    /// The doctor who reads the page; offered "Leave" instead of "Remove".
    pub(crate) me: bool,
}

impl ParticipantView {
    /// `Dr Lisle`, for receipts and typing.
    pub(crate) fn short_name(&self) -> String {
        short_name(&self.person.name)
    }
}

/// A doctor one can pick in a form.
#[derive(Clone, Debug, Default)]
pub(crate) struct DoctorChoice {
    /// The doctor's name and details.
    pub(crate) person: PersonLabel,
    /// The doctor's ward; may be empty.
    pub(crate) ward: String,
    /// Picked already (a form that came back with an error).
    pub(crate) picked: bool,
}
