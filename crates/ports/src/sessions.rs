use async_trait::async_trait;
use data_encoding::HEXLOWER;
use domain::StaffId;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use crate::Result;

/// A digest of the secret a browser holds: whoever reads the store cannot sign in with it.
/// 64 lower-case hex digits (SHA-256).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SessionKey(String);

impl SessionKey {
    /// The key for a secret.
    pub fn of_secret(secret: &[u8]) -> Self {
        Self(HEXLOWER.encode(&Sha256::digest(secret)))
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
    /// The digest it is kept under.
    pub key: SessionKey,
    /// The member of staff who is signed in.
    pub staff: StaffId,
    /// When it was last used.
    pub used_at: Timestamp,
    /// When it ends if nothing is done until then.
    pub expires_at: Timestamp,
    /// When it ends whatever is done.
    pub ends_at: Timestamp,
}

impl Session {
    /// How far the clocks of two instances may differ.
    pub const CLOCK_DRIFT: SignedDuration = SignedDuration::from_secs(60);

    /// Whether it has not ended by `now`. A use that lies in the future was noted by a clock that has
    /// been set back since: how long nobody sat there is not known then, so the session is over.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        self.expires_at > now
            && self.ends_at > now
            && self.used_at.duration_since(now) <= Self::CLOCK_DRIFT
    }
}

/// The member of staff who is signed in.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Begins a session.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn begin(&self, session: &Session) -> Result<()>;

    /// Notes that a session is used at `now` and moves its end to `expires_at`, never past its last
    /// hour. One that has ended stays ended: a request in flight cannot bring it back.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn extend(&self, key: &SessionKey, expires_at: Timestamp, now: Timestamp) -> Result<()>;

    /// A session that [is alive](Session::is_alive) at `now`. It is not found either when its doctor
    /// has left, or when the password, the role or the remember token of the account was changed
    /// since it began, whoever changed it.
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
