//! The fixtures that the conformance cases run on.

use std::{any::Any, sync::Arc};

use domain::{Doctor, PatientRef, Room};
use futures_util::future::BoxFuture;
use jiff::Timestamp;

use crate::{
    Adoption, Audit, AuditKey, AuditTrail, Availabilities, Backend, Credentials, Disposal, Drafts,
    FailedSignIns, LegalHolds, Moves, PatientDirectory, PatientRegister, Records, Result,
    RetentionReceipts, RoomRestore, Seeding, Sessions, SignOns, StaffDirectory, StaffRegister,
};

/// A backend of its own for one case, without any room.
pub struct Fixture {
    /// The backend.
    pub backend: Backend,
    /// Doctors the backend knows, at least [`Fixture::DOCTORS`], each another.
    pub doctors: Vec<Doctor>,
    /// Patients the backend knows, at least two, each another.
    pub patients: Vec<PatientRef>,
    /// Does what the backend does by itself with files that nobody sent, as if it were that time.
    pub sweep_files: SweepFiles,
    /// Whatever has to live as long as the case, such as a folder or a server.
    pub keep: Box<dyn Any + Send>,
}

/// Removes the files that were uploaded a day before a time and not sent.
pub type SweepFiles = Box<dyn Fn(Timestamp) -> BoxFuture<'static, Result<()>> + Send + Sync>;

impl Fixture {
    /// How many doctors the suite needs: one more than a room holds.
    pub const DOCTORS: usize = Room::MAX_PARTICIPANTS + 1;
}

/// A store of doctors' availability: the hospital's own, whatever the backend.
pub struct AvailabilityFixture {
    /// The port, holding nothing yet.
    pub availabilities: Arc<dyn Availabilities>,
    /// Doctors the store knows, each another.
    pub doctors: [Doctor; 3],
    /// Whatever has to live as long as the case.
    pub keep: Box<dyn Any + Send>,
}

/// The store of drafts.
pub struct DraftFixture {
    /// The port, holding nothing yet.
    pub drafts: Arc<dyn Drafts>,
    /// Doctors the store knows, each another.
    pub doctors: [Doctor; 2],
    /// Whatever has to live as long as the case.
    pub keep: Box<dyn Any + Send>,
}

/// The stores of sign-ins.
pub struct SignInFixture {
    /// The sessions: none yet.
    pub sessions: Arc<dyn Sessions>,
    /// The failures: none yet.
    pub failures: Arc<dyn FailedSignIns>,
    /// The accounts that may sign in.
    pub credentials: Arc<dyn Credentials>,
    /// Links to outside authorities: none yet.
    pub sign_ons: Arc<dyn SignOns>,
    /// Doctors the store knows, each another.
    pub doctors: [Doctor; 2],
    /// Runs a statement as the other application does.
    pub execute: Execute,
    /// Whatever has to live as long as the case.
    pub keep: Box<dyn Any + Send>,
}

/// Runs a statement of SQL that both engines take.
pub type Execute = Box<dyn Fn(&'static str) -> BoxFuture<'static, ()> + Send + Sync>;

/// The record of decisions.
pub struct AuditFixture {
    /// The port, holding no entry yet.
    pub audit: Arc<dyn Audit>,
    /// The same record, to be read and sealed.
    pub trail: Arc<dyn AuditTrail>,
    /// The key that signs its entries.
    pub key: AuditKey,
    /// Runs a statement as somebody does who may write into the database.
    pub execute: Execute,
    /// Counts entries as whoever reads the table does.
    pub count: Count,
    /// Whatever has to live as long as the case.
    pub keep: Box<dyn Any + Send>,
}

/// The legal holds and the receipts of retention.
pub struct RetainingFixture {
    /// The holds: none yet.
    pub holds: Arc<dyn LegalHolds>,
    /// The receipts: none yet.
    pub receipts: Arc<dyn RetentionReceipts>,
    /// The key that signs receipts.
    pub key: AuditKey,
    /// Runs a statement as somebody does who may write into the database.
    pub execute: Execute,
    /// Whatever has to live as long as the case.
    pub keep: Box<dyn Any + Send>,
}

/// A backend from which messages and files are removed.
pub struct DisposalFixture {
    /// The backend.
    pub store: Fixture,
    /// The way to remove.
    pub disposal: Arc<dyn Disposal>,
    /// Its rooms as a whole.
    pub records: Arc<dyn Records>,
}

/// Answers a `SELECT count(*)` that both engines take.
pub type Count = Box<dyn Fn(String) -> BoxFuture<'static, i64> + Send + Sync>;

/// The hospital's directories of who works here and who is treated here.
pub struct DirectoryFixture {
    /// The staff: nobody yet.
    pub staff: Arc<dyn StaffDirectory>,
    /// The patients: nobody yet.
    pub patients: Arc<dyn PatientDirectory>,
    /// Runs a statement as the other application does.
    pub execute: Execute,
    /// How the store is filled.
    pub seeding: Arc<dyn Seeding>,
    /// Whatever has to live as long as the case.
    pub keep: Box<dyn Any + Send>,
}

/// The registers in which the hospital's staff and patients are written down.
pub struct RegisterFixture {
    /// The staff: nobody yet.
    pub staff: Arc<dyn StaffRegister>,
    /// The patients: nobody yet.
    pub patients: Arc<dyn PatientRegister>,
    /// The same patients, as doctors find them.
    pub directory: Arc<dyn PatientDirectory>,
    /// The same staff, as they sign in.
    pub credentials: Arc<dyn Credentials>,
    /// The sessions of those who are signed in; none at first.
    pub sessions: Arc<dyn Sessions>,
    /// Runs a statement as the other application does.
    pub execute: Execute,
    /// Whatever has to live as long as the case.
    pub keep: Box<dyn Any + Send>,
}

/// A backend that another application's chat can be brought into.
pub struct AdoptionFixture {
    /// The backend.
    pub store: Fixture,
    /// The port by which the chat is brought in.
    pub adoption: Arc<dyn Adoption>,
    /// E-mail addresses of the first three doctors, in lower case.
    pub emails: [String; 3],
    /// MRN of the first patient.
    pub mrn: String,
    /// Runs a statement as the other application does.
    pub execute: Execute,
}

/// A legacy backend whose rooms can move.
pub struct MovesFixture {
    /// The backend.
    pub store: Fixture,
    /// The record of which backend its rooms live in.
    pub moves: Arc<dyn Moves>,
    /// Its rooms as a whole.
    pub records: Arc<dyn Records>,
    /// The door through which messages come back from the other backend.
    pub returns: Arc<dyn RoomRestore>,
}

/// A backend and its records.
pub struct RecordsFixture {
    /// The backend.
    pub store: Fixture,
    /// Its rooms as a whole.
    pub records: Arc<dyn Records>,
}
