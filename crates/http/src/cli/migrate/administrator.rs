use clap::Args;
use domain::{StaffId, StaffMember};
use ports::usecase::note_undo;
#[cfg(feature = "stream")]
use ports::{MoveOrder, MoveScope, usecase::note_move};

use super::{CliError, failed};
use crate::cli::compose::Legacy;

/// The administrator who gives the order.
#[derive(Clone, Args)]
pub(super) struct Administrator {
    /// The staff id of the administrator who gives the order, for the audit.
    #[arg(long = "as", value_name = "STAFF_ID")]
    by: String,
}

impl Administrator {
    /// Writes down what is ordered, before anything moves.
    #[cfg(feature = "stream")]
    pub(super) async fn note(
        &self,
        legacy: &Legacy,
        order: MoveOrder,
        scope: &MoveScope,
    ) -> Result<(), CliError> {
        let member = self.member(legacy).await?;
        note_move(&*legacy.audit, &*legacy.clock, &member, order, scope)
            .await
            .map_err(|error| wrong(error.to_string()))
    }

    /// Writes down what is taken back, before anything goes.
    pub(super) async fn note_undo(&self, legacy: &Legacy, subject: &str) -> Result<(), CliError> {
        let member = self.member(legacy).await?;
        note_undo(&*legacy.audit, &*legacy.clock, &member, subject)
            .await
            .map_err(|error| wrong(error.to_string()))
    }

    async fn member(&self, legacy: &Legacy) -> Result<StaffMember, CliError> {
        let id = StaffId::parse(&self.by).map_err(|error| wrong(error.to_string()))?;
        let member = legacy.staff.find(&id).await.map_err(failed)?;
        member.ok_or_else(|| wrong(format!("there is nobody with the staff id {id}")))
    }
}

fn wrong(problem: String) -> CliError {
    CliError::setting("--as", problem)
}
