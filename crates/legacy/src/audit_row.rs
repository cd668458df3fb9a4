use std::collections::HashMap;

use jiff::Timestamp;
use ports::{AuditKey, Error, Link, Result, Seal, Signature, StoredEntry, WrittenEntry};

/// An audit entry: id, time, actor, action, room, subject, decision, reason, address, session, request, signature.
pub type AuditRow = (
    i64,
    i64,
    String,
    String,
    Option<String>,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<Vec<u8>>,
);

/// A seal: number, time, up to which id entries are older, links, hash, signature.
pub type SealRow = (i64, i64, i64, Vec<u8>, Vec<u8>, Vec<u8>);

/// Most entries that are sealed at once.
pub const SEALED_AT_ONCE: i64 = 5_000;

/// Most entries without a seal that are counted.
pub const MOST_COUNTED: i64 = 100_000;

/// The entry of a row.
pub fn stored_entry(row: AuditRow) -> StoredEntry {
    let (
        id,
        at,
        actor,
        action,
        room,
        subject,
        decision,
        reason,
        address,
        session,
        request,
        signature,
    ) = row;
    let mut entry = WrittenEntry::stored(at, actor, action, decision);
    entry.room = room;
    entry.subject = subject;
    entry.reason = reason;
    entry.address = address;
    entry.session = session;
    entry.request = request;
    StoredEntry::new(id, entry, signature.as_deref().and_then(Signature::stored))
}

/// The seal of a row. Where somebody wrote other bytes in, its links or hash are nobody's.
pub fn stored_seal((number, at, before, links, hash, signature): SealRow) -> Seal {
    let at = Timestamp::from_microsecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
    let links = Link::decode(&links).unwrap_or_default();
    let signature = Signature::stored(&signature).unwrap_or(Signature::NONE);
    let hash = hash.try_into().unwrap_or_default();
    Seal::stored((number, at, before), links, hash, signature)
}

/// The seal of entries that were taken out of those that wait, where `newest` is the number and hash of the newest one.
/// `signatures` are those that their rows have now.
///
/// # Errors
/// `Internal` when the newest seal's hash is none.
pub fn next_seal(
    key: &AuditKey,
    newest: (i64, Vec<u8>),
    at: Timestamp,
    mut taken: Vec<i64>,
    signatures: Vec<(i64, Option<Vec<u8>>)>,
) -> Result<Seal> {
    let (number, hash) = newest;
    let hash = hash
        .try_into()
        .map_err(|_| Error::internal("the newest seal of the audit has no hash"))?;
    let signatures: HashMap<i64, Option<Vec<u8>>> = signatures.into_iter().collect();
    taken.sort_unstable();
    let link = |entry| Link {
        entry,
        signature: signatures
            .get(&entry)
            .and_then(|bytes| bytes.as_deref().and_then(Signature::stored))
            .unwrap_or(Signature::NONE),
    };
    let links = taken.into_iter().map(link).collect();
    Ok(Seal::after(key, (number, &hash), at, links))
}
