//! Rows of what retention removes and of what it must not.

use domain::{
    AttachmentId, HeldMatter, HoldReason, MessageId, PatientId, PatientRef, RoomId, RoomKind,
    StaffId,
};
use ports::{
    DisposalRoom, DueMessage, Error, LegalHold, NewHold, PatientRefKey, RemovedEntries, Result,
    RetentionReceipt, Signature,
};

use crate::{json, time};

/// A room: id, patient, whether it is direct, and the ids of its people as JSON.
pub type DisposalRow = (i64, Option<i64>, bool, Option<String>);

/// A message: id, author, when it was sent, and the ids of its files as JSON.
pub type DueRow = (i64, Option<i64>, i64, Option<String>);

/// A hold: number, matter, subject, reference, reason, who placed it, when, and when it was lifted.
pub type HoldRow = (
    i64,
    String,
    Option<String>,
    Option<String>,
    String,
    Option<String>,
    i64,
    Option<i64>,
);

/// A receipt: beginning, end, who ordered it, messages, messages of Stream, files, entries, held, left, list, signature.
pub type ReceiptRow = (
    i64,
    i64,
    Option<String>,
    i64,
    i64,
    i64,
    i64,
    i64,
    i64,
    Vec<u8>,
    Vec<u8>,
);

/// A statement about removed entries: number, time, ranges, signature.
pub type RemovedRow = (i64, i64, Vec<u8>, Vec<u8>);

/// The room of a row, its patient under the pseudonym of `key`.
///
/// # Errors
/// `Internal` when the row holds what our SQL never answers.
pub fn disposal_room(
    (id, patient, is_direct, people): DisposalRow,
    key: &PatientRefKey,
) -> Result<DisposalRoom> {
    let kind = match patient {
        Some(patient) => RoomKind::Patient(key.reference(&PatientId::from(patient))),
        None if is_direct => RoomKind::Direct,
        None => RoomKind::Group,
    };
    let people = json::<i64>(people.as_deref())?;
    let people = people.into_iter().map(StaffId::from).collect();
    Ok(DisposalRoom::new(RoomId::from(id), kind, people))
}

/// The message of a row.
///
/// # Errors
/// `Internal` when the row holds what our SQL never answers.
pub fn due_message((id, author, sent_at, files): DueRow) -> Result<DueMessage> {
    let files = json::<i64>(files.as_deref())?;
    let files = files.into_iter().map(AttachmentId::from).collect();
    let mut due = DueMessage::new(MessageId::from(id), time(sent_at)?, files);
    due.author = author.map(StaffId::from);
    Ok(due)
}

/// The word, subject and reference of what a hold keeps.
pub fn held_matter(matter: &HeldMatter) -> (&'static str, Option<String>, Option<String>) {
    match matter {
        HeldMatter::Everything => ("everything", None, None),
        HeldMatter::Room(room) => ("room", Some(room.to_string()), None),
        HeldMatter::Patient { id, reference } => (
            "patient",
            Some(id.to_string()),
            Some(reference.as_str().to_owned()),
        ),
        HeldMatter::Staff(id) => ("staff", Some(id.to_string()), None),
    }
}

/// The hold of a row.
///
/// # Errors
/// `Internal` when somebody wrote into the table what is no hold: nothing is removed until that is put right.
pub fn legal_hold(row: HoldRow) -> Result<LegalHold> {
    let (number, matter, subject, reference, reason, placed_by, placed_at, lifted_at) = row;
    let wrong = || Error::internal(format!("legal hold {number} in the database is none"));
    let subject = subject.unwrap_or_default();
    let matter = match matter.as_str() {
        "everything" => HeldMatter::Everything,
        "room" => HeldMatter::Room(RoomId::parse(&subject).map_err(|_| wrong())?),
        "patient" => HeldMatter::Patient {
            id: PatientId::parse(&subject).map_err(|_| wrong())?,
            reference: PatientRef::parse(reference.unwrap_or_default()).map_err(|_| wrong())?,
        },
        "staff" => HeldMatter::Staff(StaffId::parse(&subject).map_err(|_| wrong())?),
        _ => return Err(wrong()),
    };
    let hold = NewHold {
        matter,
        reason: HoldReason::stored(reason),
        placed_by: placed_by.and_then(|id| StaffId::parse(id).ok()),
        placed_at: time(placed_at)?,
    };
    let lifted_at = lifted_at.map(time).transpose()?;
    Ok(LegalHold::stored(number, hold, lifted_at))
}

/// The receipt of a row. Where somebody wrote other values in, it is nobody's.
///
/// # Errors
/// `Internal` when a time is out of range.
pub fn receipt(row: ReceiptRow) -> Result<RetentionReceipt> {
    let (begun_at, ended_at, by, legacy, stream, files, entries, held, left, list, signature) = row;
    let by = by.and_then(|id| StaffId::parse(id).ok());
    let mut receipt = RetentionReceipt::new(time(begun_at)?, by);
    let count = |number: i64| u64::try_from(number).unwrap_or(u64::MAX);
    receipt.ended_at = time(ended_at)?;
    receipt.legacy_messages = count(legacy);
    receipt.stream_messages = count(stream);
    receipt.files = count(files);
    receipt.entries = count(entries);
    receipt.held = count(held);
    receipt.left = count(left);
    receipt.list = list.try_into().unwrap_or_default();
    receipt.signature = Signature::stored(&signature).unwrap_or(Signature::NONE);
    Ok(receipt)
}

/// The row of a receipt.
pub fn receipt_row(receipt: &RetentionReceipt) -> ReceiptRow {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    (
        receipt.begun_at.as_microsecond(),
        receipt.ended_at.as_microsecond(),
        receipt.by.as_ref().map(ToString::to_string),
        count(receipt.legacy_messages),
        count(receipt.stream_messages),
        count(receipt.files),
        count(receipt.entries),
        count(receipt.held),
        count(receipt.left),
        receipt.list.to_vec(),
        receipt.signature.as_bytes().to_vec(),
    )
}

/// The statement of a row. Where somebody wrote other bytes in, it is nobody's.
///
/// # Errors
/// `Internal` when its time is out of range.
pub fn removed_entries((number, at, ranges, signature): RemovedRow) -> Result<RemovedEntries> {
    let at = time(at)?;
    let signature = Signature::stored(&signature).unwrap_or(Signature::NONE);
    let read = RemovedEntries::stored(number, at, &ranges, signature);
    // Bytes that are cut are no ranges; without any the signature does not fit.
    let none = || RemovedEntries::stored(number, at, &[], Signature::NONE);
    read.or_else(|_| none())
        .map_err(|error| Error::internal(error.to_string()))
}
