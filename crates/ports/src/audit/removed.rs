use jiff::Timestamp;

use super::{AuditKey, InvalidSeal, Signature};

/// A statement that entries of the record were removed by the rules of retention: a gap that it explains is none that
/// somebody cut.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemovedEntries {
    /// From 1 on, growing.
    pub number: i64,
    /// Time of the removal.
    pub at: Timestamp,
    /// The entries: from one id through another, in their order.
    pub ranges: Vec<(i64, i64)>,
    /// Shows that this service said so.
    pub signature: Signature,
}

impl RemovedEntries {
    /// A statement about these entries.
    pub fn made(key: &AuditKey, number: i64, at: Timestamp, mut entries: Vec<i64>) -> Self {
        // The store keeps microseconds.
        let at = Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at);
        entries.sort_unstable();
        let mut ranges: Vec<(i64, i64)> = Vec::new();
        for entry in entries {
            match ranges.last_mut() {
                Some((_, last)) if last.checked_add(1) == Some(entry) => *last = entry,
                _ => ranges.push((entry, entry)),
            }
        }
        let mut made = Self {
            number,
            at,
            ranges,
            signature: Signature::NONE,
        };
        made.signature = made.sign(key);
        made
    }

    /// One that a store kept, with its ranges as [`Self::encoded`] wrote them.
    ///
    /// # Errors
    /// [`InvalidSeal`] when the bytes are cut.
    pub fn stored(
        number: i64,
        at: Timestamp,
        ranges: &[u8],
        signature: Signature,
    ) -> Result<Self, InvalidSeal> {
        let (ranges, rest) = ranges.as_chunks::<16>();
        if !rest.is_empty() {
            return Err(InvalidSeal);
        }
        let range = |bytes: &[u8; 16]| {
            let both = u128::from_be_bytes(*bytes);
            // Each half is the id's own 64 bits.
            ((both >> 64) as i64, both as i64)
        };
        Ok(Self {
            number,
            at,
            ranges: ranges.iter().map(range).collect(),
            signature,
        })
    }

    /// The ranges as bytes: both ids of each, most significant byte first.
    pub fn encoded(&self) -> Vec<u8> {
        let ids = self.ranges.iter().flat_map(|(first, last)| [first, last]);
        ids.flat_map(|id| id.to_be_bytes()).collect()
    }

    /// Whether this service made it as it is.
    pub fn is_genuine(&self, key: &AuditKey) -> bool {
        self.signature == self.sign(key)
    }

    fn sign(&self, key: &AuditKey) -> Signature {
        let mut bytes = Vec::new();
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(self.at.as_microsecond().to_be_bytes());
        bytes.extend(self.encoded());
        key.sign_statement("audit entries removed", &bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_read_as_it_was_made_and_counts_to_the_last_bit() {
        let key = AuditKey::new([7; 32]);
        let at = Timestamp::from_second(1_750_000_000).unwrap();
        let entries = vec![9, 4, 5, 6, i64::MAX, 8];
        let made = RemovedEntries::made(&key, 3, at, entries);
        assert_eq!(made.ranges, [(4, 6), (8, 9), (i64::MAX, i64::MAX)]);
        let bytes = made.encoded();
        let read = RemovedEntries::stored(3, at, &bytes, made.signature).unwrap();
        assert_eq!(read, made);
        assert!(read.is_genuine(&key) && !read.is_genuine(&AuditKey::new([8; 32])));
        assert!(RemovedEntries::stored(3, at, &bytes[1..], made.signature).is_err());
        let changes: [fn(&mut RemovedEntries); 3] = [
            |made| made.number += 1,
            |made| made.at = Timestamp::UNIX_EPOCH,
            |made| made.ranges[0].1 += 1,
        ];
        for change in changes {
            let mut changed = made.clone();
            change(&mut changed);
            assert!(!changed.is_genuine(&key), "{changed:?}");
        }
    }
}
