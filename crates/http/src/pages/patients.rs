//! The patient list and a patient's details.

use super::{Frame, TimeLabel};
use askama::Template;

/// `GET /doctor/patients?q=`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "patients.html")]
pub(crate) struct PatientsPage {
    /// With a sidebar.
    pub(crate) frame: Frame,
    /// The words searched for; empty shows everyone.
    pub(crate) query: String,
    /// The patients found, in the order shown.
    pub(crate) patients: Vec<PatientRow>,
    /// There are more than are shown: the page says to search more narrowly.
    pub(crate) more: bool,
    /// A search that cannot be run (too long, say): what is wrong with it.
    pub(crate) error: Option<String>,
    /// Labels of mounts that do not answer.
    pub(crate) missing: Vec<String>,
}

/// One patient in the list.
#[derive(Clone, Debug, Default)]
pub(crate) struct PatientRow {
    /// The patient's id, for tests and scripts.
    pub(crate) id: String,
    /// All that chats know the patient by, to ask them again, with spaces between.
    pub(crate) references: String,
    /// Address of the details.
    pub(crate) href: String,
    /// Full name.
    pub(crate) name: String,
    /// `67, F`.
    pub(crate) age_sex: String,
    /// Medical record number.
    pub(crate) mrn: String,
    /// Former records, `LMH-900199 (Odalys Unknown)`; empty when there are none.
    pub(crate) former: String,
    /// Empty when the patient has no bed.
    pub(crate) bed: String,
    /// Empty when the patient is on no ward.
    pub(crate) ward: String,
    /// Unread messages in the patient's rooms, for each mount that has any.
    pub(crate) unread: Vec<UnreadMark>,
}

/// How much is unread about a patient on one mount.
#[derive(Clone, Debug, Default)]
pub(crate) struct UnreadMark {
    /// `Legacy` or `Stream`.
    pub(crate) place: String,
    /// How many; counting stops at 999.
    pub(crate) count: u32,
}

/// Identity of a patient: always two identifiers, and the bed.
#[derive(Clone, Debug, Default)]
pub(crate) struct PatientIdentity {
    /// The patient's id.
    pub(crate) id: String,
    /// Address of the details page.
    pub(crate) href: String,
    /// Full name.
    pub(crate) name: String,
    /// `67, F`.
    pub(crate) age_sex: String,
    /// Medical record number.
    pub(crate) mrn: String,
    /// Former records, `LMH-900199 (Odalys Unknown)`; empty when there are none.
    pub(crate) former: String,
    /// Date of birth as `3 May 1959`; empty when unknown.
    pub(crate) born: String,
    /// Bed; empty when none.
    pub(crate) bed: String,
    /// Ward; empty when none.
    pub(crate) ward: String,
    /// Known allergies in words; `None` when the record says nothing either way.
    pub(crate) allergies: Option<String>,
}

impl PatientIdentity {
    /// Whether the record says that there are none: a warning colour for that would wear the
    /// warning out. Whatever we cannot read with certainty warns.
    pub(super) fn has_no_allergies(&self) -> bool {
        let none = [
            "no known allergies",
            "no known drug allergies",
            "none known",
            "nkda",
            "nka",
        ];
        let said = self
            .allergies
            .as_deref()
            .unwrap_or_default()
            .trim()
            .trim_end_matches('.');
        none.iter().any(|none| said.eq_ignore_ascii_case(none))
    }
}

/// `GET /doctor/patients/{patient}`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "patient.html")]
pub(crate) struct PatientPage {
    /// With a sidebar.
    pub(crate) frame: Frame,
    /// The patient's identity.
    pub(crate) patient: PatientIdentity,
    /// All that chats know the patient by, to ask them again, with spaces between.
    pub(crate) references: String,
    /// Rooms of former records beside those that the buttons open.
    pub(crate) earlier: Vec<OpenChat>,
    /// One button per mount.
    pub(crate) chats: Vec<OpenChat>,
    /// Labels of mounts that do not answer.
    pub(crate) missing: Vec<String>,
}

/// A button that opens the patient's room on one mount.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpenChat {
    /// The form's address: `{prefix}/patients/{patient}`.
    pub(crate) action: String,
    /// `Legacy Chat` or `Stream Chat`.
    pub(crate) label: String,
    /// `legacy` or `stream`: the backend's word, for tests (`data-testid="open-legacy"`).
    pub(crate) backend: String,
    /// By which the chat knows the patient in this room.
    pub(crate) reference: String,
    /// Unread messages there; `None` when the doctor is not in that room or it is not known now.
    pub(crate) unread: Option<u32>,
    /// Last message in that room; `None` when there is none or it is not known here.
    pub(crate) last: Option<TimeLabel>,
}

/// `Stream Chat does not answer: its rooms and unread marks are missing here.`
pub(crate) fn patients_missing_words(missing: &[String]) -> String {
    match missing {
        [] => String::new(),
        [one] => format!("{one} does not answer: its rooms and unread marks are missing here."),
        several => {
            let names = several.join(" and ");
            format!("{names} do not answer: their rooms and unread marks are missing here.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_none_is_no_warning() {
        let says = |text: &str| PatientIdentity {
            allergies: Some(text.into()),
            ..PatientIdentity::default()
        };
        assert!(says("No known allergies.").has_no_allergies());
        for text in [
            "Penicillin",
            "No known allergies but latex",
            "none",
            "NKDA? see chart",
        ] {
            assert!(!says(text).has_no_allergies(), "{text}");
        }
    }
}
