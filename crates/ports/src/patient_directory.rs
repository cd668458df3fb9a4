use async_trait::async_trait;
use domain::{Doctor, PageSize, Patient, PatientId, PatientRef, PatientWords};

use crate::Result;

/// The patients of the hospital. Only for use inside it.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PatientDirectory: Send + Sync {
    /// Patients whose name, MRN, bed or ward holds the text, whatever the case; by ward and bed.
    /// An empty text finds all.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn search(&self, doctor: &Doctor, text: &str, size: PageSize) -> Result<Vec<Patient>>;

    /// One patient.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable`.
    async fn find(&self, doctor: &Doctor, id: &PatientId) -> Result<Patient>;

    /// The patients behind references, in no order; unknown references are left out.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn find_by_reference(
        &self,
        doctor: &Doctor,
        references: &[PatientRef],
    ) -> Result<Vec<Patient>>;

    /// The patients whom the words may name, at most [`MOST_NAMED`], in no order: whose MRN or bed
    /// is one of the [codes](PatientWords::codes), whose full name is one of the
    /// [names](PatientWords::names), whatever the case and accents. Better with those whose MRN
    /// without letters is one of the [numbers](PatientWords::numbers), whose name begins as one of
    /// the [beginnings](PatientWords::beginnings), and who lie in a bed and whose last name is one
    /// of the [surnames](PatientWords::surnames); a directory without them stops fewer messages.
    /// Too many is no harm. What it costs must not grow with the number of patients.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn named(&self, doctor: &Doctor, words: &PatientWords) -> Result<Vec<Patient>>;

    /// The patients on a ward, at most [`MOST_ON_WARD`], by bed.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn on_ward(&self, doctor: &Doctor, ward: &str) -> Result<Vec<Patient>>;
}

/// Most patients of [`PatientDirectory::named`].
pub const MOST_NAMED: usize = 300;
/// Most patients of [`PatientDirectory::on_ward`].
pub const MOST_ON_WARD: usize = 200;
