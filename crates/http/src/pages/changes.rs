//! Lines between the messages for participants who joined, left or were removed.

use domain::{ParticipantChange, Participation};

use super::{Entry, LocalTime, TimeLabel};

/// One such line.
#[derive(Clone, Debug, Default)]
pub(crate) struct LineView {
    /// Id of the doctor who joined, left or was removed.
    pub(crate) doctor_id: String,
    /// `joined`, `left` or `removed`.
    pub(crate) change: &'static str,
    /// Text of the line, such as `Dr Lisle joined`.
    pub(crate) words: String,
    /// When it was; `None` only in the blank.
    pub(crate) at: Option<TimeLabel>,
}

/// Text of a line; `changes.js` says the same.
fn words(change: &ParticipantChange) -> String {
    let name = &change.doctor.name;
    let by = change.by.as_ref().map(|by| &by.name);
    match (change.change, by) {
        (Participation::Joined, Some(by)) => format!("{by} added {name}"),
        (Participation::Joined, None) => format!("{name} joined"),
        (Participation::Removed, Some(by)) => format!("{by} removed {name}"),
        (Participation::Left | Participation::Removed, _) => format!("{name} left"),
    }
}

/// Puts changes (oldest first) into their place between the messages of a page.
pub(crate) fn with_changes(
    entries: Vec<Entry>,
    changes: &[ParticipantChange],
    clock: &LocalTime,
) -> Vec<Entry> {
    let mut changes = changes.iter().peekable();
    let mut placed = Vec::with_capacity(entries.len() + changes.len());
    // The dividers above a message wait for it.
    let mut above: Vec<Entry> = Vec::new();
    for entry in entries {
        let Entry::Message(mut message) = entry else {
            above.push(entry);
            continue;
        };
        let sent = message.sent.as_ref().map(|sent| sent.at);
        while let Some((at, change)) =
            sent.and_then(|at| Some((at, changes.next_if(|change| change.at < at)?)))
        {
            let same_day = clock.day(at) == clock.day(change.at);
            if same_day && matches!(above.first(), Some(Entry::Day { .. })) {
                placed.push(above.remove(0));
            }
            placed.push(line(change, clock));
            message.continued = false;
        }
        placed.append(&mut above);
        placed.push(Entry::Message(message));
    }
    placed.extend(changes.map(|change| line(change, clock)));
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

#[cfg(test)]
mod tests {
    use domain::{Profile, StaffId};
    use jiff::{Timestamp, tz::TimeZone};

    use super::*;
    use crate::pages::MessageView;

    fn at(text: &str) -> Timestamp {
        format!("2026-11-{text}:00Z").parse().unwrap()
    }

    fn clock() -> LocalTime {
        LocalTime::new(TimeZone::UTC, at("22T13:30"))
    }

    fn doctor(key: i64, name: &str) -> Profile {
        Profile {
            id: StaffId::from(key),
            name: name.into(),
            specialty: None,
            grade: None,
        }
    }

    fn change(change: Participation, by: Option<&str>, when: &str) -> ParticipantChange {
        ParticipantChange {
            doctor: doctor(2, "Dr Lisle"),
            by: by.map(|name| doctor(1, name)),
            change,
            at: at(when),
        }
    }

    fn message(id: &str, when: &str) -> Entry {
        Entry::Message(Box::new(MessageView {
            id: id.into(),
            sent: Some(clock().label(at(when))),
            continued: true,
            ..MessageView::default()
        }))
    }

    fn day(date: &str) -> Entry {
        Entry::Day {
            label: date.into(),
            date: date.into(),
        }
    }

    fn shape(entries: Vec<Entry>, changes: &[ParticipantChange]) -> Vec<String> {
        let words = |entry| match entry {
            Entry::Day { label, .. } => label,
            Entry::New => "new".into(),
            Entry::Line(line) => format!("{} {}", line.change, line.at.unwrap().label),
            Entry::Message(view) if view.continued => format!("+{}", view.id),
            Entry::Message(view) => view.id,
        };
        let entries = with_changes(entries, changes, &clock());
        entries.into_iter().map(words).collect()
    }

    #[test]
    fn a_line_says_who_did_what() {
        let words = |what, by| super::words(&change(what, by, "22T13:00"));
        let (joined, removed) = (Participation::Joined, Participation::Removed);
        assert_eq!(words(joined, Some("Dr Voss")), "Dr Voss added Dr Lisle");
        assert_eq!(words(joined, None), "Dr Lisle joined");
        assert_eq!(words(removed, Some("Dr Voss")), "Dr Voss removed Dr Lisle");
        assert_eq!(words(Participation::Left, None), "Dr Lisle left");
    }

    #[test]
    fn each_change_stands_where_it_happened_under_its_day() {
        let entries = vec![
            day("21"),
            message("a", "21T10:00"),
            message("b", "21T10:02"),
            day("22"),
            Entry::New,
            message("c", "22T09:00"),
        ];
        let changes = [
            change(Participation::Joined, None, "21T10:01"),
            change(Participation::Left, None, "21T23:00"),
            change(Participation::Joined, Some("Dr Voss"), "22T08:00"),
            change(Participation::Left, None, "22T09:30"),
        ];
        let expected = [
            "21",
            "+a",
            "joined 21 Nov 10:01",
            "b",
            "left 21 Nov 23:00",
            "22",
            "joined 08:00",
            "new",
            "c",
            "left 09:30",
        ];
        assert_eq!(shape(entries, &changes), expected);
    }

    #[test]
    fn a_room_without_messages_still_says_who_came() {
        let joined = change(Participation::Joined, None, "22T09:00");
        assert_eq!(shape(vec![], &[joined]), ["joined 09:00"]);
    }
}
