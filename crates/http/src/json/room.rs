use std::collections::HashMap;

use domain::{
    Availability, Doctor, FormerRecord, Participant, Patient, PatientRef, Presence, Room, RoomKind,
    RoomPage, StaffId,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{AvailabilityJson, MessageJson};
use crate::{app::MountContext, availability, failure::Failure};

/// The patient of a room.
#[derive(Serialize, ToSchema)]
pub(crate) struct PatientJson<'a> {
    id: &'a str,
    name: &'a str,
    mrn: &'a str,
    bed: Option<&'a str>,
    ward: Option<&'a str>,
    /// Former records, which were merged into this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    former: Vec<FormerRecordJson>,
}

/// A former record of a patient.
#[derive(Clone, Serialize, ToSchema)]
pub(crate) struct FormerRecordJson {
    mrn: String,
    /// The name in it, which may be another one.
    name: String,
}

impl From<&FormerRecord> for FormerRecordJson {
    fn from(record: &FormerRecord) -> Self {
        Self {
            mrn: record.mrn.clone(),
            name: record.name.clone(),
        }
    }
}

/// A doctor in a room.
#[derive(Serialize, ToSchema)]
pub(crate) struct ParticipantJson<'a> {
    id: &'a str,
    name: &'a str,
    specialty: Option<&'a str>,
    grade: Option<&'a str>,
    online: bool,
    /// RFC 3339, UTC; null when never seen.
    last_seen: Option<String>,
    /// Left out when the doctor says nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    availability: Option<AvailabilityJson>,
}

/// A room, as the asking doctor sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoomJson<'a> {
    id: &'a str,
    /// The page of its conversation.
    url: String,
    /// `patient`, `direct` or `group`.
    kind: &'static str,
    /// The patient's name, with the MRN of a former record where the room is of one; the other doctor's name, or
    /// the group's.
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<PatientJson<'a>>,
    participants: Vec<ParticipantJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_message: Option<MessageJson<'a>>,
    /// When something was last said, or the room was opened; RFC 3339, UTC.
    active_at: String,
    /// Messages of others not read yet; counting stops at 999.
    unread: u32,
    /// An urgent message waits for the asking doctor's acknowledgement.
    urgent: bool,
    /// An unread message mentions the asking doctor.
    mentioned: bool,
    /// The backend that the room lives in: `legacy` or `stream`.
    backend: &'static str,
}

/// A page of rooms, newest activity first.
#[derive(Serialize, ToSchema)]
pub(crate) struct RoomPageJson<'a> {
    rooms: Vec<RoomJson<'a>>,
    /// Give it as `cursor` for the next page; null on the last.
    next: Option<String>,
}

/// Data that rooms need to be shown and backends do not hold: the patients behind references, and the
/// presence and availability of doctors.
pub(crate) struct RoomContext {
    patients: HashMap<PatientRef, Patient>,
    presence: HashMap<StaffId, Presence>,
    availability: HashMap<StaffId, Availability>,
    backend: &'static str,
    prefix: String,
    me: StaffId,
}

impl RoomContext {
    /// Loads it for several rooms at once.
    ///
    /// # Errors
    /// Those of the patient directory, of presence and of availabilities.
    pub(crate) async fn of(
        at: &MountContext,
        doctor: &Doctor,
        rooms: &[Room],
    ) -> Result<Self, Failure> {
        let references: Vec<PatientRef> = rooms
            .iter()
            .filter_map(|room| patient_of(room).cloned())
            .collect();
        let mut people: Vec<StaffId> = rooms
            .iter()
            .flat_map(|room| &room.participants)
            .map(|participant| participant.doctor.id.clone())
            .collect();
        people.sort_unstable();
        people.dedup();
        let (patients, presence, availability) = futures_util::future::try_join3(
            at.shell.patients.of_rooms(doctor, &references),
            at.chat.live().presence(doctor, &people),
            availability::of(&at.shell, doctor, &people),
        )
        .await?;
        Ok(Self {
            patients: patients
                .into_iter()
                .flat_map(|patient| {
                    let references: Vec<PatientRef> = patient.references().cloned().collect();
                    let of_patient = move |reference| (reference, patient.clone());
                    references.into_iter().map(of_patient)
                })
                .collect(),
            presence: presence
                .into_iter()
                .map(|presence| (presence.doctor.clone(), presence))
                .collect(),
            availability,
            backend: at.chat.capabilities().backend,
            prefix: at.prefix().to_owned(),
            me: doctor.id().clone(),
        })
    }

    pub(crate) fn patient(&self, room: &Room) -> Option<&Patient> {
        patient_of(room).and_then(|reference| self.patients.get(reference))
    }

    pub(crate) fn presence(&self, doctor: &StaffId) -> Option<&Presence> {
        self.presence.get(doctor)
    }

    pub(crate) fn availability(&self, doctor: &StaffId) -> Option<&Availability> {
        self.availability.get(doctor)
    }

    pub(crate) fn title(&self, room: &Room) -> String {
        room_title(room, &self.me, self.patient(room))
    }

    pub(crate) fn room<'a>(&'a self, room: &'a Room) -> RoomJson<'a> {
        RoomJson {
            id: room.id.as_str(),
            url: format!("{}/rooms/{}", self.prefix, room.id),
            kind: room.kind.as_str(),
            title: self.title(room),
            patient: self.patient(room).map(|patient| PatientJson {
                id: patient.id.as_str(),
                name: &patient.name,
                mrn: &patient.mrn,
                bed: patient.bed.as_deref(),
                ward: patient.ward.as_deref(),
                former: patient.former.iter().map(FormerRecordJson::from).collect(),
            }),
            participants: room
                .participants
                .iter()
                .map(|participant| self.participant(participant))
                .collect(),
            last_message: room.last_message.as_ref().map(MessageJson::from),
            active_at: room.active_at.to_string(),
            unread: room.unread,
            urgent: room.urgent,
            mentioned: room.mentioned,
            backend: self.backend,
        }
    }

    pub(crate) fn page<'a>(&'a self, page: &'a RoomPage) -> RoomPageJson<'a> {
        RoomPageJson {
            rooms: page.rooms.iter().map(|room| self.room(room)).collect(),
            next: page.next.as_ref().map(ToString::to_string),
        }
    }

    fn participant<'a>(&'a self, participant: &'a Participant) -> ParticipantJson<'a> {
        let doctor = &participant.doctor;
        let presence = self.presence(&doctor.id);
        ParticipantJson {
            id: doctor.id.as_str(),
            name: &doctor.name,
            specialty: doctor.specialty.as_deref(),
            grade: doctor.grade.as_deref(),
            online: presence.is_some_and(|presence| presence.online),
            last_seen: presence
                .and_then(|presence| presence.last_seen)
                .map(|at| at.to_string()),
            availability: self.availability(&doctor.id).map(AvailabilityJson::from),
        }
    }
}

fn patient_of(room: &Room) -> Option<&PatientRef> {
    match &room.kind {
        RoomKind::Patient(reference) => Some(reference),
        RoomKind::Direct | RoomKind::Group => None,
    }
}

/// The name of a room, as `me` sees it.
pub(crate) fn room_title(room: &Room, me: &StaffId, patient: Option<&Patient>) -> String {
    if let (Some(patient), Some(reference)) = (patient, patient_of(room)) {
        return patient.room_title(reference);
    }
    if let Some(title) = &room.title {
        return title.as_str().to_owned();
    }
    let others: Vec<&str> = room
        .participants
        .iter()
        .filter(|participant| participant.doctor.id != *me)
        .map(|participant| &*participant.doctor.name)
        .collect();
    match (&room.kind, others.as_slice()) {
        (RoomKind::Patient(_), _) => "Patient not in the directory".to_owned(),
        (_, []) => "Only you".to_owned(),
        (_, [one]) => (*one).to_owned(),
        (_, [one, two]) => format!("{one}, {two}"),
        (_, [one, two, rest @ ..]) => format!("{one}, {two} and {} more", rest.len()),
    }
}
