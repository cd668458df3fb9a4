use std::sync::Arc;

use domain::{
    Action, Decision, Doctor, PageSize, Patient, PatientId, PatientRef, PatientWords, StaffMember,
};

use super::gate::{Ask, Gate};
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
        let ask = Ask::new(doctor, Action::SearchPatients);
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

    /// Whom the words name, and who is on the ward: see [`PatientDirectory::named`] and
    /// [`PatientDirectory::on_ward`].
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
            if words.is_empty() {
                return Ok(Vec::new());
            }
            self.directory.named(doctor, words).await
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
