//! A mount's start page: nothing chosen yet, and the form for a new conversation.

use super::{DoctorChoice, Frame};
use askama::Template;

/// `GET P`, and the answer to a refused `POST P/rooms`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "rooms.html")]
pub(crate) struct RoomsPage {
    /// With a sidebar.
    pub(crate) frame: Frame,
    /// The mount's prefix.
    pub(crate) prefix: String,
    /// The mount on which new conversations open, where that is another.
    pub(crate) elsewhere: Option<String>,
    /// Doctors one can start a conversation with, the reader left out.
    pub(crate) doctors: Vec<DoctorChoice>,
    /// The title typed before, kept after an error.
    pub(crate) title: String,
    /// Error in the form that was sent.
    pub(crate) error: Option<String>,
}
