use async_trait::async_trait;
use domain::{Availability, Role, Sex, Urgency, UrgentReason};
use jiff::{Timestamp, civil::Date};

use crate::{PasswordHash, Result};

/// A hospital to fill an empty store with, such as the demonstration hospital. Entries name each
/// other by `key`, which is theirs alone and not stored.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Seed {
    pub staff: Vec<SeedStaff>,
    pub patients: Vec<SeedPatient>,
    pub rooms: Vec<SeedRoom>,
}

/// A staff member to be.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub struct SeedStaff {
    pub key: &'static str,
    pub name: String,
    pub email: String,
    pub password: PasswordHash,
    pub role: Role,
    pub specialty: Option<String>,
    pub grade: Option<String>,
    pub ward: Option<String>,
    pub availability: Option<Availability>,
}

/// A patient to be. The MRN is the key.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub struct SeedPatient {
    pub mrn: &'static str,
    pub name: String,
    pub born: Date,
    pub sex: Sex,
    pub bed: String,
    pub ward: String,
    pub allergies: Option<String>,
}

/// A room to be, with what was said in it.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub struct SeedRoom {
    pub kind: SeedRoomKind,
    pub participants: Vec<&'static str>,
    pub opened_at: Timestamp,
    pub messages: Vec<SeedMessage>,
}

/// The subject of a room to be created.
#[derive(Clone, Debug)]
pub enum SeedRoomKind {
    /// A patient, by MRN.
    Patient(&'static str),
    /// Its two participants.
    Direct,
    /// Its participants, under a name.
    Group(String),
}

/// A message to be created.
#[derive(Clone, Debug)]
pub struct SeedMessage {
    /// Key of the author.
    pub author: &'static str,
    /// Time at which it is sent.
    pub at: Timestamp,
    /// The text as first sent, before any edit.
    pub text: String,
    /// The text after an edit, with its time.
    pub edited: Option<(String, Timestamp)>,
    /// When it was taken back.
    pub recalled_at: Option<Timestamp>,
    /// The urgency of the message.
    pub urgency: Urgency,
    /// Why it is urgent.
    pub urgent_reason: Option<UrgentReason>,
    /// Keys of the participants it mentions.
    pub mentions: Vec<&'static str>,
    /// Keys of those who acknowledged it, with the times.
    pub acknowledged: Vec<(&'static str, Timestamp)>,
    /// Keys of those who have read up to here, with the times.
    pub read: Vec<(&'static str, Timestamp)>,
}

/// A store that can be filled with a made-up hospital.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Seeding: Send + Sync {
    /// Fills an empty store, all or nothing.
    ///
    /// # Errors
    /// `Conflict` when the store holds any staff member, patient or room; `Unavailable`.
    async fn fill(&self, seed: &Seed) -> Result<()>;

    /// Whether the store holds what [`Seeding::fill`] put there.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn is_seeded(&self) -> Result<bool>;

    /// Removes a seeded hospital and everything said in it. Does nothing to a store that holds
    /// none.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn remove(&self) -> Result<()>;
}
