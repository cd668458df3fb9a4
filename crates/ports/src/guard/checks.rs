use std::sync::Arc;

use domain::{Action, Decision, Denied, Reason, StaffMember, Standing, policy::decide};

use super::gate::Gate;
use crate::{Audit, Checking, Clock, Finding, Result};

/// The checks behind the guard: administrators only, and who looked is written down.
#[derive(Clone)]
pub struct Checks {
    inner: Arc<dyn Checking>,
    gate: Arc<Gate>,
}

impl Checks {
    /// Puts the guard before the checks.
    pub fn new(inner: Arc<dyn Checking>, audit: Arc<dyn Audit>, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            gate: Arc::new(Gate::new(None, audit, clock)),
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
        let action = Action::ViewChecks;
        let decision = if member.active {
            decide(member.role, Standing::Outsider, action)
        } else {
            Decision::Denied(Denied::because(Reason::NotActive))
        };
        self.gate
            .record(&member.id, action, None, None, decision)
            .await?;
        match decision {
            Decision::Allowed => Ok(()),
            Decision::Denied(denied) => Err(denied.into()),
        }
    }
}
