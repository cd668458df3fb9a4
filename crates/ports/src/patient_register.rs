use async_trait::async_trait;
use domain::{Identifier, Patient, PatientId, PatientRecord};
use jiff::Timestamp;

use crate::Result;

/// A record that was merged into another: both are about the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The record that was merged.
    pub from: PatientId,
    /// The record it was merged into, which may have been merged into a third one since.
    pub into: PatientId,
}

/// A record, as far as its number tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its medical record number.
    pub mrn: String,
    /// Its id inside the hospital.
    pub id: PatientId,
    /// Whether the hospital deleted it.
    pub is_deleted: bool,
}

/// Writes down who is treated here. Only for use inside the hospital.
///
/// Contract: as of [`StaffRegister`](crate::StaffRegister); the guard is
/// [`GuardedPatientRegister`](crate::GuardedPatientRegister).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PatientRegister: Send + Sync {
    /// The records with these MRNs, to the letter, the oldest first, merged ones as well. At most 1,000 are asked for.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn known(&self, mrns: &[Identifier]) -> Result<Vec<Patient>>;

    /// Makes patients be as the records say, and adds those who are not there: all of them or none. An MRN stands
    /// in one record only, and at most 1,000 come at once. Merges are not looked at: see [`Self::merge`].
    ///
    /// # Errors
    /// `Conflict` or `Internal` when the database refuses one of them; `Unavailable`.
    async fn save(&self, records: &[PatientRecord]) -> Result<()>;

    /// The records with these MRNs, to the letter, also those that the hospital deleted; those it did not first. At most
    /// 1,000 are asked for.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn records(&self, mrns: &[Identifier]) -> Result<Vec<Record>>;

    /// Those of these records that were merged, in no order. At most 2,000 are asked for.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn merged(&self, records: &[PatientId]) -> Result<Vec<Merge>>;

    /// Makes a record a [former one](Patient::former) of another patient's, with every record that was merged into it.
    /// From then on the [directory](crate::PatientDirectory) knows one patient. Merging again changes nothing.
    ///
    /// # Errors
    /// `NotFound` for a record that is not there, and for another one that the hospital deleted; `Conflict` for one that was merged into another, and where the
    /// other one was merged into it; `Invalid` for a record and itself; `Unavailable`.
    async fn merge(&self, merge: &Merge) -> Result<()>;

    /// Takes a merge back: the record is a patient again, as it was. When it was made, if it was.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn unmerge(&self, from: &PatientId) -> Result<Option<Timestamp>>;
}
