use async_trait::async_trait;
use domain::{Availability, Doctor, StaffId};
use jiff::Timestamp;

use crate::Result;

/// What doctors say of being available: kept beside the directory, the same for every backend.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Availabilities: Send + Sync {
    /// Says it for `doctor`, in place of what they said before; `None` takes it back. Repeating it
    /// changes nothing.
    ///
    /// # Errors
    /// `NotFound` for a doctor whom the directory does not hold; `Unavailable`.
    async fn set<'a>(&self, doctor: &Doctor, availability: Option<&'a Availability>) -> Result<()>;

    /// What these doctors say at `now`, asked for by `doctor`; in no order. Whoever says nothing,
    /// whose end has passed, or who is not known is left out.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn of(
        &self,
        doctor: &Doctor,
        staff: &[StaffId],
        now: Timestamp,
    ) -> Result<Vec<(StaffId, Availability)>>;
}
