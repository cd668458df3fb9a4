//! How FHIR names what the chat knows: ids, references, strings.

use domain::{MessageId, Patient, Profile, RoomKind, StaffId};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::{digest::hex, exported_message::Chapter, room_location::RoomLocation};

/// The prefix of systems of identifiers and of extensions.
pub(super) const SYSTEM: &str = "urn:hims-chat";

/// A UUID (version 8) that is the same for the same thing in every export.
pub(super) fn uuid(parts: &[&str]) -> String {
    let mut bytes = [0; 16];
    // No part holds a slash, so no two lists are written alike.
    bytes.copy_from_slice(&Sha256::digest(parts.join("/").as_bytes())[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes);
    let groups = [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ];
    groups.join("-")
}

pub(super) fn room_id(found: &RoomLocation) -> String {
    uuid(&[found.side.as_str(), "room", found.room.as_str()])
}

pub(super) fn message_id(found: &RoomLocation, message: &MessageId) -> String {
    uuid(&[found.side.as_str(), "message", message.as_str()])
}

/// An identifier in a system of ours, such as the rooms of one of the chats.
pub(super) fn identifier(system: &str, value: &str) -> Value {
    json!({ "system": format!("{SYSTEM}:{system}"), "value": value })
}

/// A reference to another resource of the bundle.
pub(super) fn within(id: &str) -> Value {
    json!({ "reference": format!("urn:uuid:{id}"), "type": "Communication" })
}

pub(super) fn practitioner(profile: &Profile) -> Value {
    named_practitioner(&profile.id, &profile.name)
}

pub(super) fn named_practitioner(id: &StaffId, name: &str) -> Value {
    without_nothing(json!({
        "type": "Practitioner",
        "identifier": identifier("staff", id.as_str()),
        "display": string(name),
    }))
}

/// The patient that the room is about: by MRN, or by the pseudonym where the hospital does not know them.
pub(super) fn subject(chapter: &Chapter) -> Value {
    match (&chapter.patient, &chapter.record.kind) {
        (Some(patient), _) => known_patient(patient),
        (None, RoomKind::Patient(reference)) => json!({
            "type": "Patient",
            "identifier": identifier("patient-reference", reference.as_str()),
        }),
        (None, RoomKind::Direct | RoomKind::Group) => Value::Null,
    }
}

fn known_patient(patient: &Patient) -> Value {
    let kind = json!({ "coding": [{
        "system": "http://terminology.hl7.org/CodeSystem/v2-0203",
        "code": "MR",
    }]});
    without_nothing(json!({
        "type": "Patient",
        "identifier": {
            "type": kind,
            "system": format!("{SYSTEM}:mrn"),
            "value": string(&patient.mrn),
        },
        "display": string(&patient.name),
    }))
}

pub(super) fn extension(name: &str, kind: &str, value: Value) -> Value {
    let mut extension = Map::new();
    extension.insert("url".to_owned(), format!("{SYSTEM}:{name}").into());
    extension.insert(kind.to_owned(), value);
    extension.into()
}

/// A string of FHIR, which has no control characters but white space and is never blank; nothing for
/// one that is.
pub(super) fn string(text: &str) -> Value {
    if text.trim().is_empty() {
        return Value::Null;
    }
    let allowed = |c: char| !c.is_control() || "\n\r\t".contains(c);
    let kept = text.chars().map(|c| {
        if allowed(c) {
            c
        } else {
            char::REPLACEMENT_CHARACTER
        }
    });
    kept.collect::<String>().into()
}

/// Without empty members, which FHIR does not have.
pub(super) fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, without_nothing(value)))
            .filter(|(_, value)| !is_nothing(value))
            .collect::<Map<String, Value>>()
            .into(),
        Value::Array(items) => items
            .into_iter()
            .map(without_nothing)
            .filter(|value| !is_nothing(value))
            .collect::<Vec<Value>>()
            .into(),
        other => other,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_that_stay() {
        let id = uuid(&["legacy", "room", "7"]);
        assert_eq!(id, uuid(&["legacy", "room", "7"]));
        assert_ne!(id, uuid(&["legacy", "message", "7"]));
        assert_eq!((id.len(), &id[14..15]), (36, "8"));
    }

    #[test]
    fn what_is_empty_is_left_out() {
        let value = json!({ "a": null, "b": [{ "c": {} }], "d": { "e": [0] } });
        assert_eq!(without_nothing(value), json!({ "d": { "e": [0] } }));
        assert_eq!(string(" \u{0}"), json!(" \u{fffd}"));
        assert_eq!(string(" \n"), Value::Null);
    }
}
