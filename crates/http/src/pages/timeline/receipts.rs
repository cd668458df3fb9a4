//! Receipts in words: who did the most, first.

use super::Reader;
use crate::pages::LocalTime;
use crate::pages::facts::{MarkFacts, MessageFacts};
use serde::Serialize;

/// More people than this are counted, not named.
const NAMED: usize = 2;

/// Names in the line under one's own urgent message.
const LISTED: usize = 8;

/// "Acknowledged by Dr Lisle 13:12, read by 2, delivered to 1"; "Sent" when nobody has it yet.
///
/// Each person is mentioned once, with the furthest they went. The author is never mentioned, the
/// reader only for having acknowledged.
pub(super) fn words(message: &MessageFacts, reader: &Reader<'_>, clock: &LocalTime) -> String {
    if reader.acknowledges && message.urgent && message.author.id == reader.doctor_id {
        return acknowledged(message, reader, clock);
    }
    let mut seen = vec![message.author.id.as_str()];
    let mut parts = Vec::new();
    for (done, marks) in [
        ("acknowledged by", &message.acknowledged),
        ("read by", &message.read),
        ("delivered to", &message.delivered),
    ] {
        let fresh: Vec<&MarkFacts> = marks
            .iter()
            .filter(|mark| !seen.contains(&mark.doctor_id.as_str()))
            .collect();
        seen.extend(fresh.iter().map(|mark| mark.doctor_id.as_str()));
        seen.push(reader.doctor_id);
        if !fresh.is_empty() {
            parts.push(format!("{done} {}", people(&fresh, reader, clock)));
        }
    }
    if reader.acknowledges && message.urgent && message.acknowledged.is_empty() {
        parts.insert(0, "not acknowledged yet".into());
    }
    if parts.is_empty() {
        return "Sent".into();
    }
    capitalised(&parts.join(", "))
}

/// The sender of an urgent message is told each name: who acts on it, and for whom it still waits.
fn acknowledged(message: &MessageFacts, reader: &Reader<'_>, clock: &LocalTime) -> String {
    let done: Vec<String> = message
        .acknowledged
        .iter()
        .map(|mark| {
            let known = reader
                .participants
                .iter()
                .find(|p| p.person.id == mark.doctor_id);
            let name = known.map_or_else(|| "a doctor who left".into(), |p| p.short_name());
            format!("{name} {}", clock.label(mark.at).label)
        })
        .collect();
    let has = |id: &str| message.acknowledged.iter().any(|mark| mark.doctor_id == id);
    let waiting: Vec<String> = reader
        .participants
        .iter()
        .filter(|p| p.person.id != message.author.id && !has(&p.person.id))
        .map(super::ParticipantView::short_name)
        .collect();
    match (done.is_empty(), waiting.is_empty()) {
        (true, true) => "Sent".into(),
        (true, false) => format!("Not acknowledged yet: waiting for {}", listed(&waiting)),
        (false, true) => format!("Acknowledged by {}", listed(&done)),
        (false, false) => format!(
            "Acknowledged by {}, waiting for {}",
            listed(&done),
            listed(&waiting)
        ),
    }
}

/// Names until the line is full; the details have all of them.
fn listed(names: &[String]) -> String {
    match names.split_at_checked(LISTED) {
        Some((named, rest)) if !rest.is_empty() => {
            format!("{} and {} more", named.join(", "), rest.len())
        }
        _ => names.join(", "),
    }
}

fn people(marks: &[&MarkFacts], reader: &Reader<'_>, clock: &LocalTime) -> String {
    let named: Vec<String> = marks
        .iter()
        .filter_map(|mark| {
            let time = clock.label(mark.at).label;
            if mark.doctor_id == reader.doctor_id {
                return Some(format!("you {time}"));
            }
            let person = reader
                .participants
                .iter()
                .find(|p| p.person.id == mark.doctor_id)?;
            Some(format!("{} {time}", person.short_name()))
        })
        .collect();
    if marks.len() <= NAMED && named.len() == marks.len() {
        named.join(" and ")
    } else {
        marks.len().to_string()
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[derive(Serialize)]
struct Mark<'a> {
    doctor_id: &'a str,
    at: String,
}

#[derive(Serialize)]
struct Marks<'a> {
    delivered: Vec<Mark<'a>>,
    read: Vec<Mark<'a>>,
    acknowledged: Vec<Mark<'a>>,
}

/// The receipts as the JSON interface writes them.
pub(super) fn json(message: &MessageFacts) -> String {
    fn marks(facts: &[MarkFacts]) -> Vec<Mark<'_>> {
        facts
            .iter()
            .map(|mark| Mark {
                doctor_id: &mark.doctor_id,
                at: mark.at.to_string(),
            })
            .collect()
    }
    let marks = Marks {
        delivered: marks(&message.delivered),
        read: marks(&message.read),
        acknowledged: marks(&message.acknowledged),
    };
    serde_json::to_string(&marks).unwrap_or_default()
}
