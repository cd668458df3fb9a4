use std::fmt;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use domain::{PatientId, PatientRef, StaffId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;

use crate::AuditKey;

/// The key of the patient pseudonyms. It must never change once rooms exist outside the hospital.
#[derive(Clone)]
pub struct PatientRefKey([u8; 32]);

/// The text is no key.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("must be 64 hex digits")]
pub struct InvalidKey;

impl PatientRefKey {
    /// A new random key.
    pub fn random() -> Self {
        Self(rand::random())
    }

    /// Reads a key.
    ///
    /// # Errors
    /// [`InvalidKey`] when the text is anything but 64 hex digits.
    pub fn from_hex(text: &str) -> Result<Self, InvalidKey> {
        let key = HEXLOWER_PERMISSIVE.decode(text.as_bytes());
        let key = key.map_err(|_| InvalidKey)?;
        key.try_into().map(Self).map_err(|_| InvalidKey)
    }

    /// The key as 64 hex digits, to keep it. Not for logs.
    pub fn to_hex(&self) -> String {
        HEXLOWER.encode(&self.0)
    }

    /// The pseudonym of a patient: the same for the same patient and key, always.
    pub fn reference(&self, patient: &PatientId) -> PatientRef {
        let mut hex = self.digest(patient.as_str());
        hex.truncate(40);
        #[expect(clippy::expect_used, reason = "40 lower-case hex digits")]
        PatientRef::parse(hex).expect("40 hex digits")
    }

    /// A key of one doctor's own, 64 hex digits, with which their browser seals what they have written
    /// while its pages are locked. The same for the same doctor and key, always.
    pub fn draft_key(&self, doctor: &StaffId) -> String {
        // No patient's id has a space.
        self.digest(&format!("drafts of {}", doctor.as_str()))
    }

    /// A key, 64 hex digits, that seals sign-ins on their way through the hospital's own provider. The same
    /// for the same key, always.
    pub fn sign_on_key(&self) -> String {
        // No patient's id has a space.
        self.digest("sign on")
    }

    /// The key that signs entries of the audit. The same for the same key, always.
    pub fn audit_key(&self) -> AuditKey {
        // No patient's id has a space.
        AuditKey::new(self.mac("audit entries"))
    }

    /// HMAC-SHA-256 as 64 hex digits.
    fn digest(&self, text: &str) -> String {
        HEXLOWER.encode(&self.mac(text))
    }

    fn mac(&self, text: &str) -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any key length");
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for PatientRefKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PatientRefKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_doctor_has_a_key_of_their_own() {
        let key = PatientRefKey::from_hex(&"0b".repeat(32)).unwrap();
        let seven = key.draft_key(&StaffId::from(7));
        assert_eq!(seven.len(), 64);
        assert_eq!(seven, key.draft_key(&StaffId::from(7)));
        assert_ne!(seven, key.draft_key(&StaffId::from(8)));
        assert_ne!(seven, PatientRefKey::random().draft_key(&StaffId::from(7)));
    }

    #[test]
    fn a_reference_is_stable_and_depends_on_key_and_patient() {
        let key = PatientRefKey::from_hex(&"0b".repeat(32)).unwrap();
        let seven = key.reference(&PatientId::from(7));
        assert_eq!(
            seven,
            PatientRefKey::from_hex(&key.to_hex())
                .unwrap()
                .reference(&PatientId::from(7))
        );
        assert_ne!(seven, key.reference(&PatientId::from(8)));
        assert_ne!(
            seven,
            PatientRefKey::random().reference(&PatientId::from(7))
        );
    }

    #[test]
    fn a_key_is_64_hex_digits() {
        for text in [
            "",
            "00",
            &"0g".repeat(32),
            &"0".repeat(65),
            &"é0".repeat(32),
        ] {
            assert!(PatientRefKey::from_hex(text).is_err());
        }
    }
}
