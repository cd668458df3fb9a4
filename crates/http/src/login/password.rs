use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash as Phc};
use ports::PasswordHash;

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

/// Whether a password matches. An unknown account costs the same work, so that the time of the
/// answer does not tell which accounts there are.
pub(super) async fn matches(password: String, hash: Option<PasswordHash>) -> bool {
    let is_known = hash.is_some();
    let check = move || match &hash {
        Some(hash) => verify(&password, hash.expose()),
        None => bcrypt::hash(password, 10).is_err(),
    };
    tokio::task::spawn_blocking(check).await.unwrap_or(false) && is_known
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
}
