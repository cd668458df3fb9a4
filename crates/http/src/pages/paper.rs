//! A conversation as it is printed.

use super::{Entry, Frame, ParticipantView, PatientIdentity, PersonLabel, RoomHead, TimeLabel};
use askama::Template;

/// `GET P/rooms/{room}/print`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "paper.html")]
pub(crate) struct PaperPage {
    /// With a sidebar, which is not printed.
    pub(crate) frame: Frame,
    /// The mount's prefix.
    pub(crate) prefix: String,
    /// The room.
    pub(crate) room: RoomHead,
    /// The patient, in a patient room.
    pub(crate) patient: Option<PatientIdentity>,
    /// Earlier versions are kept, though not printed.
    pub(crate) keeps_versions: bool,
    /// Messages on this print.
    pub(crate) count: usize,
    /// When the first of them was sent.
    pub(crate) first: Option<TimeLabel>,
    /// When the last of them was sent.
    pub(crate) last: Option<TimeLabel>,
    /// The first day asked for, as `2026-11-22`; empty from the beginning.
    pub(crate) from: String,
    /// The last day asked for; empty up to the end.
    pub(crate) to: String,
    /// Nothing of the room is left out.
    pub(crate) is_whole: bool,
    /// Messages before this one were asked for and did not fit.
    pub(crate) left_out_before: Option<String>,
    /// Messages and days, oldest first.
    pub(crate) entries: Vec<Entry>,
    /// Everyone in the room.
    pub(crate) participants: Vec<ParticipantView>,
    /// The doctor who asked for it.
    pub(crate) printed_by: PersonLabel,
    /// Time of the print.
    pub(crate) printed_at: TimeLabel,
}

impl PaperPage {
    /// `All 312 messages of this conversation`, or what part of it this is.
    fn scope(&self) -> String {
        let messages = match self.count {
            1 => "1 message".to_owned(),
            count => format!("{count} messages"),
        };
        match (self.is_whole, self.count) {
            (true, 0) => "No messages yet.".to_owned(),
            (true, _) => format!("The whole conversation: {messages}."),
            (false, 0) => "Nothing was written in the part that was asked for.".to_owned(),
            (false, _) => format!("A part of the conversation: {messages}."),
        }
    }

    /// The days asked for; empty where none were.
    fn days(&self) -> String {
        match (self.from.as_str(), self.to.as_str()) {
            ("", "") => String::new(),
            (from, "") => {
                format!("Asked for: from {from} on. What was written before is left out.")
            }
            ("", to) => format!("Asked for: up to {to}. What was written after is left out."),
            (from, to) => {
                format!("Asked for: {from} to {to}. What was written before and after is left out.")
            }
        }
    }
}
