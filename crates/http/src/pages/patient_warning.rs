//! A message that was stopped because it may mean another patient.

/// Both sides, to be compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct PatientWarningView {
    /// The patient of the room; none where it is about nobody the directory knows.
    pub(crate) patient: Option<PatientBanner>,
    /// Other patients whom the message may mean.
    pub(crate) others: Vec<PatientBanner>,
}

/// Details that tell one patient from another.
#[derive(Clone, Debug, Default)]
pub(crate) struct PatientBanner {
    /// The patient's id.
    pub(crate) id: String,
    /// Full name.
    pub(crate) name: String,
    /// Medical record number.
    pub(crate) mrn: String,
    /// Date of birth as `3 May 1959`; empty when unknown.
    pub(crate) born: String,
    /// Bed; empty when none.
    pub(crate) bed: String,
    /// Why they may be meant; empty for the patient of the room.
    pub(crate) why: &'static str,
}
