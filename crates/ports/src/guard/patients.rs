use std::{collections::BTreeSet, sync::Arc};

use domain::{
    Action, Decision, Doctor, PageSize, Patient, PatientId, PatientRef, PatientWords, StaffMember,
};

use super::{
    gate::{Ask, Gate},
    pace::{Pace, Paced},
};
use crate::{Audit, Clock, PatientDirectory, Result};

/// The patient directory behind the guard: doctors only, and who looked at whom is written down.
#[derive(Clone)]
pub struct Patients {
    directory: Arc<dyn PatientDirectory>,
    gate: Arc<Gate>,
}

impl Patients {
    /// Puts the guard before a directory.
    pub fn new(
        directory: Arc<dyn PatientDirectory>,
        audit: Arc<dyn Audit>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            directory,
            gate: Arc::new(Gate::new(None, audit, clock)),
        }
    }

    /// Limits how fast each doctor may search, from now on and for every clone. The first limits given stay.
    pub fn keep_pace(&self, pace: Arc<Pace>) {
        self.gate.paced(pace);
    }

    /// Admits whoever asks, and writes down a refusal: the door that comes before every other.
    ///
    /// # Errors
    /// `Forbidden` for anyone who is no active doctor; `Unavailable`.
    pub async fn admit(&self, member: StaffMember) -> Result<Doctor> {
        let actor = member.id.clone();
        match Doctor::admit(member) {
            Ok(doctor) => Ok(doctor),
            Err(denied) => {
                let decision = Decision::Denied(denied);
                self.gate
                    .record(&actor, Action::Enter, None, None, decision)
                    .await?;
                Err(denied.into())
            }
        }
    }

    /// See [`PatientDirectory::search`].
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn search(
        &self,
        doctor: &Doctor,
        text: &str,
        size: PageSize,
    ) -> Result<Vec<Patient>> {
        let ask = Ask::new(doctor, Action::SearchPatients).counts(&[Paced::Searches]);
        self.gate
            .pass(ask, || self.directory.search(doctor, text, size))
            .await
    }

    /// See [`PatientDirectory::find`].
    ///
    /// # Errors
    /// `NotFound`; `Unavailable`.
    pub async fn find(&self, doctor: &Doctor, id: &PatientId) -> Result<Patient> {
        let ask = Ask::new(doctor, Action::ViewPatient).subject(id);
        self.gate
            .pass(ask, || self.directory.find(doctor, id))
            .await
    }

    /// The patients whom the words may name, and those of the ward: see [`PatientDirectory::named`] and
    /// [`PatientDirectory::on_ward`]. Who lies on a ward that the words name is among the first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn check(
        &self,
        doctor: &Doctor,
        words: &PatientWords,
        ward: Option<&str>,
    ) -> Result<(Vec<Patient>, Vec<Patient>)> {
        let named = async || {
            let mut found = if words.is_empty() {
                Vec::new()
            } else {
                self.directory.named(doctor, words).await?
            };
            for written in words.wards() {
                let spellings = BTreeSet::from([written.to_owned(), written.to_uppercase()]);
                for spelling in spellings
                    .iter()
                    .filter(|spelling| ward != Some(spelling.as_str()))
                {
                    found.extend(self.directory.on_ward(doctor, spelling).await?);
                }
            }
            Ok(found)
        };
        let on_ward = async || match ward {
            Some(ward) => self.directory.on_ward(doctor, ward).await,
            None => Ok(Vec::new()),
        };
        let ask = Ask::new(doctor, Action::CheckPatient);
        self.gate
            .pass(ask, async || tokio::try_join!(named(), on_ward()))
            .await
    }

    /// The patients of rooms that the doctor has just been given; the entry for the rooms is the
    /// entry for this.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn of_rooms(
        &self,
        doctor: &Doctor,
        references: &[PatientRef],
    ) -> Result<Vec<Patient>> {
        if references.is_empty() {
            return Ok(Vec::new());
        }
        self.directory.find_by_reference(doctor, references).await
    }
}
