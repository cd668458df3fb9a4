use std::{
    sync::{Arc, OnceLock},
    time::Instant,
};

use domain::{Action, Decision, Denied, Doctor, Reason, RoomId, StaffId, Standing, policy};
use jiff::Timestamp;

use super::pace::{Pace, Paced};
use crate::{Audit, AuditEntry, Clock, Error, Result, Rooms};

/// Decides and writes it down.
pub(super) struct Gate {
    /// The source of standings; none for ports that have no rooms.
    rooms: Option<Arc<dyn Rooms>>,
    audit: Arc<dyn Audit>,
    clock: Arc<dyn Clock>,
    pace: OnceLock<Arc<Pace>>,
}

/// A request to the gate: who wants to do what.
pub(super) struct Ask<'a> {
    doctor: &'a Doctor,
    action: Action,
    room: Option<&'a RoomId>,
    /// How the doctor stands to a room that the call does not name; `None` asks by the room's id.
    standing: Option<Standing>,
    subject: Option<String>,
    paced: &'static [Paced],
}

impl<'a> Ask<'a> {
    pub(super) fn new(doctor: &'a Doctor, action: Action) -> Self {
        Self {
            doctor,
            action,
            room: None,
            standing: None,
            subject: None,
            paced: &[],
        }
    }

    pub(super) fn standing(mut self, standing: Standing) -> Self {
        self.standing = Some(standing);
        self
    }

    pub(super) fn room(mut self, room: &'a RoomId) -> Self {
        self.room = Some(room);
        self
    }

    /// It counts as one of each of these.
    pub(super) fn counts(mut self, paced: &'static [Paced]) -> Self {
        self.paced = paced;
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
            pace: OnceLock::new(),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Limits how fast each doctor may go; the first limits stay.
    pub(super) fn paced(&self, pace: Arc<Pace>) {
        let _ = self.pace.set(pace);
    }

    /// Calls the port if the policy allows it. The audit entry of an allowed call is stored
    /// beside the call, which saves a wait, and before the answer: without the entry there is no
    /// answer.
    pub(super) async fn pass<T, F>(&self, ask: Ask<'_>, call: impl FnOnce() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let decision = self.admit(&ask).await?;
        self.keep_pace(&ask).await?;
        if !ask.action.is_audited_when_allowed() {
            return call().await;
        }
        let record = self.record(ask.doctor.id(), ask.action, ask.room, ask.subject, decision);
        let (recorded, answer) = tokio::join!(record, call());
        recorded.and(answer)
    }

    /// Decides, and writes a refusal down.
    pub(super) async fn admit(&self, ask: &Ask<'_>) -> Result<Decision> {
        let standing = match (ask.standing, &self.rooms, ask.room) {
            (Some(standing), ..) => standing,
            (None, Some(rooms), Some(room)) => rooms.standing(ask.doctor, room).await?,
            _ => Standing::Outsider,
        };
        let decision = policy::decide(ask.doctor.member().role, standing, ask.action);
        if let Decision::Denied(denied) = decision {
            let (actor, subject) = (ask.doctor.id(), ask.subject.clone());
            self.record(actor, ask.action, ask.room, subject, decision)
                .await?;
            return Err(denied.into());
        }
        Ok(decision)
    }

    /// # Errors
    /// `RateLimited` when the doctor goes too fast, which is written down.
    async fn keep_pace(&self, ask: &Ask<'_>) -> Result<()> {
        let Some(pace) = self.pace.get() else {
            return Ok(());
        };
        let Err(too_fast) = pace.take(ask.doctor.id(), ask.paced, Instant::now()) else {
            return Ok(());
        };
        if too_fast.is_noted {
            let denied = Decision::Denied(Denied::because(Reason::TooFast));
            let subject = ask.subject.clone();
            self.record(ask.doctor.id(), ask.action, ask.room, subject, denied)
                .await?;
        }
        Err(Error::rate_limited(too_fast.wait))
    }

    pub(super) async fn record(
        &self,
        actor: &StaffId,
        action: Action,
        room: Option<&RoomId>,
        subject: Option<String>,
        decision: Decision,
    ) -> Result<()> {
        let mut entry = AuditEntry::new(self.clock.now(), action, decision).by(actor);
        entry.room = room.cloned();
        entry.subject = subject;
        self.audit.record(entry).await
    }
}
