use async_trait::async_trait;
use domain::{Patient, PatientRef};

use crate::Result;

/// A patient as somebody at a keyboard names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatientName {
    /// By the id inside the hospital or by the MRN, whichever it is.
    Any(String),
    /// By the id.
    Id(String),
    /// By the MRN, whatever its case, spaces and hyphens.
    Mrn(String),
}

/// Patients, for commands on the server.
///
/// Contract: as of [`Records`](crate::Records), this is not for doctors, and no page or route leads
/// here. Only for use inside the hospital.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait PatientLookup: Send + Sync {
    /// Those who are named so, at most two: more than one is for the asker to tell apart.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn named(&self, name: &PatientName) -> Result<Vec<Patient>>;

    /// The patient behind a reference.
    ///
    /// # Errors
    /// `Unavailable`.
    async fn by_reference(&self, reference: &PatientRef) -> Result<Option<Patient>>;
}

impl PatientName {
    /// Reads `7`, `LMH-900103`, `id:7` or `mrn:900103`.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        match text.split_once(':') {
            Some(("id", id)) => Self::Id(id.trim().to_owned()),
            Some(("mrn", mrn)) => Self::Mrn(mrn.trim().to_owned()),
            _ => Self::Any(text.to_owned()),
        }
    }

    /// The name without what says which it is.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Any(text) | Self::Id(text) | Self::Mrn(text) => text,
        }
    }

    /// The number inside the hospital that it may be.
    pub fn id(&self) -> Option<i64> {
        match self {
            Self::Any(text) | Self::Id(text) => text.parse().ok(),
            Self::Mrn(_) => None,
        }
    }

    /// The MRN that it may be, in lower case without spaces, hyphens, slashes and full stops.
    pub fn code(&self) -> Option<String> {
        match self {
            Self::Any(text) | Self::Mrn(text) => {
                let kept = text.chars().filter(|c| !"- /.".contains(*c));
                let code = kept.collect::<String>().to_lowercase();
                Some(code).filter(|code| !code.is_empty())
            }
            Self::Id(_) => None,
        }
    }
}

impl PatientName {
    /// Whether it names the record of this id and MRN.
    pub fn means(&self, id: Option<i64>, mrn: &str) -> bool {
        let is_id = self.id().is_some() && self.id() == id;
        let is_mrn = self.code().is_some() && self.code() == Self::Mrn(mrn.to_owned()).code();
        is_id || is_mrn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patient_is_named_by_id_or_mrn() {
        let read = |text: &str| {
            let name = PatientName::parse(text);
            (name.id(), name.code())
        };
        assert_eq!(read("LMH-900 103"), (None, Some("lmh900103".to_owned())));
        assert_eq!(read("7"), (Some(7), Some("7".to_owned())));
        assert_eq!(read("id:7"), (Some(7), None));
        assert_eq!(read("mrn: 7"), (None, Some("7".to_owned())));
        assert_eq!(read(" - "), (None, None));
        let means = |text: &str| PatientName::parse(text).means(Some(7), "LMH-900103");
        for text in ["7", "id:7", "lmh 900103", "mrn:LMH900103"] {
            assert!(means(text), "{text}");
        }
        for text in ["8", "mrn:7", "900103", "id:LMH-900103", ""] {
            assert!(!means(text), "{text}");
        }
    }
}
