//! The orders of administrators: decided by the policy and written to the audit.

use domain::{Action, Decision, Denied, Reason, RoomId, StaffMember, Standing, policy::decide};

use crate::{Audit, AuditEntry, Clock, MoveOrder, MoveScope, Result};

/// Decides whether somebody may write rooms out for the hospital's records, and stores the entry of
/// it, allowed or denied. To be called before a word of what it names is read: it is the guard of
/// [`Records`](crate::Records) where they are shown to somebody.
///
/// # Errors
/// `Forbidden` for anyone who is no active administrator; `Unavailable`, and then nothing may be
/// read.
pub async fn note_export(
    audit: &dyn Audit,
    clock: &dyn Clock,
    member: &StaffMember,
    room: Option<&RoomId>,
    subject: Option<&str>,
) -> Result<()> {
    let action = Action::ExportRecords;
    note(audit, clock, member, action, (room, subject)).await
}

/// Decides whether somebody may have rooms moved, and stores the entry of what they ordered, allowed
/// or denied. To be called before anything moves.
///
/// # Errors
/// `Forbidden` for anyone who is no active administrator; `Unavailable`, and then nothing may move.
pub async fn note_move(
    audit: &dyn Audit,
    clock: &dyn Clock,
    member: &StaffMember,
    order: MoveOrder,
    scope: &MoveScope,
) -> Result<()> {
    let subject = format!("{} {scope}", order.as_str());
    // As much as the column of an entry holds.
    let subject: String = subject.chars().take(255).collect();
    let action = Action::MoveRooms;
    note(audit, clock, member, action, (None, Some(&subject))).await
}

/// Decides whether somebody may take back what was adopted, and stores the entry of what they ordered, allowed or
/// denied. To be called before anything goes. The subject is what is taken back, such as `source hims`.
///
/// # Errors
/// As [`note_move`].
pub async fn note_undo(
    audit: &dyn Audit,
    clock: &dyn Clock,
    member: &StaffMember,
    subject: &str,
) -> Result<()> {
    let subject: String = format!("undo {subject}").chars().take(255).collect();
    let action = Action::MoveRooms;
    note(audit, clock, member, action, (None, Some(&subject))).await
}

/// Decides whether somebody may see how moving stands. Only a refusal is written down: it is looked at
/// every few seconds, and says nothing of anybody.
///
/// # Errors
/// As [`note_move`].
pub async fn may_see_moves(
    audit: &dyn Audit,
    clock: &dyn Clock,
    member: &StaffMember,
) -> Result<()> {
    may(audit, clock, member, Action::MoveRooms).await
}

/// Decides about something of administrators; only a refusal is written down.
pub(crate) async fn may(
    audit: &dyn Audit,
    clock: &dyn Clock,
    member: &StaffMember,
    action: Action,
) -> Result<()> {
    if member.active && decide(member.role, Standing::Outsider, action) == Decision::Allowed {
        return Ok(());
    }
    note(audit, clock, member, action, (None, None)).await
}

/// Decides about something of administrators, and stores the entry of it, allowed or denied.
pub(crate) async fn note(
    audit: &dyn Audit,
    clock: &dyn Clock,
    member: &StaffMember,
    action: Action,
    (room, subject): (Option<&RoomId>, Option<&str>),
) -> Result<()> {
    let decision = if member.active {
        decide(member.role, Standing::Outsider, action)
    } else {
        Decision::Denied(Denied::because(Reason::NotActive))
    };
    let mut entry = AuditEntry::new(clock.now(), action, decision).by(&member.id);
    entry.room = room.cloned();
    entry.subject = subject.map(str::to_owned);
    audit.record(entry).await?;
    match decision {
        Decision::Allowed => Ok(()),
        Decision::Denied(denied) => Err(denied.into()),
    }
}
