use std::sync::{Arc, Mutex, PoisonError};

use argon2::{
    Argon2, Block, PasswordHasher,
    password_hash::phc::{Output, PasswordHash as Phc},
};
use ports::PasswordHash;

use super::way::{Way, work_beside};

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

/// Checks passwords. The memory that Argon2 works in is kept and used again: given back and taken anew
/// it would pile up in the allocator. There are as many pieces as checks at once.
#[derive(Clone, Default)]
pub(super) struct PasswordCheck {
    memory: Arc<Mutex<Vec<Vec<Block>>>>,
}

impl PasswordCheck {
    /// Whether a password matches. Whatever the hash, and if there is none, the work is the same: that
    /// of the strongest of all `ways` in use. So the time of the answer does not tell which accounts
    /// there are.
    pub(super) async fn matches(
        &self,
        password: String,
        hash: Option<PasswordHash>,
        ways: Vec<Way>,
    ) -> bool {
        let check = self.clone();
        let work = move || {
            let hash = hash.as_ref().map_or("", PasswordHash::expose);
            let own = Way::of(hash);
            let matches = own.is_some_and(|way| check.verify(&password, hash, way));
            for way in work_beside(&ways, own) {
                check.work(&password, way);
            }
            matches
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(false)
    }

    /// Laravel's hashes are bcrypt (`$2y$`) or Argon2, ours argon2id.
    fn verify(&self, password: &str, hash: &str, way: Way) -> bool {
        match way {
            Way::Bcrypt { .. } => bcrypt::verify(password, hash).unwrap_or(false),
            Way::Argon2 { .. } => self.verify_argon2(password, hash, way).unwrap_or(false),
        }
    }

    fn verify_argon2(&self, password: &str, hash: &str, way: Way) -> Option<bool> {
        let hash = Phc::new(hash).ok()?;
        let (salt, expected) = (hash.salt?, hash.hash?);
        let mut made = vec![0; expected.len()];
        self.argon2(way, password, &salt, &mut made)?;
        // Compared in constant time.
        Some(Output::new(&made).ok()? == expected)
    }

    /// The same work as checking a password of this way, for nothing.
    fn work(&self, password: &str, way: Way) {
        match way {
            Way::Bcrypt { cost } => drop(bcrypt::hash_with_salt(password, cost, [0; 16])),
            Way::Argon2 { .. } => {
                let _ = self.argon2(way, password, &[0; 16], &mut [0; 32]);
            }
        }
    }

    fn argon2(&self, way: Way, password: &str, salt: &[u8], made: &mut [u8]) -> Option<()> {
        let argon2 = way.argon2(made.len())?;
        let taken = self.memory().pop();
        let mut memory = taken.unwrap_or_default();
        let blocks = argon2.params().block_count();
        if memory.len() < blocks {
            memory.resize(blocks, Block::new());
        }
        let done =
            argon2.hash_password_into_with_memory(password.as_bytes(), salt, made, &mut *memory);
        self.memory().push(memory);
        done.ok()
    }

    fn memory(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Block>>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verify(check: &PasswordCheck, password: &str, hash: &str) -> bool {
        Way::of(hash).is_some_and(|way| check.verify(password, hash, way))
    }

    #[test]
    fn our_own_hashes_and_laravels_verify_in_memory_that_is_used_again() {
        let check = PasswordCheck::default();
        let ours = hash_password("larkmere-demo").unwrap();
        assert!(ours.expose().starts_with("$argon2id$"));
        for _ in 0..2 {
            assert!(verify(&check, "larkmere-demo", ours.expose()));
            assert!(!verify(&check, "larkmere-dem0", ours.expose()));
            // PHP's password_hash("secret", PASSWORD_ARGON2I) with other costs, and with several lanes.
            for (name, version, params) in [
                ("argon2i", 0x13, (1024, 3, 1)),
                ("argon2id", 0x13, (2048, 1, 2)),
            ] {
                let (m, t, p) = params;
                let way = Way::of(&format!("${name}$v={version}$m={m},t={t},p={p}$")).unwrap();
                let hash = way.argon2(32).unwrap().hash_password(b"secret").unwrap();
                assert!(verify(&check, "secret", &hash.to_string()), "{hash}");
                assert!(!verify(&check, "Secret", &hash.to_string()));
            }
        }
        assert_eq!(check.memory().len(), 1, "one piece for one check at a time");

        let laravels = bcrypt::hash_with_result("secret", 4)
            .unwrap()
            .format_for_version(bcrypt::Version::TwoY);
        assert!(laravels.starts_with("$2y$"));
        assert!(verify(&check, "secret", &laravels));
        assert!(!verify(&check, "Secret", &laravels));
    }

    #[tokio::test]
    async fn what_is_no_hash_matches_nothing() {
        let check = PasswordCheck::default();
        for hash in [
            "",
            "plain",
            "$2y$",
            "$2y$31$eW5vdGhpbmdzZWNyZXRoZOOf0U9GQ2gZfWdqNGOnu5.IdREv/E.F2",
            "$argon2id$broken",
            "$argon2id$v=19$m=4294967295,t=2,p=1$c2FsdHNhbHRzYWx0$AAAA",
        ] {
            assert!(!verify(&check, "", hash) && !verify(&check, "plain", hash));
            let hash = PasswordHash::stored(hash.to_owned());
            assert!(!check.matches("x".into(), Some(hash), Vec::new()).await);
        }
        assert!(!check.matches("x".into(), None, Vec::new()).await);
    }
}
