use async_trait::async_trait;
use domain::{
    Doctor, NewRoom, PageSize, ParticipantChange, PatientRef, Room, RoomCursor, RoomId, RoomPage,
    StaffId, Standing,
};

use crate::Result;

/// A room and whether this call made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The room, as the opener sees it.
    pub room: Room,
    /// Made now, or there before.
    pub created: bool,
}

/// Rooms and who takes part in them.
///
/// Contract: a room is seen by its participants only; to everybody else there is none. The
/// backend checks membership itself on every call, whatever was asked before.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Rooms: Send + Sync {
    /// The doctor's rooms, newest activity first: a message, or the opening when there is none.
    ///
    /// # Errors
    /// `Invalid` for a cursor with a room that can be none of this backend; `Unavailable`.
    async fn list(
        &self,
        doctor: &Doctor,
        cursor: Option<RoomCursor>,
        size: PageSize,
    ) -> Result<RoomPage>;

    /// One room of the doctor.
    ///
    /// # Errors
    /// `NotFound` for a room that is not theirs or is none; `Unavailable`.
    async fn get(&self, doctor: &Doctor, room: &RoomId) -> Result<Room>;

    /// How many messages the doctor has unread in the rooms of these patients, for those patients in
    /// whose rooms the doctor is; in any order, each once, counted up to `Room::MAX_UNREAD`.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn unread_of_patients(
        &self,
        doctor: &Doctor,
        patients: &[PatientRef],
    ) -> Result<Vec<(PatientRef, u32)>>;

    /// In how many rooms the doctor has something unread, counted up to `Room::MAX_UNREAD`.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn unread_rooms(&self, doctor: &Doctor) -> Result<u32>;

    /// Whether opening the room of this patient would find one, or was told that it moved, rather than
    /// make it. Nothing is made or joined.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn has_patient_room(&self, doctor: &Doctor, patient: &PatientRef) -> Result<bool>;

    /// The same of the direct room with a colleague.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn has_direct_room(&self, doctor: &Doctor, colleague: &Doctor) -> Result<bool>;

    /// Whether somebody else took the doctor out of the room of this patient and nobody has added them
    /// since. Not once the room has no participant left, who could add them.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn is_removed_from_patient(&self, doctor: &Doctor, patient: &PatientRef) -> Result<bool>;

    /// The room of a patient: made by the first to open it, joined by everyone after. Repeating it
    /// changes nothing, also when two doctors open it in the same moment.
    ///
    /// # Errors
    /// `NotFound` for a patient the backend cannot place; `Conflict` when the room is full;
    /// `Unavailable`.
    async fn open_patient(&self, doctor: &Doctor, patient: &PatientRef) -> Result<Opened>;

    /// A room with colleagues. A direct room is there once for a pair, whoever opens it; each
    /// group is a new room.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn open(&self, doctor: &Doctor, room: &NewRoom) -> Result<Opened>;

    /// Adds a doctor, who sees the room from its beginning. Adding a participant again changes
    /// nothing and tells nobody.
    ///
    /// # Errors
    /// `NotFound` when `doctor` is not in the room; `Conflict` when the room is full;
    /// `Unavailable`.
    async fn add_participant(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        newcomer: &Doctor,
    ) -> Result<()>;

    /// Removes a participant, oneself included: from now on not a word of the room reaches them.
    /// Removing again changes nothing.
    ///
    /// # Errors
    /// `NotFound` when `doctor` or the removed was never in the room; `Unavailable`.
    async fn remove_participant(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        removed: &StaffId,
    ) -> Result<()>;

    /// Reads who joined and who left the room, oldest first; of many the newest
    /// [`ParticipantChange::MOST`], or fewer where the backend keeps fewer. The doctors with whom a group
    /// or direct room was opened do not count as changes.
    ///
    /// # Errors
    /// `NotFound` for a room that is not the doctor's; `Unavailable`.
    async fn changes(&self, doctor: &Doctor, room: &RoomId) -> Result<Vec<ParticipantChange>>;

    /// How the doctor stands to the room. For the guard, before each call that names a room.
    ///
    /// A "takes part" may be up to two seconds old (the call itself checks again); "does not" is
    /// never old. A room that does not exist makes everybody an outsider.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn standing(&self, doctor: &Doctor, room: &RoomId) -> Result<Standing>;
}
