//! The values that the templates show.

use askama::Template;
use domain::{
    Body, Mark, MessageText, ParticipantChange, Participation, Patient, Profile, RoomKind, Urgency,
};
use jiff::{Timestamp, tz::TimeZone};

use super::quotes::{Quote, Quotes};
use crate::{
    exported_message::{Chapter, Filed, Heading, MessageContext, Tally},
    people::People,
};

/// A moment as the hospital reads it.
pub(super) struct Moment {
    /// RFC 3339 in UTC.
    pub(super) datetime: String,
    /// `Fri 20 Nov 2026, 13:12:09 GMT`.
    pub(super) full: String,
    /// `13:12:09 GMT`.
    pub(super) clock: String,
}

#[derive(Template)]
#[template(path = "head.html")]
pub(super) struct Head {
    hospital: String,
    title: String,
    patient: Option<PatientView>,
    by: String,
    by_id: String,
    at: Moment,
    zone: String,
}

pub(super) struct PatientView {
    name: String,
    mrn: String,
    born: String,
    sex: &'static str,
}

#[derive(Template)]
#[template(path = "room.html")]
pub(super) struct RoomView {
    number: usize,
    title: String,
    /// The patient of the room.
    patient: Option<PatientView>,
    kind: &'static str,
    backend: &'static str,
    id: String,
    moved_from: String,
    opened: Moment,
    people: Vec<PersonView>,
}

struct PersonView {
    name: String,
    detail: String,
    joined: Option<Moment>,
}

#[derive(Template)]
#[template(path = "change.html")]
pub(super) struct ChangeView {
    who: String,
    what: &'static str,
    by: String,
    at: Moment,
}

#[derive(Template)]
#[template(path = "message.html")]
pub(super) struct MessageView<'a> {
    anchor: String,
    id: &'a str,
    author: &'a str,
    detail: String,
    sent: Moment,
    is_urgent: bool,
    reason: &'a str,
    reply: Option<ReplyView<'a>>,
    text: &'a str,
    recalled: Option<Moment>,
    original: Option<&'a str>,
    edited: Option<Moment>,
    versions: Vec<VersionView<'a>>,
    files: Vec<FileView<'a>>,
    mentions: Vec<String>,
    acknowledged: Vec<MarkView>,
    read: Vec<MarkView>,
    delivered: Vec<MarkView>,
}

struct ReplyView<'a> {
    anchor: String,
    quote: Option<&'a Quote>,
}

struct VersionView<'a> {
    text: &'a str,
    from: Moment,
    until: Moment,
}

struct FileView<'a> {
    name: &'a str,
    media_type: &'a str,
    size: String,
    path: Option<&'a str>,
    sha256: &'a str,
    /// Pixels, of a picture that is shown.
    picture: Option<(u32, u32)>,
}

struct MarkView {
    name: String,
    datetime: String,
    label: String,
}

#[derive(Template)]
#[template(path = "foot.html")]
pub(super) struct Foot {
    pub(super) tally: Tally,
}

impl Moment {
    pub(super) fn of(at: Timestamp, zone: &TimeZone) -> Self {
        let moment = at.to_zoned(zone.clone());
        Self {
            datetime: at.to_string(),
            full: moment.strftime("%a %-d %b %Y, %H:%M:%S %Z").to_string(),
            clock: moment.strftime("%H:%M:%S %Z").to_string(),
        }
    }
}

impl Moment {
    /// Says that the moment is an estimate.
    fn about(mut self) -> Self {
        self.full.insert_str(0, "about ");
        self.clock.insert_str(0, "about ");
        self
    }
}

impl Head {
    pub(super) fn of(heading: &Heading) -> Self {
        let patient = heading.patient.as_ref();
        Self {
            hospital: heading.hospital.clone().unwrap_or_default(),
            title: match patient {
                Some(patient) => format!("Conversations about {}", patient.name),
                None => "Conversation".to_owned(),
            },
            patient: patient.map(PatientView::of),
            by: heading.by.name.as_ref().to_owned(),
            by_id: heading.by.id.to_string(),
            at: Moment::of(heading.at, &heading.zone),
            zone: heading.zone.iana_name().unwrap_or("UTC").to_owned(),
        }
    }
}

impl PatientView {
    fn of(patient: &Patient) -> Self {
        Self {
            name: patient.name.clone(),
            mrn: match patient.former_in_words() {
                former if former.is_empty() => patient.mrn.clone(),
                former => format!("{}, formerly {former}", patient.mrn),
            },
            born: patient
                .born
                .map_or_else(String::new, |born| born.strftime("%-d %b %Y").to_string()),
            sex: match patient.sex {
                Some(domain::Sex::Female) => "female",
                Some(domain::Sex::Male) => "male",
                Some(domain::Sex::Other) => "other",
                None => "",
            },
        }
    }
}

impl RoomView {
    pub(super) fn of(chapter: &Chapter, zone: &TimeZone) -> Self {
        let (record, found) = (&chapter.record, &chapter.found);
        let kind = match record.kind {
            RoomKind::Patient(_) => "Patient conversation",
            RoomKind::Direct => "Direct conversation",
            RoomKind::Group => "Group conversation",
        };
        let title = record.title.as_ref();
        let known = chapter.patient.as_ref();
        let people = record
            .participants
            .iter()
            .map(|(participant, _)| PersonView {
                name: participant.doctor.name.as_ref().to_owned(),
                detail: detail(&participant.doctor),
                joined: participant.joined_at.map(|at| Moment::of(at, zone)),
            });
        Self {
            number: chapter.number,
            title: match (title, known, &record.kind) {
                (Some(title), ..) => title.as_str().to_owned(),
                (None, Some(patient), RoomKind::Patient(reference)) => {
                    patient.room_title(reference)
                }
                (None, Some(patient), _) => patient.name.clone(),
                (None, None, _) => kind.to_owned(),
            },
            patient: known.map(PatientView::of),
            kind,
            backend: match found.side {
                crate::Side::Legacy => "the hospital's own chat",
                crate::Side::Stream => "Stream Chat",
            },
            id: record.id.to_string(),
            moved_from: found
                .moved_from
                .as_ref()
                .map_or_else(String::new, ToString::to_string),
            opened: Moment::of(record.opened_at, zone),
            people: people.collect(),
        }
    }
}

impl ChangeView {
    pub(super) fn of(change: &ParticipantChange, zone: &TimeZone) -> Self {
        let by = change.by.as_ref();
        Self {
            who: change.doctor.name.as_ref().to_owned(),
            what: match (change.change, by) {
                (Participation::Joined, Some(_)) => "was added",
                (Participation::Joined, None) => "came in",
                (Participation::Left, _) => "left",
                (Participation::Removed, _) => "was removed",
            },
            by: by.map_or_else(String::new, |by| by.name.as_ref().to_owned()),
            at: Moment::of(change.at, zone),
        }
    }
}

impl<'a> MessageView<'a> {
    pub(super) fn of(place: &MessageContext<'a>, quotes: &'a Quotes, zone: &TimeZone) -> Self {
        let (chapter, record) = (place.chapter, &place.said.record);
        let message = &record.message;
        let anchor = |id: &domain::MessageId| format!("m-{}-{id}", chapter.number);
        let day = message.sent_at.to_zoned(zone.clone()).date();
        let marks = |marks: &[Mark]| marks_of(marks, place.people, day, zone);
        Self {
            anchor: anchor(&message.id),
            id: message.id.as_str(),
            author: &message.author.name,
            detail: detail(&message.author),
            sent: if message.sent_at_estimated {
                Moment::of(message.sent_at, zone).about()
            } else {
                Moment::of(message.sent_at, zone)
            },
            is_urgent: message.urgency == Urgency::Urgent,
            reason: message
                .urgent_reason
                .as_ref()
                .map_or("", |reason| reason.as_str()),
            reply: message.reply_to.as_ref().map(|id| ReplyView {
                anchor: anchor(id),
                quote: quotes.of(id),
            }),
            text: message.text().map_or("", MessageText::as_str),
            recalled: match message.body {
                Body::Recalled { at } => Some(Moment::of(at, zone)),
                Body::Written { .. } => None,
            },
            original: record.original.as_ref().map(MessageText::as_str),
            edited: message.edited_at.map(|at| Moment::of(at, zone)),
            versions: record
                .versions
                .iter()
                .map(|version| VersionView {
                    text: version.text.as_ref().map_or("", MessageText::as_str),
                    from: Moment::of(version.written_at, zone),
                    until: Moment::of(version.replaced_at, zone),
                })
                .collect(),
            files: place.said.files.iter().map(FileView::of).collect(),
            mentions: message
                .mentions
                .iter()
                .map(|id| place.people.name(id))
                .collect(),
            acknowledged: marks(&message.receipts.acknowledged),
            read: marks(&message.receipts.read),
            delivered: marks(&message.receipts.delivered),
        }
    }
}

/// The clock of marks of the same day, and else the date too.
fn marks_of(
    marks: &[Mark],
    people: &People,
    day: jiff::civil::Date,
    zone: &TimeZone,
) -> Vec<MarkView> {
    let view = |mark: &Mark| {
        let moment = Moment::of(mark.at, zone);
        let is_same_day = mark.at.to_zoned(zone.clone()).date() == day;
        MarkView {
            name: people.name(&mark.doctor),
            datetime: moment.datetime,
            label: if is_same_day {
                moment.clock
            } else {
                moment.full
            },
        }
    };
    marks.iter().map(view).collect()
}

impl<'a> FileView<'a> {
    fn of(filed: &'a Filed) -> Self {
        let (attachment, kept) = (&filed.attachment, filed.kept.as_ref());
        let picture = attachment.picture.filter(|_| kept.is_some());
        Self {
            name: attachment.name.as_str(),
            media_type: &attachment.media_type,
            size: size(kept.map_or(attachment.size, |kept| kept.size)),
            path: kept.map(|kept| kept.path.as_str()),
            sha256: kept.map_or("", |kept| kept.sums.sha256.as_str()),
            picture: picture.map(|picture| (picture.width, picture.height)),
        }
    }
}

/// `Nephrology, consultant`.
fn detail(profile: &Profile) -> String {
    let parts = [&profile.specialty, &profile.grade];
    let parts: Vec<&str> = parts.into_iter().flatten().map(AsRef::as_ref).collect();
    parts.join(", ")
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
