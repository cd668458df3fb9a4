use async_trait::async_trait;
use domain::{StaffId, StaffMember};

use crate::Result;

/// A password as a database holds it: bcrypt (`$2y$…`, as Laravel makes) or argon2id in PHC form.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// A hash from a database.
    pub fn stored(hash: String) -> Self {
        Self(hash)
    }

    /// The hash, to check a password against. Not for logs.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Somebody who could sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The member of staff who signs in.
    pub member: StaffMember,
    /// The hash that their password must match.
    pub password: PasswordHash,
}

/// The accounts that may sign in, where the HIMS's own table of users decides it. A host service with a login of
/// its own needs none.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Credentials: Send + Sync {
    /// The login for an e-mail address, whatever its case; where two differ in case alone, the one
    /// that is written so, or else the older one. Who has left is found as long as their account is
    /// there, and [says so](StaffMember::active).
    ///
    /// # Errors
    /// `Unavailable`.
    async fn find(&self, email: &str) -> Result<Option<Login>>;

    /// How passwords are hashed here: the beginning of a hash, up to its salt, of each way that is in
    /// use (`$2y$12$`, `$argon2id$v=19$m=19456,t=2,p=1$`), the most used first and at most
    /// 16 of them. What is no hash of these kinds is left out.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn ways_of_hashing(&self) -> Result<Vec<String>>;

    /// The active doctors and the e-mail addresses they are to sign in with, by id.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn doctors(&self) -> Result<Vec<(StaffId, String)>>;
}
