use bytes::Bytes;
use domain::{Availability, Event, Profile, Room, StaffId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{AvailabilityJson, MessageJson, RoomContext};

/// A doctor as an event names them.
#[derive(Serialize, ToSchema)]
struct WhoJson<'a> {
    id: &'a str,
    name: &'a str,
    specialty: Option<&'a str>,
    grade: Option<&'a str>,
}

impl<'a> From<&'a Profile> for WhoJson<'a> {
    fn from(profile: &'a Profile) -> Self {
        Self {
            id: profile.id.as_str(),
            name: &profile.name,
            specialty: profile.specialty.as_deref(),
            grade: profile.grade.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct TypingJson<'a> {
    room_id: &'a str,
    doctor: WhoJson<'a>,
    typing: bool,
}

#[derive(Serialize)]
struct ReceiptJson<'a> {
    room_id: &'a str,
    message_id: &'a str,
    doctor_id: &'a str,
    kind: &'static str,
    at: String,
}

#[derive(Serialize)]
struct ReceiptsJson<'a> {
    room_id: &'a str,
    message_id: &'a str,
    doctor_ids: Vec<&'a str>,
    kind: &'static str,
    at: String,
}

#[derive(Serialize)]
struct MembershipJson<'a> {
    room_id: &'a str,
    doctor: WhoJson<'a>,
}

#[derive(Serialize)]
struct PresenceJson<'a> {
    doctor_id: &'a str,
    online: bool,
    last_seen: Option<String>,
}

#[derive(Serialize)]
struct SaidJson<'a> {
    doctor_id: &'a str,
    availability: Option<AvailabilityJson>,
}

/// The data of an event, the same for every reader. A [`Event::Room`] is not: it is for one
/// doctor, with names only our directory knows, and is written by [`room_event`].
pub(crate) fn event_json(event: &Event) -> Bytes {
    match event {
        Event::MessagePosted(message)
        | Event::MessageEdited(message)
        | Event::MessageRecalled(message) => bytes(&MessageJson::from(message)),
        Event::Typing {
            room,
            doctor,
            typing,
        } => bytes(&TypingJson {
            room_id: room.as_str(),
            doctor: doctor.into(),
            typing: *typing,
        }),
        Event::Receipt {
            room,
            message,
            doctor,
            kind,
            at,
        } => bytes(&ReceiptJson {
            room_id: room.as_str(),
            message_id: message.as_str(),
            doctor_id: doctor.as_str(),
            kind: kind.as_str(),
            at: at.to_string(),
        }),
        Event::Receipts {
            room,
            message,
            doctors,
            kind,
            at,
        } => bytes(&ReceiptsJson {
            room_id: room.as_str(),
            message_id: message.as_str(),
            doctor_ids: doctors.iter().map(StaffId::as_str).collect(),
            kind: kind.as_str(),
            at: at.to_string(),
        }),
        Event::ParticipantAdded { room, doctor } | Event::ParticipantRemoved { room, doctor } => {
            bytes(&MembershipJson {
                room_id: room.as_str(),
                doctor: doctor.into(),
            })
        }
        Event::Presence(presence) => bytes(&PresenceJson {
            doctor_id: presence.doctor.as_str(),
            online: presence.online,
            last_seen: presence.last_seen.map(|at| at.to_string()),
        }),
        Event::Room(_) => Bytes::new(),
    }
}

/// The data of a room event, for its one reader.
pub(crate) fn room_event(room: &Room, context: &RoomContext) -> Bytes {
    bytes(&context.room(room))
}

/// The data of an event `availability`: what a doctor says now, or null.
pub(crate) fn availability_event(doctor: &StaffId, said: Option<&Availability>) -> Bytes {
    bytes(&SaidJson {
        doctor_id: doctor.as_str(),
        availability: said.map(AvailabilityJson::from),
    })
}

fn bytes(value: &impl Serialize) -> Bytes {
    #[expect(
        clippy::expect_used,
        reason = "these structs hold only strings, numbers and lists, which always write"
    )]
    serde_json::to_vec(value)
        .map(Bytes::from)
        .expect("plain data")
}
