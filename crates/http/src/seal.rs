//! Words sealed with a key of their doctor's own, so that only that doctor's pages show them.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use data_encoding::HEXLOWER;
use domain::StaffId;
use ports::PatientRefKey;

const NONCE_BYTES: usize = 24;

/// Seals and opens the words of one account (XChaCha20-Poly1305). `place` is where they belong: what was
/// sealed for one place does not open at another.
pub(crate) struct Seal(XChaCha20Poly1305);

impl Seal {
    pub(crate) fn of(keys: &PatientRefKey, account: &StaffId) -> Option<Self> {
        Self::with(&keys.draft_key(account))
    }

    /// Seals and opens sign-ins that are on their way through a provider.
    pub(crate) fn of_sign_on(keys: &PatientRefKey) -> Option<Self> {
        Self::with(&keys.sign_on_key())
    }

    fn with(key: &str) -> Option<Self> {
        let key = HEXLOWER.decode(key.as_bytes()).ok()?;
        XChaCha20Poly1305::new_from_slice(&key).ok().map(Self)
    }

    pub(crate) fn seal(&self, words: &[u8], place: &str) -> Option<Vec<u8>> {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let payload = Payload {
            msg: words,
            aad: place.as_bytes(),
        };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    pub(crate) fn open(&self, sealed: &[u8], place: &str) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: sealed,
            aad: place.as_bytes(),
        };
        self.0.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_account_at_the_same_place_opens_it() {
        let (keys, others) = (PatientRefKey::random(), PatientRefKey::random());
        let seal = |keys, id: i64| Seal::of(keys, &StaffId::from(id)).unwrap();
        let sealed = seal(&keys, 1).seal("K 6.9".as_bytes(), "/a 2").unwrap();
        assert!(!sealed.windows(3).any(|part| part == b"6.9"));
        assert_eq!(
            seal(&keys, 1).open(&sealed, "/a 2").as_deref(),
            Some(&b"K 6.9"[..])
        );
        assert_eq!(seal(&keys, 1).open(&sealed, "/a 21"), None);
        assert_eq!(seal(&keys, 2).open(&sealed, "/a 2"), None);
        assert_eq!(seal(&others, 1).open(&sealed, "/a 2"), None);
        let mut spoilt = sealed.clone();
        *spoilt.last_mut().unwrap() ^= 1;
        for wrong in [&spoilt[..], &sealed[..23], b""] {
            assert_eq!(seal(&keys, 1).open(wrong, "/a 2"), None);
        }
    }
}
