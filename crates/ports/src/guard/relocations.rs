use std::sync::Arc;

use domain::StaffMember;

use crate::{
    Audit, Clock, MoveOrder, MoveScope, MoveStatus, Relocating, Result,
    usecase::{may_see_moves, note_move},
};

/// Moving rooms behind the guard: administrators only, and who ordered what is written down.
#[derive(Clone)]
pub struct Relocations {
    inner: Arc<dyn Relocating>,
    audit: Arc<dyn Audit>,
    clock: Arc<dyn Clock>,
}

impl Relocations {
    /// Puts the guard before it.
    pub fn new(inner: Arc<dyn Relocating>, audit: Arc<dyn Audit>, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            audit,
            clock,
        }
    }

    /// See [`Relocating::status`].
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; `Unavailable`.
    pub async fn status(&self, member: &StaffMember) -> Result<MoveStatus> {
        may_see_moves(&*self.audit, &*self.clock, member).await?;
        self.inner.status().await
    }

    /// See [`Relocating::begin`].
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active administrator; those of [`Relocating::begin`].
    pub async fn begin(
        &self,
        member: &StaffMember,
        order: MoveOrder,
        scope: MoveScope,
    ) -> Result<()> {
        note_move(&*self.audit, &*self.clock, member, order, &scope).await?;
        self.inner.begin(order, scope).await
    }
}
