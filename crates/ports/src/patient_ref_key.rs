use std::fmt;

use domain::{PatientId, PatientRef};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;

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
        let digits: Vec<u8> = text
            .chars()
            .map_while(|c| c.to_digit(16))
            .filter_map(|d| u8::try_from(d).ok())
            .collect();
        if digits.len() != 64 || text.len() != 64 {
            return Err(InvalidKey);
        }
        let mut key = [0; 32];
        for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = (pair[0] << 4) | pair[1];
        }
        Ok(Self(key))
    }

    /// The key as 64 hex digits, to keep it. Not for logs.
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The pseudonym of a patient: the same for the same patient and key, always.
    pub fn reference(&self, patient: &PatientId) -> PatientRef {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any key length");
        mac.update(patient.as_str().as_bytes());
        let digest = mac.finalize().into_bytes();
        let hex: String = digest
            .iter()
            .take(20)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        #[expect(clippy::expect_used, reason = "20 bytes are 40 lower-case hex digits")]
        PatientRef::parse(hex).expect("40 hex digits")
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
