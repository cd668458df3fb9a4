use std::fmt;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::WrittenEntry;
use crate::InvalidKey;

/// The key with which this hospital's instances sign audit entries. Whoever writes into the database and does not
/// have it cannot add an entry, or change one, unnoticed.
#[derive(Clone)]
pub struct AuditKey([u8; 32]);

/// The signature of an entry: the first 128 bits of HMAC-SHA-256 (RFC 2104, section 5) over all its words.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature([u8; Self::BYTES]);

impl Signature {
    /// Bytes of a signature.
    pub const BYTES: usize = 16;

    /// Stands where there is nothing to sign.
    pub const NONE: Self = Self([0; Self::BYTES]);

    /// One that a store kept; none where the bytes are no signature.
    pub fn stored(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().map(Self).ok()
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; Self::BYTES] {
        &self.0
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}

impl AuditKey {
    /// The key of these bytes.
    pub fn new(key: [u8; 32]) -> Self {
        Self(key)
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

    /// The signature of an entry.
    pub fn sign(&self, entry: &WrittenEntry) -> Signature {
        let mut mac = self.mac();
        mac.update(&entry.at.to_be_bytes());
        let always = [&entry.actor, &entry.action, &entry.decision].map(Some);
        let perhaps = [
            entry.room.as_ref(),
            entry.subject.as_ref(),
            entry.reason.as_ref(),
            entry.address.as_ref(),
            entry.session.as_ref(),
            entry.request.as_ref(),
        ];
        // Each text with its length before it, so that no two entries are the same bytes; none has a length of its own.
        for text in always.into_iter().chain(perhaps) {
            let length = text.map_or(u64::MAX, |text| text.len() as u64);
            mac.update(&length.to_be_bytes());
            mac.update(text.map_or(&[], |text| text.as_bytes()));
        }
        signature(mac)
    }

    /// The signature of a seal with this hash. Entries begin with the bytes of a time, which these words are none of.
    pub(super) fn sign_seal(&self, hash: &[u8; 32]) -> Signature {
        let mut mac = self.mac();
        mac.update(b"hims-chat audit seal");
        mac.update(hash);
        signature(mac)
    }

    /// The signature of a statement of this kind, which is a word of ours of at most 255 bytes. Its length stands before it,
    /// so that no two statements are the same bytes; seals and entries begin otherwise.
    pub(crate) fn sign_statement(&self, kind: &str, statement: &[u8]) -> Signature {
        let mut mac = self.mac();
        mac.update(b"hims-chat statement ");
        mac.update(&[u8::try_from(kind.len()).unwrap_or(u8::MAX)]);
        mac.update(kind.as_bytes());
        mac.update(statement);
        signature(mac)
    }

    fn mac(&self) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        Hmac::new_from_slice(&self.0).expect("any key length")
    }
}

fn signature(mac: Hmac<Sha256>) -> Signature {
    let digest = mac.finalize().into_bytes();
    let mut signature = Signature::NONE;
    signature.0.copy_from_slice(&digest[..Signature::BYTES]);
    signature
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> WrittenEntry {
        let [actor, action, decision] = ["7", "read-room", "denied"].map(str::to_owned);
        let mut entry = WrittenEntry::stored(1_750_000_000_000_000, actor, action, decision);
        entry.room = Some("12".to_owned());
        entry.subject = Some("3".to_owned());
        entry
    }

    #[test]
    fn every_word_counts_and_so_does_its_place() {
        type Change = fn(&mut WrittenEntry);
        let changes: [Change; 13] = [
            |entry| entry.at += 1,
            |entry| entry.actor = "8".into(),
            |entry| entry.actor = String::new(),
            |entry| entry.action = "read-versions".into(),
            |entry| entry.decision = "allowed".into(),
            |entry| entry.room = None,
            |entry| entry.subject = None,
            |entry| entry.subject = Some(String::new()),
            |entry| (entry.room, entry.subject) = (Some("1".into()), Some("23".into())),
            |entry| std::mem::swap(&mut entry.room, &mut entry.subject),
            |entry| entry.reason = Some("too-fast".into()),
            |entry| entry.session = Some("x".into()),
            |entry| entry.request = Some("x".into()),
        ];
        let key = AuditKey::new([7; 32]);
        let mut seen = vec![key.sign(&entry()), AuditKey::new([8; 32]).sign(&entry())];
        for change in changes {
            let mut changed = entry();
            change(&mut changed);
            let signature = key.sign(&changed);
            assert!(!seen.contains(&signature), "{changed:?}");
            seen.push(signature);
        }
        assert_eq!(key.sign(&entry()), seen[0]);
    }
}
