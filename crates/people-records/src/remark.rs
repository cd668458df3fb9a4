use crate::{Place, Shown, shown::listed};

/// Noted of a row that was read all the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Remark {
    /// A date of birth without month or day; what is held of it stays.
    #[error("birthDate \"{value}\" names no day and is left out")]
    PartialDate {
        /// The date.
        value: Shown,
    },
    /// A patient whose record is not in use.
    #[error("the record of this patient is marked as not active")]
    InactivePatient,
    /// A record that another one replaces, or that replaces another one, without a word on which that is.
    #[error(
        "the other record of a link replaced-by or replaces is not in this file, and the link has no identifier of it; the two are not merged"
    )]
    OtherRecordUnknown,
    /// A place that the file names and does not hold; what is held of ward and bed stays.
    #[error("a Location is not in this file; ward or bed are left out")]
    LocationMissing,
    /// Locations that are part of each other.
    #[error("a Location is part of itself; ward or bed are left out")]
    LocationCircle,
    /// A ward or bed that cannot be stored.
    #[error("the name of a Location is empty or too long; it is left out")]
    LocationName,
    /// An allergy that nothing names. A list without it would look whole.
    #[error("an AllergyIntolerance has neither text nor code; the allergies are left out")]
    AllergyWithoutWords,
    /// Several stays at the same time.
    #[error("has several current Encounters; the first one with a bed counts, else with a ward")]
    SeveralStays,
    /// Several roles at the same time.
    #[error(
        "has several current roles; the first one of doctor, nurse, pharmacist, receptionist, administrator counts"
    )]
    SeveralRoles,
    /// Codes of roles that nothing explains.
    #[error("a role is unknown and not counted ({}); explain it in [roles] of the mapping file", listed(.codes))]
    UnknownRoles {
        /// The codes and words of the roles.
        codes: Vec<Shown>,
    },
}

/// Noted of a file as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileRemark {
    /// Columns that nothing is read from: a typo, or one too many.
    #[error("ignored columns: {}; known are {known}", listed(.columns))]
    IgnoredColumns {
        /// As the file names them.
        columns: Vec<Shown>,
        /// Those that are read.
        known: String,
    },
    /// Resources that nothing is read from.
    #[error("ignored resources: {}", listed(.kinds))]
    IgnoredResources {
        /// Their types.
        kinds: Vec<Shown>,
    },
    /// Resources about somebody who is not found in the file.
    #[error(
        "not counted: {count} of type {kind}, about a {of} that is not found in this file; the first is {first}"
    )]
    Loose {
        /// Their type.
        kind: &'static str,
        /// The type of resource that each points to.
        of: &'static str,
        /// Number of them.
        count: usize,
        /// The first of them.
        first: Place,
    },
    /// Resources that may be about somebody in the file, whose reference does not tell whom.
    #[error(
        "it is not known which {of} {count} of type {kind} are about, so {kept}; the first is {first}. A reference is type and id, such as {of}/7, or the fullUrl of an entry of the Bundle"
    )]
    Unresolved {
        /// Their type.
        kind: &'static str,
        /// The type of resource that each points to.
        of: &'static str,
        /// Number of them.
        count: usize,
        /// The first of them.
        first: Place,
        /// Told to the operator: what stays as it is because of them.
        kept: &'static str,
    },
    /// Something could not be read that others may depend on.
    #[error(
        "a resource could not be read that may say more of somebody: allergies are left out, and nobody loses a bed or a role for what is missing"
    )]
    Gaps,
    /// The Bundle is one page of several: who is missing from it may be on another one.
    #[error(
        "the Bundle is one page of several (it has a link to the next or the one before): this is not the whole list"
    )]
    OnePage,
}
