mod trail;

use async_trait::async_trait;
use ports::{Audit, AuditEntry, Result, WrittenEntry};

use crate::{statement::statement, store::Store};

statement!(
    Record {
        at: i64,
        actor: String,
        action: String,
        room: Option<String>,
        subject: Option<String>,
        decision: String,
        reason: Option<String>,
        address: Option<String>,
        session: Option<String>,
        request: Option<String>,
        signature: Option<Vec<u8>>
    } = "INSERT INTO hims_audit (at, actor_id, action, room_id, subject, decision, reason, address, session, request, \
     signature) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
);
statement!(
    /// The entry just added is in no seal yet.
    Wait {} = "INSERT INTO hims_audit_unsealed (entry_id) VALUES (last_insert_rowid())"
);

#[async_trait]
impl Audit for Store {
    /// Stored in the writer's next transaction, as a rule the one of what the entry speaks of.
    async fn record(&self, entry: AuditEntry) -> Result<()> {
        let signature = entry.signature;
        let words = WrittenEntry::from(&entry);
        let record = Record {
            at: words.at,
            actor: words.actor,
            action: words.action,
            room: words.room,
            subject: words.subject,
            decision: words.decision,
            reason: words.reason,
            address: words.address,
            session: words.session,
            request: words.request,
            signature: signature.map(|signature| signature.as_bytes().to_vec()),
        };
        self.writer
            .write(move |work| {
                record.run(work.connection)?;
                Ok(Wait {}.run(work.connection).map(drop)?)
            })
            .await
    }
}
