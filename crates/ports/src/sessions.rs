use async_trait::async_trait;
use domain::StaffId;
use jiff::Timestamp;

use crate::Result;

/// A digest of the secret a browser holds: whoever reads the store cannot sign in with it.
/// 64 lower-case hex digits (SHA-256).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionKey(String);

impl SessionKey {
    /// The key for a secret.
    pub fn of_secret(secret: &[u8]) -> Self {
        use sha2::{Digest, Sha256};
        let digest = Sha256::digest(secret);
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKey(…)")
    }
}

/// Somebody signed in, on one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Which.
    pub key: SessionKey,
    /// Who.
    pub staff: StaffId,
    /// When it ends if nothing is done until then.
    pub expires_at: Timestamp,
}

/// Who is signed in.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Begins a session.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn begin(&self, session: &Session) -> Result<()>;

    /// Moves the end of a session that has not ended. One that has stays ended: a request in
    /// flight cannot bring it back.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn extend(&self, key: &SessionKey, expires_at: Timestamp) -> Result<()>;

    /// A session that has not ended by `now`.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn find(&self, key: &SessionKey, now: Timestamp) -> Result<Option<Session>>;

    /// Ends a session. Ending again changes nothing.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn end(&self, key: &SessionKey) -> Result<()>;

    /// Ends every session of a staff member, who has left or changed their password.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn end_all(&self, staff: &StaffId) -> Result<()>;
}
