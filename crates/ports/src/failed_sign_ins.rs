use async_trait::async_trait;
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::Result;

/// The key of the digests around signing in: what failures are counted under, and what a browser holds
/// that signed in before. Kept by the store, so that every instance has the same. 256 bits.
#[derive(Clone, PartialEq, Eq)]
pub struct SignInKey(String);

impl SignInKey {
    /// A new one.
    pub fn random() -> Self {
        Self(HEXLOWER.encode(&rand::random::<[u8; 32]>()))
    }

    /// One that a store kept, as [`SignInKey::expose`] gave it.
    pub fn stored(key: String) -> Self {
        Self(key)
    }

    /// The key as text, to be kept. Not for logs.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// A digest of these parts, which nobody makes without the key: 64 lower-case hex digits
    /// (HMAC-SHA-256).
    pub fn digest(&self, parts: &[&str]) -> String {
        // HMAC takes a key of any length, so this cannot fail.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_bytes()) else {
            return String::new();
        };
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        HEXLOWER.encode(&mac.finalize().into_bytes())
    }
}

impl std::fmt::Debug for SignInKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignInKey(…)")
    }
}

/// Failed sign-ins under one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failures {
    /// The digest they are counted under.
    pub key: String,
    /// How many.
    pub count: u32,
    /// When the first of them was.
    pub since: Timestamp,
}

/// Failed sign-ins, counted over all instances. Keys are digests: no name and no address is stored.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait FailedSignIns: Send + Sync {
    /// The key of the digests: the kept one, or `fresh`, which is kept from now on.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn key(&self, fresh: &SignInKey) -> Result<SignInKey>;

    /// The counts of these keys; those that have nothing are left out.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn counted(&self, keys: &[String]) -> Result<Vec<Failures>>;

    /// Counts a failure at `now` under each key. A count that began before `window`, or in the future,
    /// begins anew; such counts of all keys are dropped.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn count(&self, keys: &[String], now: Timestamp, window: Timestamp) -> Result<()>;

    /// Forgets what was counted under a key.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn forget(&self, key: &str) -> Result<()>;
}
