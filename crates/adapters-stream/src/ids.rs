//! Names at Stream that follow from what they name, so that any instance finds the same thing and
//! a repeat makes no second one.

use data_encoding::HEXLOWER;
use domain::{AttachmentId, ClientId, Doctor, MessageId, PatientRef, RoomId, RoomKind, StaffId};
use ports::{Error, MessageRecord, Result};
use sha2::{Digest, Sha256};

const PATIENT: &str = "patient-";
const DIRECT: &str = "direct-";
const GROUP: &str = "group-";

/// The room of a patient. It holds the reference and nothing else of the patient.
pub(crate) fn patient_room(patient: &PatientRef) -> RoomId {
    room(format!("{PATIENT}{patient}"))
}

/// The room of two doctors, the same from either side.
pub(crate) fn direct_room(one: &StaffId, other: &StaffId) -> RoomId {
    let (first, second) = if one < other {
        (one, other)
    } else {
        (other, one)
    };
    let pair = digest(&[first.as_str(), second.as_str()]);
    room(format!("{DIRECT}{pair}"))
}

/// A room that is like no other.
pub(crate) fn group_room() -> RoomId {
    room(format!("{GROUP}{:032x}", rand::random::<u128>()))
}

/// A room about a patient that is not the one opening leads to: another application made several.
pub(crate) fn further_patient_room(patient: &PatientRef, legacy: &RoomId) -> Result<RoomId> {
    moved_room(format!("{PATIENT}{patient}-{legacy}"))
}

/// Whether opening a patient or a pair leads to the room.
pub(crate) fn is_first(room: &RoomId) -> bool {
    let id = room.as_str();
    let further = id
        .strip_prefix(PATIENT)
        .is_some_and(|rest| rest.contains('-'));
    !further && !id.starts_with(&format!("{DIRECT}legacy-"))
}

/// The room at Stream that a group of the legacy chat becomes.
pub(crate) fn moved_group(legacy: &RoomId) -> Result<RoomId> {
    moved_room(format!("{GROUP}legacy-{legacy}"))
}

/// The room at Stream that a direct room of the legacy chat becomes if its two doctors do not share
/// it any more.
pub(crate) fn moved_direct(legacy: &RoomId) -> Result<RoomId> {
    moved_room(format!("{DIRECT}legacy-{legacy}"))
}

fn moved_room(id: String) -> Result<RoomId> {
    RoomId::parse(id).map_err(|_| Error::invalid("room", "has an id too long to move"))
}

/// The id at Stream of a message of the legacy chat, moved already or not.
pub(crate) fn name_of(record: &MessageRecord) -> Result<MessageId> {
    let too_long = || Error::invalid("message", "has an id too long to move");
    record.name_there().ok_or_else(too_long)
}

/// The id at Stream that a file of the legacy chat gets.
pub(crate) fn moved_file(legacy: &AttachmentId) -> Result<AttachmentId> {
    let too_long = || Error::invalid("file", "has an id too long to move");
    ports::stream_file_name(legacy).ok_or_else(too_long)
}

/// The file that holds a message of the legacy chat whose text is too long.
pub(crate) fn moved_text(legacy: &MessageId) -> Result<AttachmentId> {
    let id = AttachmentId::parse(format!("legacy-text-{legacy}"));
    id.map_err(|_| Error::invalid("message", "has an id too long to move"))
}

/// Whether a file holds a message of the legacy chat whose text is too long.
pub(crate) fn is_moved_text(file: &AttachmentId) -> bool {
    file.as_str().starts_with("legacy-text-")
}

/// The kind of a room, read from its id.
pub(crate) fn kind_of(room: &RoomId) -> RoomKind {
    let id = room.as_str();
    let patient = id
        .strip_prefix(PATIENT)
        .map(|rest| rest.split_once('-').map_or(rest, |(patient, _)| patient))
        .and_then(|text| PatientRef::parse(text).ok());
    match patient {
        Some(patient) => RoomKind::Patient(patient),
        None if id.starts_with(DIRECT) => RoomKind::Direct,
        None => RoomKind::Group,
    }
}

/// The message that an author's device called so in a room.
pub(crate) fn message(room: &RoomId, author: &Doctor, client_id: &ClientId) -> MessageId {
    let parts = [room.as_str(), author.id().as_str(), client_id.as_str()];
    #[expect(clippy::expect_used, reason = "hex digits are in the alphabet of ids")]
    MessageId::parse(digest(&parts)).expect("an id")
}

fn room(id: String) -> RoomId {
    #[expect(
        clippy::expect_used,
        reason = "prefix and hex digits are in the alphabet of ids"
    )]
    RoomId::parse(id).expect("an id")
}

/// 40 hex digits. The parts hold no comma, so no two lists are written alike.
fn digest(parts: &[&str]) -> String {
    let digest = Sha256::digest(parts.join(",").as_bytes());
    HEXLOWER.encode(&digest[..20])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_says_what_it_is_about() {
        let patient = PatientRef::parse("a".repeat(40)).unwrap();
        let room = patient_room(&patient);
        assert_eq!(room.as_str(), format!("patient-{}", "a".repeat(40)));
        assert_eq!(kind_of(&room), RoomKind::Patient(patient));
        let further = further_patient_room(&PatientRef::parse("a".repeat(40)).unwrap(), &7.into());
        assert_eq!(kind_of(&further.unwrap()), kind_of(&room));
        let (one, other) = (StaffId::from(1), StaffId::from(2));
        assert_eq!(direct_room(&one, &other), direct_room(&other, &one));
        assert_ne!(
            direct_room(&one, &other),
            direct_room(&one, &StaffId::from(12))
        );
        assert_eq!(kind_of(&direct_room(&one, &other)), RoomKind::Direct);
        assert_eq!(kind_of(&group_room()), RoomKind::Group);
        assert_ne!(group_room(), group_room());
    }
}
