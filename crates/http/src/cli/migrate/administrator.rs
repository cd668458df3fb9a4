use clap::Args;
use domain::StaffId;
use ports::{MoveOrder, MoveScope, usecase::note_move};

use super::{Stop, failed};
use crate::cli::compose::Legacy;

/// Who has rooms moved.
#[derive(Clone, Args)]
pub(super) struct Administrator {
    /// Who orders it: the staff id of an administrator, for the audit.
    #[arg(long = "as", value_name = "STAFF_ID")]
    by: String,
}

impl Administrator {
    /// Writes down what is ordered, before anything moves.
    pub(super) async fn note(
        &self,
        legacy: &Legacy,
        order: MoveOrder,
        scope: &MoveScope,
    ) -> Result<(), Stop> {
        let wrong = |problem: String| Stop::setting("--as", problem);
        let id = StaffId::parse(&self.by).map_err(|error| wrong(error.to_string()))?;
        let member = legacy.staff.find(&id).await.map_err(failed)?;
        let member =
            member.ok_or_else(|| wrong(format!("there is nobody with the staff id {id}")))?;
        note_move(&*legacy.audit, &*legacy.clock, &member, order, scope)
            .await
            .map_err(|error| wrong(error.to_string()))
    }
}
