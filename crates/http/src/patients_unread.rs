//! Unread messages of a doctor about patients, whichever chat they are in.

use std::collections::HashMap;

use domain::{Doctor, Patient, PatientRef};
use futures_util::future::join_all;

use crate::{
    app::{Mount, MountContext, Mounted, Shell},
    chats::{self, BESIDE_THE_PAGE, with_timeout},
};

/// Most references that a chat is asked for at once.
const AT_ONCE: usize = 100;

/// Numbers of unread messages about some patients, from all chats.
pub(crate) struct PatientsUnread(Vec<OfChat>);

/// The numbers of one chat; `None` where it does not answer.
struct OfChat {
    at: MountContext,
    counts: Option<HashMap<PatientRef, u32>>,
}

impl PatientsUnread {
    /// How much is unread in each room of these patients that the doctor is in, chat by chat.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&MountContext, &PatientRef, u32)> {
        self.0.iter().flat_map(|chat| {
            let counts = chat.counts.iter().flatten();
            counts.map(|(patient, count)| (&chat.at, patient, *count))
        })
    }

    /// How much is unread in the patient's rooms, chat by chat, where there is anything.
    pub(crate) fn marks(&self, patient: &Patient) -> impl Iterator<Item = (&MountContext, u32)> {
        self.0.iter().filter_map(|chat| {
            let counts = chat.counts.as_ref()?;
            let rooms = patient.references();
            let count = rooms.filter_map(|reference| counts.get(reference)).sum();
            (count > 0).then_some((&chat.at, count))
        })
    }

    /// How much is unread in the patient's room on a mount; `None` when the doctor is not in that room
    /// or it is not known.
    pub(crate) fn on(&self, mount: &Mount, patient: &PatientRef) -> Option<u32> {
        let Mounted::Chat(chat) = &mount.chat else {
            return None;
        };
        let chat = self.0.iter().find(|of| of.at.chat.is(chat))?;
        chat.counts.as_ref()?.get(patient).copied()
    }

    /// The chats that do not answer.
    pub(crate) fn missing(&self) -> impl Iterator<Item = &MountContext> {
        let missing = self.0.iter().filter(|chat| chat.counts.is_none());
        missing.map(|chat| &chat.at)
    }
}

/// Asks every chat at once. One that does not answer leaves its marks out: who a patient is is not its
/// business.
pub(crate) async fn of(shell: &Shell, doctor: &Doctor, patients: &[PatientRef]) -> PatientsUnread {
    let counts = chats::all(shell).into_iter().map(async |at| {
        let unread = async {
            let mut counts = HashMap::new();
            for some in patients.chunks(AT_ONCE) {
                let rooms = at.chat.rooms();
                counts.extend(rooms.unread_of_patients(doctor, some).await?);
            }
            Ok(counts)
        };
        let counts = with_timeout(&at, BESIDE_THE_PAGE, unread).await.ok();
        OfChat { at, counts }
    });
    PatientsUnread(join_all(counts).await)
}
