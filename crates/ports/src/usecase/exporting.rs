use domain::{Action, Decision, Denied, Reason, RoomId, StaffMember, Standing, policy::decide};

use crate::{Audit, AuditEntry, Clock, Result};

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
    let decision = if member.active {
        decide(member.role, Standing::Outsider, action)
    } else {
        Decision::Denied(Denied::because(Reason::NotActive))
    };
    let entry = AuditEntry {
        at: clock.now(),
        actor: member.id.clone(),
        action,
        room: room.cloned(),
        subject: subject.map(str::to_owned),
        decision,
    };
    audit.record(entry).await?;
    match decision {
        Decision::Allowed => Ok(()),
        Decision::Denied(denied) => Err(denied.into()),
    }
}
