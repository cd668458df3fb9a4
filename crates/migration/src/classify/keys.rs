//! Keys of rows without an id, and of rooms whose id is too long for an index.

use std::hash::{Hash, Hasher};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use siphasher::sip::SipHasher13;

use crate::Row;

/// Most characters of a text that is a key by itself.
const MOST: usize = 150;

/// A key, and the other one under which an earlier version kept the same thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) key: String,
    pub(super) before: Option<String>,
}

impl Key {
    /// The key of a row without an id: its place, or where the table has no order, what it says.
    pub(super) fn of_row(row: &Row) -> Self {
        if row.mark().is_empty() {
            let raw = row.raw();
            Self {
                key: format!("row {}", digest(&raw)),
                before: Some(format!("row {}", digest_before(&raw))),
            }
        } else {
            Self {
                key: format!("row {}", row.mark()),
                before: None,
            }
        }
    }

    /// The key of a room that only messages know: the whole text, unless it is too long.
    pub(super) fn of_room(kind: &str, text: &str) -> Self {
        if text.chars().nth(MOST).is_none() {
            return Self {
                key: format!("{kind}:{text}"),
                before: None,
            };
        }
        let start: String = text.chars().take(MOST).collect();
        Self {
            key: format!("{kind}:{start} {}", digest(text)),
            before: Some(format!("{kind}:{start} {}", digest_before(text))),
        }
    }
}

fn digest(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text)[..16])
}

/// The digest of earlier versions, which hashed with Rust's `DefaultHasher`: SipHash 1-3 then, and not
/// promised to stay that.
fn digest_before(text: &str) -> String {
    let mut hasher = SipHasher13::new();
    text.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_its_own_key() {
        let key = Key::of_room("named", &"b".repeat(MOST));
        assert_eq!(key.key, format!("named:{}", "b".repeat(MOST)));
        assert_eq!(key.before, None);
    }

    #[test]
    fn a_long_text_has_a_digest_and_is_known_by_the_one_of_before() {
        let start = "b".repeat(MOST);
        let key = Key::of_room("named", &format!("{start}b"));
        let (kept, digest) = key.key.rsplit_once(' ').unwrap();
        assert_eq!(kept, format!("named:{start}"));
        assert_eq!(digest.len(), 32);
        let other = Key::of_room("named", &format!("{start}c"));
        assert_ne!(other.key, key.key);
        assert_ne!(other.before, key.before);
    }

    /// As `DefaultHasher` of Rust 1.95 hashes.
    #[test]
    fn the_digest_of_before_never_changes() {
        assert_eq!(digest_before("Ward B3"), "6d2857561948ba2e");
        assert_eq!(digest("Ward B3"), "d4e7effd8b8f495c8324cdb03caa35fd");
    }
}
