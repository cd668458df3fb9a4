pub(crate) mod sends;

use async_trait::async_trait;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use domain::Decision;
use ports::{Audit, AuditEntry, Result};

use crate::{
    pool::Pool,
    queue::Work,
    statement::{Statement, statement},
    store::Store,
};

statement! {
    /// Adds entries.
    AddEntries(Array<BigInt>, Array<Text>, Array<Text>, Array<Nullable<Text>>, Array<Nullable<Text>>,
        Array<Text>, Array<Nullable<Text>>) -> ()
        = "INSERT INTO hims_audit (at, actor_id, action, room_id, subject, decision, reason)
            SELECT hims_time(at), actor_id, action, room_id, subject, decision, reason
            FROM unnest($1, $2, $3, $4, $5, $6, $7) WITH ORDINALITY
                AS entry (at, actor_id, action, room_id, subject, decision, reason, n) ORDER BY n";
}

/// Writes audit entries in batches.
pub(crate) struct Entries {
    pub(crate) pool: Pool,
}

impl Work for Entries {
    type Job = AuditEntry;
    type Answer = ();

    async fn run(&mut self, entries: &[AuditEntry]) -> Result<Vec<Result<()>>> {
        let (mut decisions, mut reasons) = (Vec::new(), Vec::new());
        for entry in entries {
            let (decision, reason) = match entry.decision {
                Decision::Allowed => ("allowed", None),
                Decision::Denied(denied) => ("denied", Some(denied.reason().as_str())),
            };
            decisions.push(decision);
            reasons.push(reason);
        }
        let add = AddEntries::with((
            column(entries, |entry| entry.at.as_microsecond()),
            column(entries, |entry| entry.actor.as_str()),
            column(entries, |entry| entry.action.as_str()),
            column(entries, |entry| {
                entry.room.as_ref().map(|room| room.as_str())
            }),
            // PostgreSQL keeps no text with a zero character.
            column(entries, |entry| {
                entry
                    .subject
                    .as_ref()
                    .map(|subject| subject.replace('\0', ""))
            }),
            decisions,
            reasons,
        ));
        self.pool.get().await?.run(add).await?;
        Ok(entries.iter().map(|_| Ok(())).collect())
    }
}

fn column<'a, T>(entries: &'a [AuditEntry], of: impl Fn(&'a AuditEntry) -> T) -> Vec<T> {
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
