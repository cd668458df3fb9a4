//! Sums by which a file is known again.

use data_encoding::HEXLOWER;
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// The sums of some bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sums {
    /// SHA-256 as hex digits, as `sha256sum` writes it.
    pub(crate) sha256: String,
    /// SHA-1, which is what FHIR has for the hash of an attachment.
    pub(crate) sha1: Vec<u8>,
}

impl Sums {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self {
            sha256: hex(&Sha256::digest(bytes)),
            sha1: Sha1::digest(bytes).to_vec(),
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}
