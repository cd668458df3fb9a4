use super::*;
use crate::pages::{DoctorFacts, MarkFacts, PersonLabel};
use jiff::{Timestamp, tz::TimeZone};

fn at(text: &str) -> Timestamp {
    format!("2026-11-{text}:00Z").parse().unwrap()
}

fn message(id: &str, author: &str, sent: &str) -> MessageFacts {
    MessageFacts {
        id: id.into(),
        author: DoctorFacts {
            id: author.into(),
            ..DoctorFacts::default()
        },
        text: format!("text of {id}"),
        sent_at: at(sent),
        sent_at_estimated: false,
        ..MessageFacts::default()
    }
}

fn marks(marks: &[(&str, &str)]) -> Vec<MarkFacts> {
    marks
        .iter()
        .map(|(id, time)| MarkFacts {
            doctor_id: (*id).into(),
            at: at(time),
        })
        .collect()
}

fn people() -> Vec<ParticipantView> {
    [
        ("d01", "Dr Imara Okello-Voss"),
        ("d04", "Dr Kwabena Lisle"),
        ("d08", "Dr Pavle Wintersong"),
    ]
    .map(|(id, name)| ParticipantView {
        person: PersonLabel {
            id: id.into(),
            name: name.into(),
            ..PersonLabel::default()
        },
        ..ParticipantView::default()
    })
    .into()
}

/// The list as d01 reads it at 13:30 on the 22nd, one word per entry.
fn shape(messages: &[MessageFacts], first_unread: Option<&str>) -> Vec<String> {
    render(messages, first_unread)
        .into_iter()
        .map(|entry| match entry {
            Entry::Day { label, .. } => label,
            Entry::New => "new".into(),
            Entry::Line(line) => line.words,
            Entry::Message(view) if view.continued => format!("+{}", view.id),
            Entry::Message(view) => view.id,
        })
        .collect()
}

fn render(messages: &[MessageFacts], first_unread: Option<&str>) -> Vec<Entry> {
    let people = people();
    let reader = Reader {
        doctor_id: "d01",
        prefix: "/doctor/chat",
        participants: &people,
        acknowledges: true,
        first_unread,
        marked: Some("b"),
    };
    timeline(
        messages,
        &reader,
        &LocalTime::new(TimeZone::UTC, at("22T13:30")),
    )
}

fn views(messages: &[MessageFacts]) -> Vec<MessageView> {
    render(messages, None)
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Message(view) => Some(*view),
            Entry::Day { .. } | Entry::New | Entry::Line(_) => None,
        })
        .collect()
}

#[test]
fn a_group_is_one_author_within_five_minutes() {
    let list = [
        message("a", "d04", "22T13:00"),
        message("b", "d04", "22T13:05"),
        message("c", "d04", "22T13:11"),
        message("d", "d08", "22T13:11"),
        message("e", "d04", "22T13:12"),
    ];
    assert_eq!(shape(&list, None), ["Today", "a", "+b", "c", "d", "e"]);
}

#[test]
fn a_day_and_an_urgent_message_break_a_group() {
    let mut list = [
        message("a", "d04", "21T23:59"),
        message("b", "d04", "22T00:01"),
        message("c", "d04", "22T00:02"),
        message("d", "d04", "22T00:03"),
    ];
    list[2].urgent = true;
    assert_eq!(
        shape(&list, None),
        ["Yesterday", "a", "Today", "b", "c", "d"]
    );
}

#[test]
fn the_new_line_stands_above_the_first_unread() {
    let list = [
        message("a", "d04", "22T13:00"),
        message("b", "d01", "22T13:01"),
        message("c", "d04", "22T13:02"),
        message("d", "d04", "22T13:03"),
    ];
    assert_eq!(
        shape(&list, Some("c")),
        ["Today", "a", "b", "new", "c", "+d"]
    );
    assert_eq!(
        shape(&list, Some("d")),
        ["Today", "a", "b", "c", "new", "d"]
    );
    assert_eq!(shape(&list, None), ["Today", "a", "b", "c", "+d"]);
    assert_eq!(
        shape(&list, Some("elsewhere")),
        ["Today", "a", "b", "c", "+d"]
    );
}

#[test]
fn a_recalled_message_gives_nothing_away() {
    let mut recalled = message("a", "d04", "22T13:00");
    recalled.recalled_at = Some(at("22T13:01"));
    recalled.edited_at = Some(at("22T13:00"));
    recalled.urgent = true;
    recalled.reply_to = Some(ReplyFacts {
        text: "quoted".into(),
        ..ReplyFacts::default()
    });
    recalled.attachments = vec![AttachmentFacts::default()];
    let view = &views(&[recalled])[0];
    assert_eq!(view.text, "");
    assert!(view.recalled.is_some() && view.edited.is_none());
    assert!(view.reply.is_none() && view.attachments.is_empty());
    assert!(!view.needs_acknowledgement);
}

#[test]
fn only_the_last_of_my_messages_carries_receipts() {
    let list = [
        message("a", "d01", "22T13:00"),
        message("b", "d01", "22T13:01"),
    ];
    let receipts: Vec<_> = views(&list).into_iter().map(|view| view.receipt).collect();
    assert_eq!(receipts, ["", "Sent"]);
}

#[test]
fn receipts_name_the_furthest_each_person_went() {
    let mut mine = message("a", "d01", "22T13:00");
    mine.delivered = marks(&[
        ("d04", "22T13:01"),
        ("d08", "22T13:01"),
        ("d01", "22T13:00"),
    ]);
    assert_eq!(
        views(&[mine.clone()])[0].receipt,
        "Delivered to Dr Lisle 13:01 and Dr Wintersong 13:01"
    );
    mine.read = marks(&[("d04", "22T13:12")]);
    assert_eq!(
        views(&[mine.clone()])[0].receipt,
        "Read by Dr Lisle 13:12, delivered to Dr Wintersong 13:01"
    );
    mine.delivered = marks(&[
        ("d08", "22T13:01"),
        ("d05", "22T13:01"),
        ("d06", "22T13:01"),
    ]);
    assert_eq!(
        views(&[mine.clone()])[0].receipt,
        "Read by Dr Lisle 13:12, delivered to 3"
    );
    mine.read = marks(&[("gone", "22T13:12")]);
    assert_eq!(views(&[mine])[0].receipt, "Read by 1, delivered to 3");
}

#[test]
fn the_message_asked_for_is_marked_and_a_quote_knows_whether_its_message_is_at_hand() {
    let mut list = [
        message("a", "d04", "22T13:00"),
        message("b", "d01", "22T13:01"),
        message("c", "d01", "22T13:02"),
    ];
    let answers = |id: &str| {
        Some(ReplyFacts {
            message_id: id.into(),
            ..ReplyFacts::default()
        })
    };
    list[1].reply_to = answers("a");
    list[2].reply_to = answers("elsewhere");
    let views = views(&list);
    let marked: Vec<_> = views.iter().map(|view| view.marked).collect();
    assert_eq!(marked, [false, true, false]);
    assert!(views[1].reply.as_ref().unwrap().on_page);
    assert!(!views[2].reply.as_ref().unwrap().on_page);
}

#[test]
fn the_sender_of_an_urgent_message_sees_who_has_acknowledged_and_who_has_not() {
    let mut urgent = message("a", "d01", "22T13:00");
    urgent.urgent = true;
    let receipt = |message: &MessageFacts| views(std::slice::from_ref(message))[0].receipt.clone();
    assert_eq!(
        receipt(&urgent),
        "Not acknowledged yet: waiting for Dr Lisle, Dr Wintersong"
    );
    urgent.acknowledged = marks(&[("d08", "22T13:01")]);
    assert_eq!(
        receipt(&urgent),
        "Acknowledged by Dr Wintersong 13:01, waiting for Dr Lisle"
    );
    urgent.acknowledged = marks(&[("d08", "22T13:01"), ("d04", "22T13:04")]);
    assert_eq!(
        receipt(&urgent),
        "Acknowledged by Dr Wintersong 13:01, Dr Lisle 13:04"
    );
}

#[test]
fn an_urgent_message_asks_until_it_is_acknowledged() {
    let mut urgent = message("a", "d04", "22T13:00");
    urgent.urgent = true;
    let view = &views(&[urgent.clone()])[0];
    assert!(view.needs_acknowledgement && view.waiting);
    assert_eq!(view.receipt, "Not acknowledged yet");
    urgent.acknowledged = marks(&[("d08", "22T13:01")]);
    let view = &views(&[urgent.clone()])[0];
    assert!(view.needs_acknowledgement && !view.waiting);
    assert_eq!(view.receipt, "Acknowledged by Dr Wintersong 13:01");
    urgent.acknowledged = marks(&[("d01", "22T13:02")]);
    let view = &views(&[urgent])[0];
    assert!(!view.needs_acknowledgement);
    assert_eq!(view.receipt, "Acknowledged by you 13:02");
}
