//! What doctors say of being available, where the hospital keeps it.

use std::collections::HashMap;

use domain::{Availability, Doctor, StaffId};
use futures_util::{StreamExt, stream};
use ports::{AvailabilityStream, Result};

use crate::app::Shell;

/// What these doctors say now, of all of them at once.
///
/// # Errors
/// `Unavailable`.
pub(crate) async fn of(
    shell: &Shell,
    doctor: &Doctor,
    staff: &[StaffId],
) -> Result<HashMap<StaffId, Availability>> {
    match &shell.availabilities {
        Some(availabilities) => Ok(availabilities
            .of(doctor, staff)
            .await?
            .into_iter()
            .collect()),
        None => Ok(HashMap::new()),
    }
}

/// What doctors say from now on.
///
/// # Errors
/// `Unavailable`.
pub(crate) async fn news(shell: &Shell, doctor: &Doctor) -> Result<AvailabilityStream> {
    match &shell.availabilities {
        Some(availabilities) => availabilities.news(doctor).await,
        None => Ok(stream::pending().boxed()),
    }
}
