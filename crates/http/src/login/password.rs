use std::{sync::OnceLock, thread::available_parallelism, time::Duration};

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash as Phc};
use ports::PasswordHash;
use tokio::sync::Semaphore;

/// How long a login waits for its turn to be checked.
const TURN: Duration = Duration::from_secs(5);

/// An argon2id hash of a new password, in PHC form, with the parameters the argon2 crate
/// recommends (OWASP's minimum: 19 MiB, 2 passes).
///
/// # Errors
/// `Internal` when the machine has no randomness.
pub fn hash_password(password: &str) -> ports::Result<PasswordHash> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| PasswordHash::stored(hash.to_string()))
        .map_err(|_| ports::Error::internal("the password cannot be hashed"))
}

/// Checks passwords, a few at a time: each check takes 19 MiB and a processor.
pub(super) struct PasswordCheck {
    turns: Semaphore,
}

impl Default for PasswordCheck {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(available_parallelism().map_or(2, usize::from)),
        }
    }
}

impl PasswordCheck {
    /// Whether a password matches; `None` when too many are being checked already. An unknown
    /// account costs the same work as one with a password of ours, so that the time of the answer
    /// does not tell which there are.
    pub(super) async fn matches(
        &self,
        password: String,
        hash: Option<PasswordHash>,
    ) -> Option<bool> {
        let _turn = tokio::time::timeout(TURN, self.turns.acquire())
            .await
            .ok()?
            .ok()?;
        let is_known = hash.is_some();
        let check = move || match hash.as_ref().or_else(|| nobodys()) {
            Some(hash) => verify(&password, hash.expose()),
            None => false,
        };
        Some(tokio::task::spawn_blocking(check).await.unwrap_or(false) && is_known)
    }
}

/// The password of nobody.
fn nobodys() -> Option<&'static PasswordHash> {
    static NOBODYS: OnceLock<Option<PasswordHash>> = OnceLock::new();
    NOBODYS
        .get_or_init(|| hash_password(&format!("{:032x}", rand::random::<u128>())).ok())
        .as_ref()
}

/// Laravel's hashes are bcrypt (`$2y$`), ours argon2id.
fn verify(password: &str, hash: &str) -> bool {
    if hash.starts_with("$2") {
        return bcrypt::verify(password, hash).unwrap_or(false);
    }
    Phc::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_hashes_and_laravels_verify() {
        let ours = hash_password("larkmere-demo").unwrap();
        assert!(ours.expose().starts_with("$argon2id$"));
        assert!(verify("larkmere-demo", ours.expose()));
        assert!(!verify("larkmere-dem0", ours.expose()));

        let laravels = bcrypt::hash_with_result("secret", 4)
            .unwrap()
            .format_for_version(bcrypt::Version::TwoY);
        assert!(laravels.starts_with("$2y$"));
        assert!(verify("secret", &laravels));
        assert!(!verify("Secret", &laravels));
    }

    #[test]
    fn what_is_no_hash_matches_nothing() {
        for hash in ["", "plain", "$2y$", "$argon2id$broken"] {
            assert!(!verify("", hash) && !verify("plain", hash));
        }
    }

    #[tokio::test]
    async fn nobody_matches_no_password() {
        assert_eq!(
            PasswordCheck::default().matches("x".into(), None).await,
            Some(false)
        );
    }
}
