//! The only door: the policy is asked, the audit entry written, then the backend called.

mod attachments;
mod audit_trail;
mod availabilities;
mod checks;
mod client_tokens;
mod desk;
mod drafts;
mod gate;
mod live;
mod messages;
mod pace;
mod patient_warning;
mod patients;
mod receipts;
mod registers;
mod relocations;
mod retention;
mod rooms;

use std::sync::Arc;

use domain::{Action, Decision, Doctor, RoomId, StaffMember};

pub use audit_trail::GuardedAuditTrail;
pub use availabilities::GuardedAvailabilities;
pub use checks::Checks;
pub use desk::OrderedBy;
pub use pace::{Allowance, Pace, Paced};
pub use patient_warning::PatientWarning;
pub use patients::Patients;
pub use registers::{GuardedPatientRegister, GuardedStaffRegister};
pub use relocations::Relocations;
pub use retention::GuardedRetention;

use crate::{
    Attachments, Audit, Backend, Capabilities, ClientTokens, Clock, Error, Live, Messages,
    Receipts, Result, Rooms,
    guard::gate::{Ask, Gate},
};

/// A port behind the guard. There is no way to the port inside.
struct Guarded<P: ?Sized> {
    inner: Arc<P>,
    gate: Arc<Gate>,
}

/// A backend behind the guard: all that routers and embedders can hold.
///
/// Cloning is cheap and shares everything.
#[derive(Clone)]
pub struct Chat {
    guarded: Backend,
    gate: Arc<Gate>,
}

impl Chat {
    /// Puts the guard before a backend. Every decision is written to `audit`.
    pub fn new(backend: Backend, audit: Arc<dyn Audit>, clock: Arc<dyn Clock>) -> Self {
        let gate = Arc::new(Gate::new(Some(backend.rooms.clone()), audit, clock));
        let guarded = Backend {
            rooms: Arc::new(Guarded {
                inner: backend.rooms,
                gate: gate.clone(),
            }),
            messages: Arc::new(Guarded {
                inner: backend.messages,
                gate: gate.clone(),
            }),
            receipts: Arc::new(Guarded {
                inner: backend.receipts,
                gate: gate.clone(),
            }),
            live: Arc::new(Guarded {
                inner: backend.live,
                gate: gate.clone(),
            }),
            attachments: Arc::new(Guarded {
                inner: backend.attachments,
                gate: gate.clone(),
            }),
            health: backend.health,
            tokens: backend.tokens.map(|inner| {
                let gate = gate.clone();
                Arc::new(Guarded { inner, gate }) as Arc<dyn ClientTokens>
            }),
            capabilities: backend.capabilities,
        };
        Self { guarded, gate }
    }

    /// Limits how fast each doctor may go, from now on and for every clone. Shared with other chats, the
    /// limits count together. The first ones given stay.
    pub fn keep_pace(&self, pace: Arc<Pace>) {
        self.gate.paced(pace);
    }

    /// Rooms and their participants.
    pub fn rooms(&self) -> &dyn Rooms {
        &*self.guarded.rooms
    }

    /// The messages. Nothing is checked for a wrong patient here: doctors write through
    /// [`usecase::CheckedMessages`](crate::usecase::CheckedMessages).
    pub fn messages(&self) -> &dyn Messages {
        &*self.guarded.messages
    }

    /// The receipts of messages, behind the guard.
    pub fn receipts(&self) -> &dyn Receipts {
        &*self.guarded.receipts
    }

    /// The live events, behind the guard.
    pub fn live(&self) -> &dyn Live {
        &*self.guarded.live
    }

    /// The files of messages, behind the guard.
    pub fn attachments(&self) -> &dyn Attachments {
        &*self.guarded.attachments
    }

    /// Tokens for client libraries, where they can talk to the backend themselves.
    pub fn client_tokens(&self) -> Option<&dyn ClientTokens> {
        self.guarded.tokens.as_deref()
    }

    /// Whether the other is this one, cloned: the same rooms.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.gate, &other.gate)
    }

    /// Tells this chat from others, for what is remembered of its rooms.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.gate).addr()
    }

    /// The features of the backend.
    pub fn capabilities(&self) -> Capabilities {
        self.guarded.capabilities
    }

    /// Whether the backend answers.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn check(&self) -> Result<()> {
        self.guarded.health.check().await
    }

    /// Whether a doctor may send files to a room, to be asked before a file is taken from the network. The
    /// upload itself is decided again.
    ///
    /// # Errors
    /// As [`Attachments::upload`].
    pub async fn may_upload(&self, doctor: &Doctor, room: &RoomId) -> Result<()> {
        let ask = Ask::new(doctor, Action::UploadAttachment).room(room);
        self.gate.admit(&ask).await.map(drop)
    }

    /// Admits a colleague whom `doctor` wants in a room, which may not exist yet, and writes down a
    /// refusal.
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active doctor; `Unavailable`.
    pub async fn admit(
        &self,
        doctor: &Doctor,
        room: Option<&RoomId>,
        colleague: StaffMember,
    ) -> Result<Doctor> {
        let action = if room.is_some() {
            Action::AddParticipant
        } else {
            Action::OpenRoom
        };
        let subject = Some(colleague.id.to_string());
        match Doctor::admit(colleague) {
            Ok(colleague) => Ok(colleague),
            Err(denied) => {
                let decision = Decision::Denied(denied);
                self.gate
                    .record(doctor.id(), action, room, subject, decision)
                    .await?;
                Err(Error::from(denied))
            }
        }
    }

    /// The guarded ports as a bundle, for the conformance suite: the guard must keep every promise
    /// of the backend behind it.
    #[cfg(feature = "conformance")]
    pub fn into_guarded_backend(self) -> Backend {
        self.guarded
    }
}
