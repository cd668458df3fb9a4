use async_trait::async_trait;
use domain::{Availability, Doctor, StaffId};
use futures_util::stream::BoxStream;
use jiff::Timestamp;

use crate::Result;

/// News of a doctor's availability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AvailabilityNews {
    /// A doctor says this now, or nothing any more.
    Said(StaffId, Option<Availability>),
    /// News were missed: ask again.
    Missed,
}

/// The news from now on, until dropped.
pub type AvailabilityStream = BoxStream<'static, AvailabilityNews>;

/// The availability that doctors state: kept beside the directory, the same for every backend.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Availabilities: Send + Sync {
    /// Says it for `doctor`, in place of what they said before; `None` takes it back. Repeating it
    /// changes nothing.
    ///
    /// # Errors
    /// `NotFound` for a doctor whom the directory does not hold; `Unavailable`.
    async fn set<'a>(&self, doctor: &Doctor, availability: Option<&'a Availability>) -> Result<()>;

    /// Reads the availability of these doctors at `now`, asked for by `doctor`; in no order. A doctor who
    /// states nothing, whose end has passed, or who is not known is left out.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn of(
        &self,
        doctor: &Doctor,
        staff: &[StaffId],
        now: Timestamp,
    ) -> Result<Vec<(StaffId, Availability)>>;

    /// Streams the statements from now on, whichever instance they are made at: of several by one doctor
    /// the latest arrives last. A statement that ends by itself is no news. A reader who is too slow is
    /// told that it missed some, and slows nobody.
    fn news(&self) -> AvailabilityStream;
}
