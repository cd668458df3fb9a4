//! The availability that doctors set, where the hospital keeps it.

use std::collections::HashMap;

use domain::{Availability, Doctor, StaffId};
use futures_util::{StreamExt, stream};
use ports::{AvailabilityStream, Result};

use crate::app::Shell;

/// The current availability of these doctors, read in one call.
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

/// Changes of availability from now on.
///
/// # Errors
/// `Unavailable`.
pub(crate) async fn news(shell: &Shell, doctor: &Doctor) -> Result<AvailabilityStream> {
    match &shell.availabilities {
        Some(availabilities) => availabilities.news(doctor).await,
        None => Ok(stream::pending().boxed()),
    }
}
