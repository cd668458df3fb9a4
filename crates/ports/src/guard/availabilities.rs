use std::sync::Arc;

use domain::{Action, Availability, Doctor, StaffId};

use super::gate::{Ask, Gate};
use crate::{Audit, Availabilities, AvailabilityStream, Clock, Error, Result};

/// The availability of doctors, behind the guard: doctors only. That somebody stated it is written
/// to the audit, without the words.
#[derive(Clone)]
pub struct GuardedAvailabilities {
    inner: Arc<dyn Availabilities>,
    clock: Arc<dyn Clock>,
    gate: Arc<Gate>,
}

impl GuardedAvailabilities {
    /// Puts the guard before the port.
    pub fn new(
        inner: Arc<dyn Availabilities>,
        audit: Arc<dyn Audit>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            inner,
            clock: clock.clone(),
            gate: Arc::new(Gate::new(None, audit, clock)),
        }
    }

    /// See [`Availabilities::set`].
    ///
    /// # Errors
    /// `Invalid` when it ends in the past or more than [`Availability::LONGEST`] ahead;
    /// `NotFound`; `Unavailable`.
    pub async fn set(&self, doctor: &Doctor, availability: Option<&Availability>) -> Result<()> {
        if let Some(availability) = availability {
            availability
                .check_end(self.clock.now())
                .map_err(|error| Error::invalid("until", error.to_string()))?;
        }
        let ask = Ask::new(doctor, Action::SetAvailability);
        self.gate
            .pass(ask, || self.inner.set(doctor, availability))
            .await
    }

    /// Reads the current availability of these doctors: see [`Availabilities::of`].
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn of(
        &self,
        doctor: &Doctor,
        staff: &[StaffId],
    ) -> Result<Vec<(StaffId, Availability)>> {
        if staff.is_empty() {
            return Ok(Vec::new());
        }
        let ask = Ask::new(doctor, Action::SeePresence);
        self.gate
            .pass(ask, || self.inner.of(doctor, staff, self.clock.now()))
            .await
    }

    /// Streams the availability that doctors state from now on: see [`Availabilities::news`].
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn news(&self, doctor: &Doctor) -> Result<AvailabilityStream> {
        let ask = Ask::new(doctor, Action::SeePresence);
        self.gate.pass(ask, async || Ok(self.inner.news())).await
    }
}
