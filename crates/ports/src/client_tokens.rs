use async_trait::async_trait;
use domain::Doctor;
use jiff::Timestamp;

use crate::Result;

/// What a client library of the backend needs to talk to it for one doctor.
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
}
