use async_trait::async_trait;
use domain::{PageSize, StaffId, StaffMember};

use crate::Result;

/// Who works here.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait StaffDirectory: Send + Sync {
    /// A staff member, leavers included.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn find(&self, id: &StaffId) -> Result<Option<StaffMember>>;

    /// Several staff members, in no order; unknown ids are left out.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn find_many(&self, ids: &[StaffId]) -> Result<Vec<StaffMember>>;

    /// Active doctors whose name, specialty or ward holds the text, whatever the case; by name.
    /// An empty text finds all.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn search_doctors(&self, text: &str, size: PageSize) -> Result<Vec<StaffMember>>;
}
