//! Who came and who went, as lines between the messages.

use std::collections::HashMap;

use domain::{Message, ParticipantChange, Participation};
use jiff::Timestamp;

use super::{Entry, LocalTime, TimeLabel};

/// One such line.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineView {
    /// Whom it is about.
    pub(crate) doctor_id: String,
    /// `joined`, `left` or `removed`.
    pub(crate) change: &'static str,
    /// What it says.
    pub(crate) words: String,
    /// When it was; `None` only in the blank.
    pub(crate) at: Option<TimeLabel>,
}

/// What a line says; the script of the page says the same.
pub(crate) fn words(change: &ParticipantChange) -> String {
    let name = &change.doctor.name;
    let by = change.by.as_ref().map(|by| &by.name);
    match (change.change, by) {
        (Participation::Joined, Some(by)) => {
            format!("{name} was added by {by} and can read the whole conversation.")
        }
        (Participation::Joined, None) => {
            format!("{name} joined and can read the whole conversation.")
        }
        (Participation::Removed, Some(by)) => format!("{name} was removed by {by}."),
        (Participation::Left | Participation::Removed, _) => {
            format!("{name} left the conversation.")
        }
    }
}

/// Puts the changes into their place between the messages of a page. Those before its first message
/// belong to an earlier page when there is one, those from `until` on, where the next page begins, to
/// a later one.
pub(crate) fn with_changes(
    entries: Vec<Entry>,
    messages: &[Message],
    changes: &[ParticipantChange],
    is_first_page: bool,
    until: Option<Timestamp>,
    clock: &LocalTime,
) -> Vec<Entry> {
    let sent: HashMap<&str, Timestamp> = messages
        .iter()
        .map(|message| (message.id.as_str(), message.sent_at))
        .collect();
    let first = messages.first().map(|message| message.sent_at);
    let mut left = changes
        .iter()
        .filter(|change| is_first_page || first.is_some_and(|first| change.at >= first))
        .filter(|change| until.is_none_or(|until| change.at < until))
        .peekable();
    let mut placed = Vec::with_capacity(entries.len() + changes.len());
    // The dividers above a message wait for it.
    let mut above: Vec<Entry> = Vec::new();
    for entry in entries {
        let Entry::Message(mut message) = entry else {
            above.push(entry);
            continue;
        };
        let at = sent.get(message.id.as_str()).copied();
        while let Some(change) = at.and_then(|at| left.next_if(|change| change.at < at)) {
            let same_day = at.is_some_and(|at| clock.day(at) == clock.day(change.at));
            if same_day {
                placed.append(&mut above);
            }
            placed.push(line(change, clock));
            message.continued = false;
        }
        placed.append(&mut above);
        placed.push(Entry::Message(message));
    }
    placed.append(&mut above);
    placed.extend(left.map(|change| line(change, clock)));
    placed
}

fn line(change: &ParticipantChange, clock: &LocalTime) -> Entry {
    Entry::Line(LineView {
        doctor_id: change.doctor.id.to_string(),
        change: change.change.as_str(),
        words: words(change),
        at: Some(clock.label(change.at)),
    })
}
