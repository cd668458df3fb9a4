use async_trait::async_trait;
use domain::{HeldMatter, HoldReason, StaffId};
use jiff::Timestamp;

use crate::Result;

/// Something that is kept whatever the rules of retention say, because of a claim or an investigation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LegalHold {
    /// Counted from 1.
    pub number: i64,
    /// The matter that it keeps.
    pub matter: HeldMatter,
    /// The reason for the hold, as it was given.
    pub reason: HoldReason,
    /// The member of staff who placed it; none at the server's own console.
    pub placed_by: Option<StaffId>,
    /// Time at which it was placed.
    pub placed_at: Timestamp,
    /// When it was lifted; none while it holds.
    pub lifted_at: Option<Timestamp>,
}

impl LegalHold {
    /// A hold that a store kept.
    pub fn stored(number: i64, hold: NewHold, lifted_at: Option<Timestamp>) -> Self {
        let NewHold {
            matter,
            reason,
            placed_by,
            placed_at,
        } = hold;
        Self {
            number,
            matter,
            reason,
            placed_by,
            placed_at,
            lifted_at,
        }
    }
}

/// A hold to place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "as in LegalHold")]
pub struct NewHold {
    pub matter: HeldMatter,
    pub reason: HoldReason,
    pub placed_by: Option<StaffId>,
    pub placed_at: Timestamp,
}

/// The legal holds of the hospital.
///
/// Contract: a hold is never removed, only lifted.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait LegalHolds: Send + Sync {
    /// Places a hold; its number.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn place(&self, hold: &NewHold) -> Result<i64>;

    /// Lifts a hold; whether it held until now.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable`.
    async fn lift(&self, number: i64, at: Timestamp) -> Result<bool>;

    /// Holds, the newest first: those that hold, and with `lifted` at most [`MOST_LIFTED`] of the others.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn list(&self, lifted: bool) -> Result<Vec<LegalHold>>;
}

/// Most lifted holds that are listed.
pub const MOST_LIFTED: usize = 500;
