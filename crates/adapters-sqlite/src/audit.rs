use async_trait::async_trait;
use domain::Decision;
use ports::{Audit, AuditEntry, Result};

use crate::{fixed::fixed, store::Store};

fixed!(
    Record { at: i64, actor: String, action: &'static str, room: Option<String>,
             subject: Option<String>, decision: &'static str, reason: Option<&'static str> } =
    "INSERT INTO hims_audit (at, actor_id, action, room_id, subject, decision, reason) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
);

#[async_trait]
impl Audit for Store {
    /// Stored in the writer's next transaction, as a rule the one of what the entry speaks of.
    async fn record(&self, entry: AuditEntry) -> Result<()> {
        let (decision, reason) = match entry.decision {
            Decision::Allowed => ("allowed", None),
            Decision::Denied(denied) => ("denied", Some(denied.reason().as_str())),
        };
        let record = Record {
            at: entry.at.as_microsecond(),
            actor: entry.actor.to_string(),
            action: entry.action.as_str(),
            room: entry.room.map(String::from),
            subject: entry.subject,
            decision,
            reason,
        };
        self.writer
            .write(move |work| Ok(record.run(work.connection).map(drop)?))
            .await
    }
}
