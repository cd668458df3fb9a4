use async_trait::async_trait;
use domain::{Doctor, PageSize, Patient, PatientId, PatientRef};

use crate::Result;

/// Who is treated here. Only for use inside the hospital.
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
}
