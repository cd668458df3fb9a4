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
    /// Who they are.
    pub member: StaffMember,
    /// What their password must match.
    pub password: PasswordHash,
}

/// Who may sign in, where the HIMS's own table of users decides it. A host service with a login of
/// its own needs none.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Credentials: Send + Sync {
    /// The login for an e-mail address, whatever its case.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn find(&self, email: &str) -> Result<Option<Login>>;

    /// The active doctors and the e-mail addresses they are to sign in with, by id.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn doctors(&self) -> Result<Vec<(StaffId, String)>>;
}
