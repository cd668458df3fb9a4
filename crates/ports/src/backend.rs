use std::sync::Arc;

use async_trait::async_trait;

use crate::{Attachments, Capabilities, ClientTokens, Live, Messages, Receipts, Result, Rooms};

/// Whether a backend answers.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Health: Send + Sync {
    /// Asks the backend for a sign of life, the cheapest there is.
    ///
    /// # Errors
    /// `Unavailable`, with words an operator can act on.
    async fn check(&self) -> Result<()>;
}

/// A backend, unguarded: what an adapter makes and [`crate::Chat::new`] takes.
#[derive(Clone)]
#[allow(missing_docs, reason = "the types say it")]
pub struct Backend {
    pub rooms: Arc<dyn Rooms>,
    pub messages: Arc<dyn Messages>,
    pub receipts: Arc<dyn Receipts>,
    pub live: Arc<dyn Live>,
    pub attachments: Arc<dyn Attachments>,
    pub health: Arc<dyn Health>,
    /// None where client libraries cannot talk to the backend themselves.
    pub tokens: Option<Arc<dyn ClientTokens>>,
    pub capabilities: Capabilities,
}
