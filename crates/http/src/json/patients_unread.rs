use serde::Serialize;
use utoipa::ToSchema;

use super::inbox::MissingJson;
use crate::patients_unread::PatientsUnread;

/// The number of unread messages in a patient's room of one chat.
#[derive(Serialize, ToSchema)]
struct PatientUnreadJson<'a> {
    /// The reference that was asked for.
    patient: String,
    /// `legacy` or `stream`.
    backend: &'a str,
    /// How many messages; counting stops at 999.
    unread: u32,
}

/// Unread messages about some patients on all mounts.
#[derive(Serialize, ToSchema)]
pub(crate) struct PatientsUnreadJson<'a> {
    /// For each room of theirs that the doctor is in.
    unread: Vec<PatientUnreadJson<'a>>,
    /// Mounts that do not answer: their rooms are left out.
    missing: Vec<MissingJson<'a>>,
}

impl<'a> From<&'a PatientsUnread> for PatientsUnreadJson<'a> {
    fn from(unread: &'a PatientsUnread) -> Self {
        let rooms = unread.all();
        Self {
            unread: rooms
                .map(|(at, patient, unread)| PatientUnreadJson {
                    patient: patient.to_string(),
                    backend: at.chat.capabilities().backend,
                    unread,
                })
                .collect(),
            missing: unread.missing().map(MissingJson::from).collect(),
        }
    }
}
