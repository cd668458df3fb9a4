//! One room, open.

use super::{
    DoctorChoice, Entry, Frame, MessageView, ParticipantView, PatientIdentity, PatientWarningView,
    Quote, TimeLabel,
};
use askama::Template;

/// `GET P/rooms/{room}`, and the answer to a refused send or a refused new participant.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "conversation.html")]
pub(crate) struct ConversationPage {
    /// Opens the conversation in use, where this is the room of a former record of its patient.
    pub(crate) in_use: Option<String>,
    /// With a sidebar.
    pub(crate) frame: Frame,
    /// The mount's prefix.
    pub(crate) prefix: String,
    /// The open room: its name and backend.
    pub(crate) room: RoomHead,
    /// The present moment: when the page was opened, should it be printed.
    pub(crate) opened_at: TimeLabel,
    /// The patient, in a patient room.
    pub(crate) patient: Option<PatientIdentity>,
    /// Messages and dividers, oldest first: see [`super::timeline`].
    pub(crate) entries: Vec<Entry>,
    /// Id to page on from (`?before=`); `None` when the first message is shown.
    pub(crate) before: Option<String>,
    /// The newest message is not on this page (an older page is shown).
    pub(crate) older_page: bool,
    /// The query this part was asked for with, such as `before=7`: a reply stays on it. Empty for the end.
    pub(crate) shown: String,
    /// Something to say above the messages.
    pub(crate) notice: Option<String>,
    /// Newest message of others, when it is unread: the "Mark read" form sends it.
    pub(crate) unread_through: Option<String>,
    /// The form to write messages with.
    pub(crate) composer: Composer,
    /// Everyone in the room, the reader included.
    pub(crate) participants: Vec<ParticipantView>,
    /// Doctors who could be added; used where scripts do not run.
    pub(crate) candidates: Vec<DoctorChoice>,
    /// Error of the last attempt to add or remove someone.
    pub(crate) participants_error: Option<String>,
    /// Actions that the backend and the policy allow this doctor here.
    pub(crate) can: Abilities,
}

impl ConversationPage {
    /// Whether anything was said yet.
    fn has_messages(&self) -> bool {
        let is_message = |entry: &Entry| matches!(entry, Entry::Message(_));
        self.entries.iter().any(is_message)
    }

    /// The newest message on the page.
    fn last_message(&self) -> Option<&str> {
        self.entries.iter().rev().find_map(|entry| match entry {
            Entry::Message(message) => Some(message.id.as_str()),
            _ => None,
        })
    }

    /// The shape of a message, for the browser to copy.
    fn blank(&self) -> MessageView {
        MessageView::default()
    }

    /// The shape of a participant, for the browser to copy.
    fn blank_participant(&self) -> ParticipantView {
        ParticipantView::default()
    }
}

/// Heading of the conversation page: the room's name and backend.
#[derive(Clone, Debug, Default)]
pub(crate) struct RoomHead {
    /// The room's id.
    pub(crate) id: String,
    /// Patient or room name.
    pub(crate) title: String,
    /// `patient`, `direct` or `group`.
    pub(crate) kind: String,
    /// One small word: `Legacy` or `Stream`.
    pub(crate) backend: String,
}

/// The form one writes with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Composer {
    /// Fresh id that makes repeating the send harmless; after an error, the one of the first try.
    pub(crate) client_id: String,
    /// Kept after an error.
    pub(crate) text: String,
    /// Kept after an error.
    pub(crate) urgent: bool,
    /// Why it is urgent; kept after an error.
    pub(crate) reason: String,
    /// The hospital keeps drafts: scripts save this one.
    pub(crate) keeps_draft: bool,
    /// The words are those that were kept, if any were.
    pub(crate) shows_draft: bool,
    /// When they were saved; empty where none were.
    pub(crate) draft_saved_at: String,
    /// One's own message that is being changed (`?edit=`), instead of a new one.
    pub(crate) editing: Option<String>,
    /// The message that is answered (`?reply_to=`), quoted above the text.
    pub(crate) reply: Option<Quote>,
    /// Error: the cause, whether the text is safe, and what to do.
    pub(crate) error: Option<String>,
    /// Warning with the patients the text may mean, when it was not sent because of them.
    pub(crate) warning: Option<PatientWarningView>,
}

/// Actions that the page offers.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Abilities {
    /// Write messages; without it the composer says that the room is read-only.
    pub(crate) send: bool,
    /// Acknowledge urgent messages.
    pub(crate) acknowledge: bool,
    /// Answer with a quote.
    pub(crate) reply: bool,
    /// Change one's own messages.
    pub(crate) edit: bool,
    /// Take one's own messages back.
    pub(crate) recall: bool,
    /// See what an edited message said before. Where this is not, the page says that nothing is kept.
    pub(crate) versions: bool,
    /// Be told whether a message has arrived.
    pub(crate) delivered: bool,
    /// Search the room.
    pub(crate) search: bool,
    /// Add doctors.
    pub(crate) add_participants: bool,
    /// Remove other doctors.
    pub(crate) remove_participants: bool,
    /// Leave the room.
    pub(crate) leave: bool,
    /// Send files, of at most so many bytes.
    pub(crate) attach: Option<u64>,
}
