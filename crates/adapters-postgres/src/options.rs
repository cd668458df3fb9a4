use legacy::{Files, NaiveZone};
use ports::{AuditKey, PatientRefKey};

/// The settings of a [`Postgres`](crate::Postgres).
pub struct Options {
    /// The store of the bytes of attachments, one for all instances.
    pub files: Files,
    /// The key of the patient pseudonyms; without one the database's own is used, or made.
    pub patient_ref_key: Option<PatientRefKey>,
    /// The key that signs audit entries, the same for all instances; without one it is derived from that of the
    /// pseudonyms, which whoever may read the database has.
    pub audit_key: Option<AuditKey>,
    /// The zone of the times that the other application writes without one.
    pub legacy_zone: NaiveZone,
    /// The answer to a schema that is behind.
    pub schema: Schema,
}

/// The answer to a schema that is behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// Bring it up to date.
    Migrate,
    /// Refuse to start.
    Check,
}
