use std::sync::Arc;

use domain::{Action, Decision, StaffId, StaffMember};

use crate::{Audit, AuditEntry, Clock, Error, Result, usecase::note};

/// The actor of entries about whoever has the server's own console and names nobody: they could write
/// into the database as well.
const CONSOLE: &str = "console";

/// On whose order something is written down.
#[derive(Clone, Copy, Debug)]
pub enum OrderedBy<'a> {
    /// Somebody at the server's own console.
    Console,
    /// A member of staff, who has to be an active administrator.
    Member(&'a StaffMember),
}

/// The check of orders: decides each and writes it to the audit.
pub(super) struct Desk {
    pub(super) audit: Arc<dyn Audit>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Desk {
    /// Decides about an order and stores the entry of it, allowed or denied.
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`.
    pub(super) async fn pass(
        &self,
        by: OrderedBy<'_>,
        action: Action,
        subject: &str,
    ) -> Result<()> {
        let subject: String = subject.chars().take(255).collect();
        match by {
            OrderedBy::Member(member) => {
                let about = (None, Some(subject.as_str()));
                note(&*self.audit, &*self.clock, member, action, about).await
            }
            OrderedBy::Console => {
                let actor = StaffId::parse(CONSOLE);
                let actor = actor.map_err(|error| Error::internal(error.to_string()))?;
                let entry = AuditEntry::new(self.clock.now(), action, Decision::Allowed)
                    .by(&actor)
                    .on(subject);
                self.audit.record(entry).await
            }
        }
    }
}
