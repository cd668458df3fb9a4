use async_trait::async_trait;
use domain::{Doctor, RoomId};
use jiff::{SignedDuration, Timestamp};

use crate::Result;

/// The room that a draft was written for. Rooms of two backends may share an id, so the prefix of the
/// mount belongs to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DraftPlace {
    /// The prefix of the mount, such as `/doctor/chat`.
    pub mount: String,
    /// The room.
    pub room: RoomId,
}

/// A draft as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptDraft {
    /// The sealed words.
    pub sealed: Vec<u8>,
    /// When it was saved, to the microsecond: tells it from what is saved in its place.
    pub saved_at: Timestamp,
}

/// The draft that may be replaced: whoever writes without having seen another one must not overwrite it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaces {
    /// Any draft, or none.
    Anything,
    /// Nothing: only where there is none.
    Nothing,
    /// The one saved then, or none where it is gone.
    SavedAt(Timestamp),
}

/// Messages that doctors have begun and not sent, kept for their account in the hospital's own store, the
/// same for every backend. They come sealed: the store cannot read them.
///
/// A doctor has at most [`MOST_DRAFTS`]; saving another forgets the one saved longest ago. One that was
/// saved [`DRAFTS_KEPT`] ago is forgotten.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Drafts: Send + Sync {
    /// Saves the doctor's draft for a room, in place of the one before.
    ///
    /// # Errors
    /// `Conflict` where another one is there than may be replaced; `NotFound` for a doctor whom the store does
    /// not know; `Unavailable`.
    async fn save(
        &self,
        doctor: &Doctor,
        place: &DraftPlace,
        draft: &KeptDraft,
        replaces: Replaces,
    ) -> Result<()>;

    /// The doctor's draft for a room.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn find(
        &self,
        doctor: &Doctor,
        place: &DraftPlace,
        now: Timestamp,
    ) -> Result<Option<KeptDraft>>;

    /// The rooms that the doctor has a draft for, the one saved last first.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn places(&self, doctor: &Doctor, now: Timestamp) -> Result<Vec<DraftPlace>>;

    /// Forgets the doctor's draft for a room. Forgetting again changes nothing.
    ///
    /// # Errors
    /// `Conflict` where another one is there than may be forgotten; `Unavailable`.
    async fn forget(&self, doctor: &Doctor, place: &DraftPlace, replaces: Replaces) -> Result<()>;
}

/// Most drafts of one doctor.
pub const MOST_DRAFTS: usize = 200;

/// The time a draft is kept after it was saved.
pub const DRAFTS_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
