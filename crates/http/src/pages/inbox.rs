//! The rooms of all mounts.

use super::{Frame, RoomRow};
use askama::Template;

/// `GET /doctor/inbox`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "inbox.html")]
pub(crate) struct InboxPage {
    /// With a sidebar that lists no rooms.
    pub(crate) frame: Frame,
    /// The rooms, the one that was active last first.
    pub(crate) rooms: Vec<RoomRow>,
    /// Rooms with something unread, on this page or not.
    pub(crate) unread: u32,
    /// Labels of mounts that do not answer.
    pub(crate) missing: Vec<String>,
    /// The cursor of the next page.
    pub(crate) next: Option<String>,
    /// The page begins with the newest.
    pub(crate) is_first: bool,
}

impl InboxPage {
    /// `Stream Chat does not answer: its rooms are missing here.`
    fn missing_words(&self) -> String {
        match self.missing.as_slice() {
            [] => String::new(),
            [one] => format!("{one} does not answer: its rooms are missing here."),
            several => {
                let names = several.join(" and ");
                format!("{names} do not answer: their rooms are missing here.")
            }
        }
    }

    fn unread_words(&self) -> String {
        match self.unread {
            0 => "Nothing unread".to_owned(),
            1 => "1 room with something unread".to_owned(),
            more => format!("{more} rooms with something unread"),
        }
    }
}
