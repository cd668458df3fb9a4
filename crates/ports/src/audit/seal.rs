use jiff::Timestamp;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::{AuditKey, Signature};

/// Entries that were stored at about the same time, in an order that is fixed from then on: each seal commits to the
/// one before it by its hash (SHA-256), so nothing before the newest can be changed, cut, added or moved unnoticed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seal {
    /// From 0, without a gap.
    pub number: i64,
    /// When it was made.
    pub at: Timestamp,
    /// Entries up to this id are older than seals are and in none; 0 in every seal but the first.
    pub before: i64,
    /// The entries.
    pub links: Vec<Link>,
    /// The hash of all that, and of the seal before.
    pub hash: [u8; 32],
    /// Shows that this service made it: without the key nobody makes the seals after a change anew.
    pub signature: Signature,
}

/// An entry in a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The entry's id.
    pub entry: i64,
    /// Its signature; [`Signature::NONE`] if it was gone before it could be sealed.
    pub signature: Signature,
}

/// The bytes hold no links.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the entries of a seal cannot be read")]
pub struct InvalidSeal;

impl Link {
    const BYTES: usize = 8 + Signature::BYTES;

    /// Links as a store keeps them: of each the id, most significant byte first, and the signature.
    pub fn encode(links: &[Self]) -> Vec<u8> {
        let bytes = links.iter().flat_map(|link| {
            let id = link.entry.to_be_bytes();
            id.into_iter().chain(*link.signature.as_bytes())
        });
        bytes.collect()
    }

    /// Links that a store kept.
    ///
    /// # Errors
    /// [`InvalidSeal`] when the bytes are cut.
    pub fn decode(bytes: &[u8]) -> Result<Vec<Self>, InvalidSeal> {
        let (links, rest) = bytes.as_chunks::<{ Self::BYTES }>();
        if !rest.is_empty() {
            return Err(InvalidSeal);
        }
        let link = |bytes: &[u8; Self::BYTES]| {
            let (id, signature) = bytes.split_first_chunk::<8>()?;
            Some(Self {
                entry: i64::from_be_bytes(*id),
                signature: Signature::stored(signature)?,
            })
        };
        links
            .iter()
            .map(|bytes| link(bytes).ok_or(InvalidSeal))
            .collect()
    }
}

impl Seal {
    /// The first seal of a record. Entries up to `before` were there already, unsigned.
    pub fn first(key: &AuditKey, at: Timestamp, before: i64) -> Self {
        Self::made(key, (0, at, before, Vec::new()), &[0; 32])
    }

    /// The seal after the one with this number and hash.
    #[must_use]
    pub fn after(
        key: &AuditKey,
        (number, hash): (i64, &[u8; 32]),
        at: Timestamp,
        links: Vec<Link>,
    ) -> Self {
        Self::made(key, (number + 1, at, 0, links), hash)
    }

    /// One that a store kept.
    pub fn stored(
        (number, at, before): (i64, Timestamp, i64),
        links: Vec<Link>,
        hash: [u8; 32],
        signature: Signature,
    ) -> Self {
        Self {
            number,
            at,
            before,
            links,
            hash,
            signature,
        }
    }

    /// Whether this service made it, and after the seal with the hash `previous`; zeros before the first.
    pub fn follows(&self, key: &AuditKey, previous: &[u8; 32]) -> bool {
        self.hash == self.hashed(previous) && self.signature == key.sign_seal(&self.hash)
    }

    fn made(
        key: &AuditKey,
        (number, at, before, links): (i64, Timestamp, i64, Vec<Link>),
        previous: &[u8; 32],
    ) -> Self {
        // The store keeps microseconds.
        let at = Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at);
        let (hash, signature) = ([0; 32], Signature::NONE);
        let mut seal = Self {
            number,
            at,
            before,
            links,
            hash,
            signature,
        };
        seal.hash = seal.hashed(previous);
        seal.signature = key.sign_seal(&seal.hash);
        seal
    }

    fn hashed(&self, previous: &[u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"hims-chat audit seal 1");
        hash.update(previous);
        for number in [self.number, self.at.as_microsecond(), self.before] {
            hash.update(number.to_be_bytes());
        }
        hash.update(Link::encode(&self.links));
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> Vec<Link> {
        let link = |entry| Link {
            entry,
            signature: Signature::stored(&[3; 16]).unwrap(),
        };
        [4, 5, i64::MAX].map(link).to_vec()
    }

    #[test]
    fn links_are_read_as_they_were_written() {
        let bytes = Link::encode(&links());
        assert_eq!(Link::decode(&bytes), Ok(links()));
        assert_eq!(Link::decode(&[]), Ok(Vec::new()));
        for cut in [1, 23, 25, bytes.len() - 1] {
            assert_eq!(Link::decode(&bytes[..cut]), Err(InvalidSeal), "{cut}");
        }
    }

    #[test]
    fn a_seal_commits_to_all_of_itself_and_to_the_one_before() {
        let at = Timestamp::from_second(1_750_000_000).unwrap();
        let key = AuditKey::new([7; 32]);
        let first = Seal::first(&key, at, 9);
        assert!(first.follows(&key, &[0; 32]));
        let second = Seal::after(&key, (first.number, &first.hash), at, links());
        assert!(second.follows(&key, &first.hash) && !second.follows(&key, &[0; 32]));
        // Whoever has no key can hash, and not sign.
        let forged = Seal::after(
            &AuditKey::new([8; 32]),
            (first.number, &first.hash),
            at,
            links(),
        );
        assert_eq!(forged.hash, second.hash);
        assert!(!forged.follows(&key, &first.hash));
        let changes: [fn(&mut Seal); 5] = [
            |seal| seal.number += 1,
            |seal| seal.before = 1,
            |seal| seal.at = Timestamp::from_second(1_750_000_001).unwrap(),
            |seal| seal.links.swap(0, 1),
            |seal| seal.links.truncate(2),
        ];
        for change in changes {
            let mut changed = second.clone();
            change(&mut changed);
            assert!(!changed.follows(&key, &first.hash), "{changed:?}");
        }
    }
}
