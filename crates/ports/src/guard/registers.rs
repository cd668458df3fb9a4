use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    Action, EmailAddress, Identifier, PageSize, PatientId, PatientRecord, StaffId, StaffMember,
    StaffRecord,
};

use jiff::Timestamp;

use super::desk::{Desk, OrderedBy};
use crate::{
    Audit, Clock, DeactivatedBy, Error, Merge, PasswordHash, PatientRegister, Record,
    RegisteredStaff, Result, StaffPage, StaffRegister,
    usecase::{
        ChangeLog, PatientTaken, StaffImported, StaffList, may, plan_patients, plan_staff,
        take_patients, take_staff,
    },
};

/// Changes that a list makes, written down one by one.
struct Ordered<'a> {
    desk: &'a Desk,
    by: OrderedBy<'a>,
    action: Action,
}

#[async_trait]
impl ChangeLog for Ordered<'_> {
    async fn note(&self, change: &str) -> Result<()> {
        self.desk.pass(self.by, self.action, change).await
    }
}

/// The staff register behind the guard: administrators only, and every change is written down first.
#[derive(Clone)]
pub struct GuardedStaffRegister {
    inner: Arc<dyn StaffRegister>,
    desk: Arc<Desk>,
}

impl GuardedStaffRegister {
    /// Puts the guard before it.
    pub fn new(
        inner: Arc<dyn StaffRegister>,
        audit: Arc<dyn Audit>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let desk = Arc::new(Desk { audit, clock });
        Self { inner, desk }
    }

    async fn pass(&self, by: OrderedBy<'_>, subject: &str) -> Result<()> {
        self.desk.pass(by, Action::ManageStaff, subject).await
    }

    /// Whether somebody may look after the staff. Only a refusal is written down.
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`.
    pub async fn admit(&self, member: &StaffMember) -> Result<()> {
        let (audit, clock) = (&*self.desk.audit, &*self.desk.clock);
        may(audit, clock, member, Action::ManageStaff).await
    }

    /// See [`StaffRegister::list`].
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; those of [`StaffRegister::list`].
    pub async fn list(
        &self,
        by: OrderedBy<'_>,
        text: &str,
        after: Option<StaffId>,
        size: PageSize,
    ) -> Result<StaffPage> {
        self.pass(by, "list").await?;
        self.inner.list(text, after, size).await
    }

    /// See [`StaffRegister::find`].
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; `Unavailable`.
    pub async fn find(&self, by: OrderedBy<'_>, id: &StaffId) -> Result<RegisteredStaff> {
        self.pass(by, &format!("view {id}")).await?;
        self.held(id).await
    }

    /// Those with an e-mail address, whatever the case; several where the HIMS holds several.
    ///
    /// # Errors
    /// `Forbidden`; `Unavailable`.
    pub async fn with_address(
        &self,
        by: OrderedBy<'_>,
        email: &EmailAddress,
    ) -> Result<Vec<RegisteredStaff>> {
        self.pass(by, "view by address").await?;
        self.inner.known(&[], std::slice::from_ref(email)).await
    }

    async fn held(&self, id: &StaffId) -> Result<RegisteredStaff> {
        let found = self.inner.find(id).await?;
        found.ok_or_else(|| Error::not_found("staff member"))
    }

    /// How many active administrators there are, for whoever starts the service.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn administrators(&self) -> Result<u64> {
        self.inner.administrators().await
    }

    /// Adds somebody, perhaps with a password.
    ///
    /// # Errors
    /// `Forbidden`; those of [`StaffRegister::add`].
    pub async fn add(
        &self,
        by: OrderedBy<'_>,
        record: &StaffRecord,
        password: Option<&PasswordHash>,
    ) -> Result<StaffId> {
        self.pass(by, &format!("add {}", record.role)).await?;
        let id = self.inner.add(record).await?;
        if let Some(password) = password {
            self.inner.set_password(&id, password).await?;
        }
        self.pass(by, &format!("added {id} as {}", record.role))
            .await?;
        Ok(id)
    }

    /// Closes somebody's account. Whether it was open.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; `Conflict` for the only active administrator; `Unavailable`.
    pub async fn deactivate(&self, by: OrderedBy<'_>, id: &StaffId) -> Result<bool> {
        self.pass(by, &format!("deactivate {id}")).await?;
        self.inner.deactivate(id, DeactivatedBy::Command).await
    }

    /// Opens somebody's account again. Whether it was closed.
    ///
    /// # Errors
    /// `Forbidden`; those of [`StaffRegister::reactivate`].
    pub async fn reactivate(&self, by: OrderedBy<'_>, id: &StaffId) -> Result<bool> {
        self.pass(by, &format!("reactivate {id}")).await?;
        self.inner.reactivate(id, DeactivatedBy::Command).await
    }

    /// Gives somebody another password.
    ///
    /// # Errors
    /// `Forbidden`; those of [`StaffRegister::set_password`].
    pub async fn set_password(
        &self,
        by: OrderedBy<'_>,
        id: &StaffId,
        password: &PasswordHash,
    ) -> Result<()> {
        self.pass(by, &format!("set password of {id}")).await?;
        self.inner.set_password(id, password).await
    }

    /// Previews the import of a list; nothing is changed.
    ///
    /// # Errors
    /// `Forbidden`; those of [`plan_staff`].
    pub async fn plan(&self, by: OrderedBy<'_>, list: &StaffList) -> Result<StaffImported> {
        self.pass(by, "plan an import").await?;
        plan_staff(&*self.inner, list).await
    }

    /// Takes a list over, telling how many records are done.
    ///
    /// # Errors
    /// `Forbidden`; those of [`plan_staff`], and then nothing is done; `Unavailable` part-way, and
    /// begun again it goes on where it was.
    pub async fn import(
        &self,
        by: OrderedBy<'_>,
        list: &StaffList,
        tell: impl FnMut(usize),
    ) -> Result<StaffImported> {
        self.pass(by, &format!("import {} records", list.records.len()))
            .await?;
        let log = Ordered {
            desk: &self.desk,
            by,
            action: Action::ManageStaff,
        };
        take_staff(&*self.inner, &log, list, tell).await
    }
}

/// The patient register behind the guard, as [`GuardedStaffRegister`] is.
#[derive(Clone)]
pub struct GuardedPatientRegister {
    inner: Arc<dyn PatientRegister>,
    desk: Arc<Desk>,
}

impl GuardedPatientRegister {
    /// Puts the guard before it.
    pub fn new(
        inner: Arc<dyn PatientRegister>,
        audit: Arc<dyn Audit>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let desk = Arc::new(Desk { audit, clock });
        Self { inner, desk }
    }

    /// Previews the import of records; nothing is changed.
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`.
    pub async fn plan(
        &self,
        by: OrderedBy<'_>,
        records: &[PatientRecord],
    ) -> Result<Vec<PatientTaken>> {
        let action = Action::ManagePatients;
        self.desk.pass(by, action, "plan an import").await?;
        plan_patients(&*self.inner, records).await
    }

    /// Takes records over, telling how many are done.
    ///
    /// # Errors
    /// `Forbidden`; `Unavailable` part-way, and begun again it goes on where it was.
    pub async fn import(
        &self,
        by: OrderedBy<'_>,
        records: &[PatientRecord],
        tell: impl FnMut(usize),
    ) -> Result<Vec<PatientTaken>> {
        let subject = format!("import {} records", records.len());
        let action = Action::ManagePatients;
        self.desk.pass(by, action, &subject).await?;
        let log = Ordered {
            desk: &self.desk,
            by,
            action,
        };
        take_patients(&*self.inner, &log, records, tell).await
    }

    /// Merges a record into another: see [`PatientRegister::merge`]. `despite` names what speaks against it, for the
    /// audit.
    ///
    /// # Errors
    /// `Forbidden`; those of [`PatientRegister::merge`].
    pub async fn merge(
        &self,
        by: OrderedBy<'_>,
        merge: &Merge,
        despite: Option<&str>,
    ) -> Result<()> {
        let mut subject = format!("merge {} into {}", merge.from, merge.into);
        if let Some(despite) = despite {
            subject += &format!(" despite another {despite}");
        }
        self.desk.pass(by, Action::ManagePatients, &subject).await?;
        self.inner.merge(merge).await
    }

    /// See [`PatientRegister::records`].
    ///
    /// # Errors
    /// `Forbidden`; `Unavailable`.
    pub async fn records(&self, by: OrderedBy<'_>, mrn: &Identifier) -> Result<Vec<Record>> {
        self.desk
            .pass(by, Action::ManagePatients, "view by MRN")
            .await?;
        self.inner.records(std::slice::from_ref(mrn)).await
    }

    /// Takes a merge back: see [`PatientRegister::unmerge`].
    ///
    /// # Errors
    /// `Forbidden`; `Unavailable`.
    pub async fn unmerge(&self, by: OrderedBy<'_>, from: &PatientId) -> Result<Option<Timestamp>> {
        let subject = format!("take the merge of {from} back");
        self.desk.pass(by, Action::ManagePatients, &subject).await?;
        self.inner.unmerge(from).await
    }
}
