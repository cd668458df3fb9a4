use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use domain::{Body, Mark, Message, ParticipantChange, ReceiptKind, StaffId, Urgency, Version};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::names::{
    extension, identifier, message_id, named_practitioner, practitioner, room_id, string, subject,
    within, without_nothing,
};
use crate::exported_message::{Chapter, Filed, MessageContext};

/// A room, as the thread that its messages are part of.
pub(super) fn header(chapter: &Chapter) -> Value {
    let (record, found) = (&chapter.record, &chapter.found);
    let system = |side: &str| format!("room:{side}");
    let id = identifier(&system(found.side.as_str()), record.id.as_str());
    let old = found.moved_from.as_ref();
    let old = old.map(|room| identifier(&system("legacy"), room.as_str()));
    let people = record.participants.iter();
    let people: Vec<Value> = people
        .map(|(participant, _)| practitioner(&participant.doctor))
        .collect();
    let title = record.title.as_ref().map_or("", |title| title.as_str());
    without_nothing(json!({
        "resourceType": "Communication",
        "id": room_id(found),
        "extension": record.changes.iter().map(change).collect::<Vec<_>>(),
        "identifier": [id, old],
        "status": "in-progress",
        "category": [{ "text": format!("{} conversation", record.kind.as_str()) }],
        "subject": subject(chapter),
        "topic": { "text": string(title) },
        "sent": record.opened_at.to_string(),
        "recipient": people,
    }))
}

/// Builds a change of participants as an extension, since `Communication` has no place for it.
fn change(change: &ParticipantChange) -> Value {
    let by = change.by.as_ref();
    let by = by.map(|by| json!({ "url": "by", "valueReference": practitioner(by) }));
    json!({ "url": "urn:hims-chat:participation", "extension": [
        { "url": "change", "valueCode": change.change.as_str() },
        { "url": "doctor", "valueReference": practitioner(&change.doctor) },
        by,
        { "url": "at", "valueDateTime": change.at.to_string() },
    ]})
}

/// A message.
pub(super) fn message(place: &MessageContext<'_>) -> Value {
    let (chapter, record) = (place.chapter, &place.said.record);
    let (found, message) = (&chapter.found, &record.message);
    let reply_to = message.reply_to.as_ref();
    let reply_to = reply_to.map(|id| within(&message_id(found, id)));
    let recipients = recipients(place);
    let to: Vec<Value> = recipients
        .iter()
        .map(|(id, name)| named_practitioner(id, name))
        .collect();
    let (status, reason) = match message.body {
        Body::Written { .. } => ("completed", Value::Null),
        Body::Recalled { at } => (
            "entered-in-error",
            json!(format!("Recalled by its author at {at}")),
        ),
    };
    let text = message.text().or(record.original.as_ref());
    let text = string(text.map_or("", |text| text.as_str()));
    let mut payload = vec![json!({ "contentString": text })];
    payload.extend(place.said.files.iter().map(attachment));
    let urgent_reason = message.urgent_reason.as_ref();
    without_nothing(json!({
        "resourceType": "Communication",
        "id": message_id(found, &message.id),
        "extension": extensions(place),
        "identifier": [identifier(&format!("message:{}", found.side.as_str()), message.id.as_str())],
        "partOf": [within(&room_id(found))],
        "inResponseTo": [reply_to],
        "status": status,
        "statusReason": { "text": reason },
        "priority": match message.urgency {
            Urgency::Routine => "routine",
            Urgency::Urgent => "urgent",
        },
        "subject": subject(chapter),
        "sent": message.sent_at.to_string(),
        "received": received(message, &recipients).map(|at| at.to_string()),
        "sender": practitioner(&message.author),
        "recipient": to,
        "reasonCode": [{ "text": string(urgent_reason.map_or("", |reason| reason.as_str())) }],
        "payload": payload,
    }))
}

/// Collects the present participants and all who have a receipt, without the author.
fn recipients(place: &MessageContext<'_>) -> BTreeMap<StaffId, String> {
    let message = &place.said.record.message;
    let participants = place.chapter.record.participants.iter();
    let mut recipients: BTreeMap<StaffId, String> = participants
        .map(|(one, _)| (one.doctor.id.clone(), one.doctor.name.as_ref().to_owned()))
        .collect();
    let receipts = &message.receipts;
    for mark in receipts.delivered.iter().chain(&receipts.read) {
        let name = || place.people.name(&mark.doctor);
        recipients.entry(mark.doctor.clone()).or_insert_with(name);
    }
    recipients.remove(&message.author.id);
    recipients
}

/// When the last of all recipients had it; none while one has not.
fn received(message: &Message, recipients: &BTreeMap<StaffId, String>) -> Option<Timestamp> {
    let at = |id: &StaffId| {
        let mut marks = message.receipts.delivered.iter();
        marks.find(|mark| mark.doctor == *id).map(|mark| mark.at)
    };
    let times: Option<Vec<Timestamp>> = recipients.keys().map(at).collect();
    times?.into_iter().max()
}

/// Builds extensions for the facts that `Communication` has no place for: each receipt, edits and
/// earlier versions, mentions.
fn extensions(place: &MessageContext<'_>) -> Vec<Value> {
    let record = &place.said.record;
    let message = &record.message;
    let person = |id: &StaffId| named_practitioner(id, &place.people.name(id));
    let receipt = |kind: ReceiptKind, mark: &Mark| {
        json!({ "url": "urn:hims-chat:receipt", "extension": [
            { "url": "kind", "valueCode": kind.as_str() },
            { "url": "doctor", "valueReference": person(&mark.doctor) },
            { "url": "at", "valueDateTime": mark.at.to_string() },
        ]})
    };
    let receipts = &message.receipts;
    let mut extensions = Vec::new();
    for (kind, marks) in [
        (ReceiptKind::Delivered, &receipts.delivered),
        (ReceiptKind::Read, &receipts.read),
        (ReceiptKind::Acknowledged, &receipts.acknowledged),
    ] {
        extensions.extend(marks.iter().map(|mark| receipt(kind, mark)));
    }
    let edited = message.edited_at.iter();
    extensions.extend(edited.map(|at| extension("edited", "valueDateTime", json!(at.to_string()))));
    extensions.extend(record.versions.iter().map(version));
    let mentions = message.mentions.iter();
    extensions.extend(mentions.map(|id| extension("mention", "valueReference", person(id))));
    extensions
}

fn version(version: &Version) -> Value {
    let text = version.text.as_ref().map_or("", |text| text.as_str());
    let text = match string(text) {
        Value::Null => Value::Null,
        text => json!({ "url": "text", "valueString": text }),
    };
    json!({ "url": "urn:hims-chat:earlier-version", "extension": [
        text,
        { "url": "from", "valueDateTime": version.written_at.to_string() },
        { "url": "until", "valueDateTime": version.replaced_at.to_string() },
    ]})
}

/// A file beside the bundle. FHIR says that an attachment has a SHA-1; the SHA-256 is in the list of
/// sums.
fn attachment(filed: &Filed) -> Value {
    let attachment = &filed.attachment;
    let mut content = json!({
        "contentType": attachment.media_type,
        "title": string(attachment.name.as_str()),
    });
    match &filed.kept {
        Some(kept) => {
            content["url"] = json!(kept.path);
            content["size"] = json!(kept.size);
            content["hash"] = json!(BASE64_STANDARD.encode(&kept.sums.sha1));
        }
        None => {
            content["_url"] = json!({ "extension": [{
                "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
                "valueCode": "unknown",
            }]});
        }
    }
    json!({ "contentAttachment": content })
}
