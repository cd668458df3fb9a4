//! The JSON of the outer contract, borrowed from domain values: nothing is copied to be written.

mod availability;
mod change;
mod event;
mod inbox;
mod message;
mod patients_unread;
mod room;
mod sessions;
mod urgent;
mod version;
mod wrong_patient;

pub(crate) use availability::AvailabilityJson;
pub(crate) use change::ChangesJson;
pub(crate) use event::{availability_event, event_json, room_event};
pub(crate) use inbox::{InboxJson, InboxUnreadJson};
pub(crate) use message::{
    AttachmentJson, AuthorJson, MessageJson, MessagePageJson, SearchPageJson,
};
pub(crate) use patients_unread::PatientsUnreadJson;
pub(crate) use room::{FormerRecordJson, RoomContext, RoomJson, RoomPageJson};
pub(crate) use sessions::SessionsJson;
pub(crate) use urgent::WaitingJson;
pub(crate) use version::VersionsJson;
pub(crate) use wrong_patient::WrongPatientJson;
