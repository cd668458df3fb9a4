//! The lines. Times are RFC 3339 in UTC.

use domain::{
    Body, Mark, MessageId, MessageText, Participant, ParticipantChange, Patient, Profile, StaffId,
    Version,
};
use jiff::Timestamp;
use serde::Serialize;

use crate::{
    exported_message::{Chapter, Filed, Heading, MessageContext, Tally},
    people::People,
};

/// Grows when a line loses a field or a field its meaning.
const VERSION: u32 = 1;

#[derive(Serialize)]
pub(super) struct ExportLine<'a> {
    r#type: &'static str,
    version: u32,
    at: Timestamp,
    by: Person<'a>,
    hospital: Option<&'a str>,
    time_zone: &'a str,
    /// The room that was asked for; exactly one of room and patient is set.
    room: Option<&'a str>,
    patient: Option<PatientJson<'a>>,
}

#[derive(Serialize)]
struct Person<'a> {
    id: &'a str,
    name: &'a str,
    specialty: Option<&'a str>,
    grade: Option<&'a str>,
}

#[derive(Serialize)]
struct PatientJson<'a> {
    id: &'a str,
    mrn: &'a str,
    name: &'a str,
    born: Option<String>,
    /// Records that were merged into this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    former: Vec<FormerJson<'a>>,
}

#[derive(Serialize)]
struct FormerJson<'a> {
    mrn: &'a str,
    name: &'a str,
    /// The pseudonym of rooms that are of this record.
    patient_ref: &'a str,
}

#[derive(Serialize)]
pub(super) struct RoomLine<'a> {
    r#type: &'static str,
    backend: &'static str,
    id: &'a str,
    kind: &'static str,
    title: Option<&'a str>,
    opened_at: Timestamp,
    patient: Option<PatientJson<'a>>,
    /// The pseudonym of a patient's room.
    patient_ref: Option<&'a str>,
    /// The room of the legacy chat that it moved from.
    moved_from: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct ParticipantLine<'a> {
    r#type: &'static str,
    room: &'a str,
    doctor: Person<'a>,
    joined_at: Option<Timestamp>,
    read_through: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct ChangeLine<'a> {
    r#type: &'static str,
    room: &'a str,
    doctor: Person<'a>,
    by: Option<Person<'a>>,
    change: &'static str,
    at: Timestamp,
}

#[derive(Serialize)]
pub(super) struct MessageLine<'a> {
    r#type: &'static str,
    room: &'a str,
    id: &'a str,
    author: Person<'a>,
    sent_at: Timestamp,
    /// Present, and true, where the time is an estimate.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sent_at_estimated: bool,
    text: Option<&'a str>,
    edited_at: Option<Timestamp>,
    recalled_at: Option<Timestamp>,
    /// The text of a recalled message, where it is kept. Readers of the chat are not shown it.
    original: Option<&'a str>,
    reply_to: Option<&'a str>,
    urgency: &'static str,
    urgent_reason: Option<&'a str>,
    mentions: Vec<Named<'a>>,
    versions: Vec<VersionJson<'a>>,
    receipts: Receipts<'a>,
    /// Of a recalled message those that it had, where they are kept.
    attachments: Vec<FileJson<'a>>,
}

#[derive(Serialize)]
struct Named<'a> {
    id: &'a str,
    name: String,
}

#[derive(Serialize)]
struct VersionJson<'a> {
    text: Option<&'a str>,
    written_at: Timestamp,
    replaced_at: Timestamp,
}

#[derive(Serialize)]
struct Receipts<'a> {
    delivered: Vec<MarkJson<'a>>,
    read: Vec<MarkJson<'a>>,
    acknowledged: Vec<MarkJson<'a>>,
}

#[derive(Serialize)]
struct MarkJson<'a> {
    doctor: Named<'a>,
    at: Timestamp,
}

#[derive(Serialize)]
struct FileJson<'a> {
    id: &'a str,
    name: &'a str,
    media_type: &'a str,
    size: u64,
    width: Option<u32>,
    height: Option<u32>,
    /// Its bytes are lost; then it has no path and no sum.
    missing: bool,
    path: Option<&'a str>,
    sha256: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct EndLine {
    r#type: &'static str,
    rooms: u64,
    messages: u64,
    files: u64,
    missing_files: u64,
}

impl<'a> ExportLine<'a> {
    pub(super) fn of(heading: &'a Heading) -> Self {
        Self {
            r#type: "export",
            version: VERSION,
            at: heading.at,
            by: (&heading.by).into(),
            hospital: heading.hospital.as_deref(),
            time_zone: heading.zone.iana_name().unwrap_or("UTC"),
            room: heading.room.as_ref().map(|room| room.as_str()),
            patient: heading.patient.as_ref().map(Into::into),
        }
    }
}

impl<'a> RoomLine<'a> {
    pub(super) fn of(chapter: &'a Chapter) -> Self {
        let (record, found) = (&chapter.record, &chapter.found);
        Self {
            r#type: "room",
            backend: found.side.as_str(),
            id: record.id.as_str(),
            kind: record.kind.as_str(),
            title: record.title.as_ref().map(|title| title.as_str()),
            opened_at: record.opened_at,
            patient: chapter.patient.as_ref().map(Into::into),
            patient_ref: match &record.kind {
                domain::RoomKind::Patient(reference) => Some(reference.as_str()),
                domain::RoomKind::Direct | domain::RoomKind::Group => None,
            },
            moved_from: found.moved_from.as_ref().map(|room| room.as_str()),
        }
    }
}

impl<'a> ParticipantLine<'a> {
    pub(super) fn of(
        chapter: &'a Chapter,
        participant: &'a Participant,
        through: Option<&'a MessageId>,
    ) -> Self {
        Self {
            r#type: "participant",
            room: chapter.record.id.as_str(),
            doctor: (&participant.doctor).into(),
            joined_at: participant.joined_at,
            read_through: through.map(MessageId::as_str),
        }
    }
}

impl<'a> ChangeLine<'a> {
    pub(super) fn of(chapter: &'a Chapter, change: &'a ParticipantChange) -> Self {
        Self {
            r#type: "change",
            room: chapter.record.id.as_str(),
            doctor: (&change.doctor).into(),
            by: change.by.as_ref().map(Into::into),
            change: change.change.as_str(),
            at: change.at,
        }
    }
}

impl<'a> MessageLine<'a> {
    pub(super) fn of(place: &MessageContext<'a>) -> Self {
        let record = &place.said.record;
        let message = &record.message;
        let marks = |marks: &'a [Mark]| {
            let json = marks.iter().map(|mark| MarkJson {
                doctor: Named::of(&mark.doctor, place.people),
                at: mark.at,
            });
            json.collect()
        };
        Self {
            r#type: "message",
            room: place.chapter.record.id.as_str(),
            id: message.id.as_str(),
            author: (&message.author).into(),
            sent_at: message.sent_at,
            sent_at_estimated: message.sent_at_estimated,
            text: message.text().map(MessageText::as_str),
            edited_at: message.edited_at,
            recalled_at: match message.body {
                Body::Recalled { at } => Some(at),
                Body::Written { .. } => None,
            },
            original: record.original.as_ref().map(MessageText::as_str),
            reply_to: message.reply_to.as_ref().map(MessageId::as_str),
            urgency: message.urgency.as_str(),
            urgent_reason: message.urgent_reason.as_ref().map(|reason| reason.as_str()),
            mentions: message
                .mentions
                .iter()
                .map(|id| Named::of(id, place.people))
                .collect(),
            versions: record.versions.iter().map(Into::into).collect(),
            receipts: Receipts {
                delivered: marks(&message.receipts.delivered),
                read: marks(&message.receipts.read),
                acknowledged: marks(&message.receipts.acknowledged),
            },
            attachments: place.said.files.iter().map(Into::into).collect(),
        }
    }
}

impl<'a> Named<'a> {
    fn of(id: &'a StaffId, people: &People) -> Self {
        Self {
            id: id.as_str(),
            name: people.name(id),
        }
    }
}

impl<'a> From<&'a Profile> for Person<'a> {
    fn from(profile: &'a Profile) -> Self {
        Self {
            id: profile.id.as_str(),
            name: &profile.name,
            specialty: profile.specialty.as_deref(),
            grade: profile.grade.as_deref(),
        }
    }
}

impl<'a> From<&'a Patient> for PatientJson<'a> {
    fn from(patient: &'a Patient) -> Self {
        Self {
            id: patient.id.as_str(),
            mrn: &patient.mrn,
            name: &patient.name,
            born: patient.born.map(|date| date.to_string()),
            former: patient
                .former
                .iter()
                .map(|record| FormerJson {
                    mrn: &record.mrn,
                    name: &record.name,
                    patient_ref: record.reference.as_str(),
                })
                .collect(),
        }
    }
}

impl<'a> From<&'a Version> for VersionJson<'a> {
    fn from(version: &'a Version) -> Self {
        Self {
            text: version.text.as_ref().map(MessageText::as_str),
            written_at: version.written_at,
            replaced_at: version.replaced_at,
        }
    }
}

impl<'a> From<&'a Filed> for FileJson<'a> {
    fn from(filed: &'a Filed) -> Self {
        let (attachment, kept) = (&filed.attachment, filed.kept.as_ref());
        Self {
            id: attachment.id.as_str(),
            name: attachment.name.as_str(),
            media_type: &attachment.media_type,
            size: kept.map_or(attachment.size, |kept| kept.size),
            width: attachment.picture.map(|picture| picture.width),
            height: attachment.picture.map(|picture| picture.height),
            missing: kept.is_none(),
            path: kept.map(|kept| kept.path.as_str()),
            sha256: kept.map(|kept| kept.sums.sha256.as_str()),
        }
    }
}

impl EndLine {
    pub(super) fn of(tally: Tally) -> Self {
        Self {
            r#type: "end",
            rooms: tally.rooms,
            messages: tally.messages,
            files: tally.files,
            missing_files: tally.missing,
        }
    }
}
