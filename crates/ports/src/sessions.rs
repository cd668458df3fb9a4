use async_trait::async_trait;
use data_encoding::HEXLOWER;
use domain::StaffId;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use thiserror::Error;

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

    /// One that a store kept, as [`SessionKey::as_str`] gave it.
    pub fn stored(key: String) -> Self {
        Self(key)
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

/// The text is no id of a session: ids are 32 lower-case hex digits.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("a session's id is 32 lower-case hex digits")]
pub struct InvalidSessionId;

/// The name of a session, for the person who is signed in with it. It has nothing to do with the key:
/// nobody signs in with it. 128 random bits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct SessionId(String);

impl SessionId {
    /// A new one.
    pub fn random() -> Self {
        Self(HEXLOWER.encode(&rand::random::<[u8; 16]>()))
    }

    /// Reads an id.
    ///
    /// # Errors
    /// When the text is anything but 32 lower-case hex digits.
    pub fn parse(text: impl Into<String>) -> std::result::Result<Self, InvalidSessionId> {
        let text = text.into();
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() == 32 && text.bytes().all(is_hex) {
            Ok(Self(text))
        } else {
            Err(InvalidSessionId)
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SessionId {
    type Error = InvalidSessionId;

    fn try_from(text: String) -> std::result::Result<Self, InvalidSessionId> {
        Self::parse(text)
    }
}

/// Somebody signed in, on one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Session {
    /// The digest it is kept under.
    pub key: SessionKey,
    /// Its name in the list of whoever is signed in.
    pub id: SessionId,
    /// The member of staff who is signed in.
    pub staff: StaffId,
    /// The browser in a few words, such as `Firefox on Windows`; `None` where it is not known. Nothing
    /// else is kept of the computer: neither its whole `User-Agent` nor its address.
    pub device: Option<String>,
    /// When the person signed in.
    pub began_at: Timestamp,
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

    /// Most sessions of one person that are listed.
    pub const MOST_LISTED: usize = 100;

    /// A session that begins at `now`, under a new id, on a browser that is not known. It ends at
    /// `expires_at` if it is not used until then, and at `ends_at` in any case.
    pub fn begin(
        key: SessionKey,
        staff: StaffId,
        now: Timestamp,
        expires_at: Timestamp,
        ends_at: Timestamp,
    ) -> Self {
        Self {
            key,
            id: SessionId::random(),
            staff,
            device: None,
            began_at: now,
            used_at: now,
            expires_at,
            ends_at,
        }
    }

    /// The same on this browser.
    #[must_use]
    pub fn on(mut self, device: Option<String>) -> Self {
        self.device = device;
        self
    }

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

    /// The sessions of a staff member that [are alive](Session::is_alive) at `now`, those used last first; at
    /// most [`Session::MOST_LISTED`].
    ///
    /// # Errors
    /// `Unavailable`.
    async fn list(&self, staff: &StaffId, now: Timestamp) -> Result<Vec<Session>>;

    /// Ends a session. Ending again changes nothing.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn end(&self, key: &SessionKey) -> Result<()>;

    /// Ends the session of this id if it is one of this staff member: its key, or `None` where they have
    /// no such session.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn end_one(&self, staff: &StaffId, id: &SessionId) -> Result<Option<SessionKey>>;

    /// Ends every session of a staff member but the one of this key: the keys of those that it ended.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn end_others(&self, staff: &StaffId, keep: &SessionKey) -> Result<Vec<SessionKey>>;

    /// Ends every session of a staff member, who has left or changed their password.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn end_all(&self, staff: &StaffId) -> Result<()>;
}
