//! Domain values as the pages' plain facts.

use domain::{
    Body, Doctor, Mark, Message, MessageId, NamedBy, Patient, Profile, Room, Sex, StaffMember,
};

use ports::usecase::{Why, WrongPatient};

use crate::{
    json::RoomContext,
    pages::{
        AttachmentFacts, AvailabilityView, DoctorChoice, DoctorFacts, LocalTime, MarkFacts,
        MessageFacts, ParticipantView, PatientBanner, PatientIdentity, PatientWarningView,
        PersonLabel, ReplyFacts, age_sex,
    },
    quoted::beginning,
};

/// The messages of a page; what they answer is among them or in `beyond`.
pub(crate) fn messages(messages: &[Message], beyond: &[Message]) -> Vec<MessageFacts> {
    let all = || messages.iter().chain(beyond);
    let quoted = |id: &MessageId| all().find(|other| other.id == *id);
    messages
        .iter()
        .map(|message| fact(message, quoted))
        .collect()
}

fn fact<'a>(message: &Message, quoted: impl Fn(&MessageId) -> Option<&'a Message>) -> MessageFacts {
    let marks = |marks: &[Mark]| {
        marks
            .iter()
            .map(|mark| MarkFacts {
                doctor_id: mark.doctor.to_string(),
                at: mark.at,
            })
            .collect()
    };
    MessageFacts {
        id: message.id.to_string(),
        client_id: message
            .client_id
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        author: author(&message.author),
        text: text(message),
        mentions: message.mentions.iter().map(ToString::to_string).collect(),
        sent_at: message.sent_at,
        sent_at_estimated: message.sent_at_estimated,
        edited_at: message.edited_at,
        recalled_at: match &message.body {
            Body::Recalled { at } => Some(*at),
            Body::Written { .. } => None,
        },
        reply_to: message.reply_to.as_ref().map(|id| reply(id, quoted(id))),
        attachments: message
            .attachments()
            .iter()
            .map(|file| AttachmentFacts {
                id: file.id.to_string(),
                name: file.name.as_str().to_owned(),
                media_type: file.media_type.clone(),
                size: file.size,
                picture: file.picture.map(|size| (size.width, size.height)),
            })
            .collect(),
        urgent: message.urgency == domain::Urgency::Urgent,
        urgent_reason: message
            .urgent_reason
            .as_ref()
            .map(|reason| reason.as_str().to_owned()),
        delivered: marks(&message.receipts.delivered),
        read: marks(&message.receipts.read),
        acknowledged: marks(&message.receipts.acknowledged),
    }
}

fn reply(id: &MessageId, original: Option<&Message>) -> ReplyFacts {
    ReplyFacts {
        message_id: id.to_string(),
        author_name: original
            .map(|original| original.author.name.to_string())
            .unwrap_or_default(),
        text: original.map(beginning).unwrap_or_default().to_owned(),
        recalled: original.is_some_and(Message::is_recalled),
    }
}

fn text(message: &Message) -> String {
    message
        .text()
        .map(|text| text.as_str().to_owned())
        .unwrap_or_default()
}

fn author(profile: &Profile) -> DoctorFacts {
    DoctorFacts {
        id: profile.id.to_string(),
        name: profile.name.to_string(),
        specialty: profile.specialty.as_deref().unwrap_or_default().to_owned(),
        grade: profile.grade.as_deref().unwrap_or_default().to_owned(),
    }
}

pub(crate) fn participants(
    room: &Room,
    doctor: &Doctor,
    context: &RoomContext,
    clock: &LocalTime,
) -> Vec<ParticipantView> {
    let view = |participant: &domain::Participant| {
        let who = author(&participant.doctor);
        let presence = context.presence(&participant.doctor.id);
        ParticipantView {
            person: PersonLabel::new(&who.id, &who.name, &who.specialty, &who.grade),
            online: presence.is_some_and(|presence| presence.online),
            last_seen: presence
                .and_then(|presence| presence.last_seen)
                .map(|at| clock.label(at)),
            availability: context
                .availability(&participant.doctor.id)
                .map(|said| AvailabilityView::new(said, clock)),
            me: participant.doctor.id == *doctor.id(),
        }
    };
    room.participants.iter().map(view).collect()
}

/// Doctors to choose from, without those in `taken`.
pub(crate) fn choices(
    doctors: Vec<StaffMember>,
    taken: impl Fn(&StaffMember) -> bool,
) -> Vec<DoctorChoice> {
    let choice = |member: StaffMember| {
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        let person = PersonLabel::new(
            member.id.as_str(),
            &member.name,
            &text(&member.specialty),
            &text(&member.grade),
        );
        DoctorChoice {
            person,
            ward: text(&member.ward),
            picked: false,
        }
    };
    doctors
        .into_iter()
        .filter(|member| !taken(member))
        .map(choice)
        .collect()
}

pub(crate) fn identity(patient: &Patient, clock: &LocalTime) -> PatientIdentity {
    PatientIdentity {
        id: patient.id.to_string(),
        href: patient_address(patient),
        name: patient.name.clone(),
        age_sex: age_and_sex(patient, clock),
        mrn: patient.mrn.clone(),
        former: patient.former_in_words(),
        born: birthday(patient),
        bed: patient.bed.clone().unwrap_or_default(),
        ward: patient.ward.clone().unwrap_or_default(),
        allergies: patient.all_allergies(),
    }
}

/// Why another patient may be meant.
fn reason(why: Why) -> &'static str {
    match why {
        Why::Named(NamedBy::Mrn) => "The text holds this MRN.",
        Why::Named(NamedBy::Bed) => "The text holds this bed.",
        Why::Named(NamedBy::Name) => "The text holds this name.",
        Why::Namesake => "A similar name, on the same ward.",
    }
}

pub(crate) fn warning(found: &WrongPatient) -> PatientWarningView {
    PatientWarningView {
        patient: found.room.known().map(|patient| banner(patient, "")),
        others: found
            .others
            .iter()
            .map(|other| banner(&other.patient, reason(other.why)))
            .collect(),
    }
}

fn banner(patient: &Patient, why: &'static str) -> PatientBanner {
    PatientBanner {
        id: patient.id.to_string(),
        name: patient.name.clone(),
        mrn: match patient.former_in_words() {
            former if former.is_empty() => patient.mrn.clone(),
            former => format!("{}, formerly {former}", patient.mrn),
        },
        born: birthday(patient),
        bed: patient.bed.clone().unwrap_or_default(),
        why,
    }
}

fn birthday(patient: &Patient) -> String {
    patient
        .born
        .map(|born| born.strftime("%-d %B %Y").to_string())
        .unwrap_or_default()
}

pub(crate) fn patient_address(patient: &Patient) -> String {
    format!("/doctor/patients/{}", patient.id)
}

pub(crate) fn age_and_sex(patient: &Patient, clock: &LocalTime) -> String {
    let sex = match patient.sex {
        Some(Sex::Female) => "F",
        Some(Sex::Male) => "M",
        Some(Sex::Other) => "X",
        None => "",
    };
    age_sex(patient.born, sex, clock)
}
