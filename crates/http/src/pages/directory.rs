//! The doctors of the hospital.

use super::{AvailabilityView, Frame, PersonLabel, TimeLabel};
use askama::Template;

/// `GET /doctor/people?q=&ward=&specialty=&after=`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "directory.html")]
pub(crate) struct DirectoryPage {
    /// With a sidebar.
    pub(crate) frame: Frame,
    /// The words searched for; empty shows everyone.
    pub(crate) query: String,
    /// Only this ward; empty for all.
    pub(crate) ward: String,
    /// Only this specialty; empty for all.
    pub(crate) specialty: String,
    /// Wards to choose from.
    pub(crate) wards: Vec<String>,
    /// Specialties to choose from.
    pub(crate) specialties: Vec<String>,
    /// The doctors found, by name.
    pub(crate) rows: Vec<DirectoryRow>,
    /// Address of those that follow; `None` on the last page.
    pub(crate) more: Option<String>,
    /// Address of the first of them; `None` on the first page.
    pub(crate) back: Option<String>,
    /// Mounts on which a conversation with one of them can be opened.
    pub(crate) doors: Vec<DirectDoor>,
    /// Label of the mount that knows who is connected, where it does not answer.
    pub(crate) missing: Option<String>,
    /// A search that cannot be run: what is wrong with it.
    pub(crate) error: Option<String>,
}

impl DirectoryPage {
    /// Nothing is searched for.
    fn is_everyone(&self) -> bool {
        self.query.is_empty() && self.ward.is_empty() && self.specialty.is_empty()
    }
}

/// One doctor.
#[derive(Clone, Debug, Default)]
pub(crate) struct DirectoryRow {
    /// The doctor's name and details.
    pub(crate) person: PersonLabel,
    /// Ward; may be empty.
    pub(crate) ward: String,
    /// Connected now.
    pub(crate) online: bool,
    /// Last seen, for someone who is not connected; `None` when never.
    pub(crate) last_seen: Option<TimeLabel>,
    /// The doctor's own statement of being available.
    pub(crate) availability: Option<AvailabilityView>,
    /// The doctor who reads the page.
    pub(crate) me: bool,
}

/// A mount on which a direct conversation can be opened.
#[derive(Clone, Debug, Default)]
pub(crate) struct DirectDoor {
    /// Address that the form is sent to.
    pub(crate) action: String,
    /// Label of the form's button.
    pub(crate) label: String,
}
