use std::sync::Arc;

use domain::{Action, StaffMember};

use crate::{Audit, Checking, Clock, Finding, Result, usecase::note};

/// The checks behind the guard: administrators only, and who looked is written down.
#[derive(Clone)]
pub struct Checks {
    inner: Arc<dyn Checking>,
    audit: Arc<dyn Audit>,
    clock: Arc<dyn Clock>,
}

impl Checks {
    /// Puts the guard before the checks.
    pub fn new(inner: Arc<dyn Checking>, audit: Arc<dyn Audit>, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            audit,
            clock,
        }
    }

    /// See [`Checking::settings`].
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`.
    pub async fn settings(&self, member: &StaffMember) -> Result<Vec<Finding>> {
        self.pass(member).await?;
        Ok(self.inner.settings())
    }

    /// See [`Checking::surroundings`].
    ///
    /// # Errors
    /// As [`Checks::settings`].
    pub async fn surroundings(&self, member: &StaffMember) -> Result<Vec<Finding>> {
        self.pass(member).await?;
        Ok(self.inner.surroundings().await)
    }

    async fn pass(&self, member: &StaffMember) -> Result<()> {
        note(
            &*self.audit,
            &*self.clock,
            member,
            Action::ViewChecks,
            (None, None),
        )
        .await
    }
}
