use std::time::Duration;

use async_trait::async_trait;
use domain::{Denied, Doctor, StaffId};
use jiff::Timestamp;

use crate::Result;

/// The credentials with which a client library of the backend acts for one doctor.
#[derive(Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub struct ClientToken {
    pub app_id: String,
    pub api_key: String,
    pub user_id: String,
    pub token: String,
    pub expires_at: Timestamp,
    pub base_url: String,
}

impl ClientToken {
    /// How long a token is good at most.
    pub const LIFETIME: Duration = Duration::from_secs(3600);
}

/// Shows whose it is and until when, never the token.
impl std::fmt::Debug for ClientToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientToken")
            .field("user_id", &self.user_id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Tokens with which a doctor's browser talks to a hosted backend itself.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait ClientTokens: Send + Sync {
    /// A token for the doctor, good for at most one hour. Each call makes another.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn mint(&self, doctor: &Doctor) -> Result<ClientToken>;

    /// Makes every token of the doctor made until now worthless. Repeating it changes nothing.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn revoke(&self, doctor: &Doctor) -> Result<()>;

    /// Lists who may have access at the backend itself now: everybody it knows as a doctor and has not
    /// deactivated. Quick; the backend's answer may be an hour old.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn holders(&self) -> Result<Vec<StaffId>>;

    /// Takes every access at the backend from somebody who is no doctor any more: the tokens are
    /// worthless, the user is put out of service. What they wrote stays, and so do their places in
    /// rooms; when they are a doctor again, their next use of the backend lets them in again.
    /// Repeating it changes nothing, and so does somebody the backend does not know.
    ///
    /// # Errors
    /// `Unavailable`; then it may have been done in part, and is to be repeated.
    async fn withdraw(&self, staff: &StaffId, why: Denied) -> Result<()>;
}
