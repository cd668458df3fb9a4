use std::sync::Arc;

use domain::{Action, HeldMatter, HoldReason, RetentionRules, StaffMember};

use super::desk::{Desk, OrderedBy};
use crate::{
    Audit, AuditKey, Clock, LegalHold, NewHold, Result, RetentionReceipt, RetentionReceipts,
    usecase::{DueList, RetentionFound, RetentionRun, RetentionStores, may, walk},
};

/// Retention behind the guard: administrators only, and whoever orders something is in the audit.
#[derive(Clone)]
pub struct GuardedRetention {
    stores: RetentionStores,
    receipts: Arc<dyn RetentionReceipts>,
    key: AuditKey,
    desk: Arc<Desk>,
}

impl GuardedRetention {
    /// Puts the guard before it. Receipts are signed with the key of the audit.
    pub fn new(
        stores: RetentionStores,
        (receipts, key): (Arc<dyn RetentionReceipts>, AuditKey),
        audit: Arc<dyn Audit>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let desk = Arc::new(Desk { audit, clock });
        Self {
            stores,
            receipts,
            key,
            desk,
        }
    }

    /// Whether somebody may see it; only a refusal is written down.
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`.
    pub async fn admit(&self, member: &StaffMember) -> Result<()> {
        let (audit, clock) = (&*self.desk.audit, &*self.desk.clock);
        may(audit, clock, member, Action::ManageRetention).await
    }

    /// Lists what a run would remove now, and removes nothing.
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`.
    pub async fn plan(
        &self,
        by: OrderedBy<'_>,
        rules: &RetentionRules,
        list: &mut dyn DueList,
    ) -> Result<RetentionFound> {
        self.pass(by, "plan").await?;
        let at = (&self.key, self.desk.clock.now());
        match walk(&self.stores, rules, at, list, false).await? {
            (found, None) => Ok(found),
            (_, Some(error)) => Err(error),
        }
    }

    /// Removes messages, files and entries that the rules no longer keep. Rooms that could not be dealt with are in
    /// [`RetentionFound::left`] and keep nothing else from going; a run that was broken off has a receipt of what went.
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`, and then nothing was removed.
    pub async fn run(
        &self,
        by: OrderedBy<'_>,
        rules: &RetentionRules,
        list: &mut dyn DueList,
    ) -> Result<RetentionRun> {
        self.pass(by, "run").await?;
        let now = self.desk.clock.now();
        let walked = walk(&self.stores, rules, (&self.key, now), list, true).await?;
        let (found, broken_off) = walked;
        let mut receipt = RetentionReceipt::new(now, member_of(by));
        receipt.ended_at = self.desk.clock.now();
        receipt.legacy_messages = found.legacy_messages;
        receipt.stream_messages = found.stream_messages;
        receipt.files = found.files;
        receipt.entries = found.entries;
        receipt.held = found.held();
        receipt.left = found.left.len() as u64 + u64::from(broken_off.is_some());
        Ok(RetentionRun {
            found,
            receipt,
            broken_off,
        })
    }

    /// Signs the receipt of a run, once its list is complete, and keeps it.
    ///
    /// # Errors
    /// Those of [`RetentionReceipts::add`].
    pub async fn sign(&self, receipt: RetentionReceipt) -> Result<RetentionReceipt> {
        let signed = receipt.signed(&self.key);
        self.receipts.add(&signed).await?;
        Ok(signed)
    }

    /// Places a hold; its number.
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`.
    pub async fn place(
        &self,
        by: OrderedBy<'_>,
        matter: HeldMatter,
        reason: HoldReason,
    ) -> Result<i64> {
        let subject = match &matter {
            HeldMatter::Everything => "hold everything".to_owned(),
            HeldMatter::Room(room) => format!("hold room {room}"),
            HeldMatter::Patient { id, .. } => format!("hold patient {id}"),
            HeldMatter::Staff(id) => format!("hold staff {id}"),
        };
        self.pass(by, &subject).await?;
        let hold = NewHold {
            matter,
            reason,
            placed_by: member_of(by),
            placed_at: self.desk.clock.now(),
        };
        self.stores.holds.place(&hold).await
    }

    /// Lifts a hold; whether it held until now.
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `NotFound`; `Unavailable`.
    pub async fn lift(&self, by: OrderedBy<'_>, number: i64) -> Result<bool> {
        self.pass(by, &format!("lift hold {number}")).await?;
        let now = self.desk.clock.now();
        self.stores.holds.lift(number, now).await
    }

    /// See [`crate::LegalHolds::list`].
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`.
    pub async fn holds(&self, by: OrderedBy<'_>, lifted: bool) -> Result<Vec<LegalHold>> {
        self.pass(by, "list holds").await?;
        self.stores.holds.list(lifted).await
    }

    /// The newest receipts, at most so many, and of each whether it is as it was signed.
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`.
    pub async fn receipts(
        &self,
        by: OrderedBy<'_>,
        most: u32,
    ) -> Result<Vec<(RetentionReceipt, bool)>> {
        self.pass(by, "list receipts").await?;
        let receipts = self.receipts.newest(most).await?;
        let judged = receipts.into_iter().map(|receipt| {
            let is_genuine = receipt.is_genuine(&self.key);
            (receipt, is_genuine)
        });
        Ok(judged.collect())
    }

    async fn pass(&self, by: OrderedBy<'_>, subject: &str) -> Result<()> {
        self.desk.pass(by, Action::ManageRetention, subject).await
    }
}

fn member_of(by: OrderedBy<'_>) -> Option<domain::StaffId> {
    match by {
        OrderedBy::Console => None,
        OrderedBy::Member(member) => Some(member.id.clone()),
    }
}
