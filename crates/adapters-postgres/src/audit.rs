pub(crate) mod sends;
mod trail;

use async_trait::async_trait;
use diesel::sql_types::{Array, BigInt, Binary, Nullable, Text};
use ports::{Audit, AuditEntry, Result, WrittenEntry};

use crate::{
    pool::Pool,
    queue::Work,
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// Adds entries, to be sealed.
    AddEntries(Array<BigInt>, Array<Text>, Array<Text>, Array<Nullable<Text>>, Array<Nullable<Text>>,
        Array<Text>, Array<Nullable<Text>>, Array<Nullable<Text>>, Array<Nullable<Text>>, Array<Nullable<Text>>,
        Array<Nullable<Binary>>) -> ()
        = "WITH added AS (
                INSERT INTO hims_audit (at, actor_id, action, room_id, subject, decision, reason, address, session,
                    request, signature)
                SELECT hims_time(at), actor_id, action, room_id, subject, decision, reason, address, session,
                    request, signature
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) WITH ORDINALITY
                    AS entry (at, actor_id, action, room_id, subject, decision, reason, address, session, request,
                        signature, n) ORDER BY n
                RETURNING id
            ) INSERT INTO hims_audit_unsealed (entry_id) SELECT id FROM added";
}

/// Writes audit entries in batches.
pub(crate) struct Entries {
    pub(crate) pool: Pool,
}

impl Work for Entries {
    type Job = AuditEntry;
    type Answer = ();

    async fn run(&mut self, entries: &[AuditEntry]) -> Result<Vec<Result<()>>> {
        let signatures = entries.iter().map(|entry| entry.signature);
        let signatures: Vec<_> = signatures
            .map(|signature| signature.map(|signature| signature.as_bytes().to_vec()))
            .collect();
        let entries: Vec<WrittenEntry> = entries.iter().map(WrittenEntry::from).collect();
        let add = AddEntries::with((
            column(&entries, |entry| entry.at),
            column(&entries, |entry| &entry.actor),
            column(&entries, |entry| &entry.action),
            column(&entries, |entry| &entry.room),
            column(&entries, |entry| &entry.subject),
            column(&entries, |entry| &entry.decision),
            column(&entries, |entry| &entry.reason),
            column(&entries, |entry| &entry.address),
            column(&entries, |entry| &entry.session),
            column(&entries, |entry| &entry.request),
            signatures,
        ));
        self.pool.get().await?.run(add).await?;
        Ok(entries.iter().map(|_| Ok(())).collect())
    }
}

fn column<'a, T>(entries: &'a [WrittenEntry], of: impl Fn(&'a WrittenEntry) -> T) -> Vec<T> {
    entries.iter().map(of).collect()
}

#[async_trait]
impl Audit for Store {
    async fn record(&self, entry: AuditEntry) -> Result<()> {
        if let Some(offered) = self.sends.offer(&entry) {
            // What is asked beside this comes by meanwhile.
            tokio::task::yield_now().await;
            if offered.stored_by_send().await {
                return Ok(());
            }
        }
        self.audit.ask(entry).await
    }
}
