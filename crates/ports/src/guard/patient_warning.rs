use domain::{Action, Doctor, RoomId};

use super::{Chat, gate::Ask};
use crate::Result;

/// The outcome of the warning about a message whose text seems to mean another patient than the room's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatientWarning {
    /// Its author was shown the other patient.
    Seen,
    /// Its author sends it all the same.
    Confirmed,
    /// Its author does not send it.
    Withdrawn,
    /// It was written by a host that said, by name, that nobody can be asked.
    NotAsked,
}

impl PatientWarning {
    fn action(self) -> Action {
        match self {
            Self::Seen => Action::SeePatientWarning,
            Self::Confirmed => Action::SendDespiteWarning,
            Self::Withdrawn => Action::WithdrawAfterWarning,
            Self::NotAsked => Action::SkipPatientCheck,
        }
    }
}

impl Chat {
    /// Writes down a warning or the choice that followed; `subject` is the id of the other patient
    /// or of the message, or the name of the host that asks nobody.
    ///
    /// # Errors
    /// `NotFound` when the doctor is not in the room; `Unavailable`.
    pub async fn record_warning(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        warning: PatientWarning,
        subject: &str,
    ) -> Result<()> {
        let ask = Ask::new(doctor, warning.action())
            .room(room)
            .subject(subject);
        self.gate.pass(ask, async || Ok(())).await
    }
}
