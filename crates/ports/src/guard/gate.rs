use std::sync::Arc;

use domain::{Action, Decision, Doctor, RoomId, StaffId, Standing, policy};

use crate::{Audit, AuditEntry, Clock, Result, Rooms};

/// Decides and writes it down.
pub(super) struct Gate {
    /// Where standings come from; none for ports that have no rooms.
    rooms: Option<Arc<dyn Rooms>>,
    audit: Arc<dyn Audit>,
    clock: Arc<dyn Clock>,
}

/// Who wants what.
pub(super) struct Ask<'a> {
    doctor: &'a Doctor,
    action: Action,
    room: Option<&'a RoomId>,
    subject: Option<String>,
}

impl<'a> Ask<'a> {
    pub(super) fn new(doctor: &'a Doctor, action: Action) -> Self {
        Self {
            doctor,
            action,
            room: None,
            subject: None,
        }
    }

    pub(super) fn room(mut self, room: &'a RoomId) -> Self {
        self.room = Some(room);
        self
    }

    pub(super) fn subject(mut self, subject: impl ToString) -> Self {
        self.subject = Some(subject.to_string());
        self
    }
}

impl Gate {
    pub(super) fn new(
        rooms: Option<Arc<dyn Rooms>>,
        audit: Arc<dyn Audit>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            rooms,
            audit,
            clock,
        }
    }

    /// Calls the port if the policy allows it. The audit entry of an allowed call is stored
    /// beside the call, which saves a wait, and before the answer: without the entry there is no
    /// answer.
    pub(super) async fn pass<T, F>(&self, ask: Ask<'_>, call: impl FnOnce() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let standing = match (&self.rooms, ask.room) {
            (Some(rooms), Some(room)) => rooms.standing(ask.doctor, room).await?,
            _ => Standing::Outsider,
        };
        let decision = policy::decide(ask.doctor.member().role, standing, ask.action);
        if let Decision::Denied(denied) = decision {
            self.record(ask.doctor.id(), ask.action, ask.room, ask.subject, decision)
                .await?;
            return Err(denied.into());
        }
        if !ask.action.is_audited_when_allowed() {
            return call().await;
        }
        let record = self.record(ask.doctor.id(), ask.action, ask.room, ask.subject, decision);
        let (recorded, answer) = tokio::join!(record, call());
        recorded.and(answer)
    }

    pub(super) async fn record(
        &self,
        actor: &StaffId,
        action: Action,
        room: Option<&RoomId>,
        subject: Option<String>,
        decision: Decision,
    ) -> Result<()> {
        let entry = AuditEntry {
            at: self.clock.now(),
            actor: actor.clone(),
            action,
            room: room.cloned(),
            subject,
            decision,
        };
        self.audit.record(entry).await
    }
}
