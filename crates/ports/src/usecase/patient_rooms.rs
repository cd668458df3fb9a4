use domain::{Doctor, FormerRecord, Patient, PatientId, PatientRef};

use futures_util::future::try_join_all;

use crate::{Chat, Result};

/// The rooms of a patient on a backend. There are several where records that turned out to be about the same person
/// each have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientRooms {
    /// The patient's own reference.
    own: PatientRef,
    /// Whether the record that goes on has a room.
    pub has_own: bool,
    /// Former records that have a room, the oldest first.
    former: Vec<FormerRecord>,
}

impl PatientRooms {
    /// Looks for the rooms of a patient.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn of(chat: &Chat, doctor: &Doctor, patient: &Patient) -> Result<Self> {
        let asked = patient.references().map(async |reference| {
            let rooms = chat.rooms();
            rooms.has_patient_room(doctor, reference).await
        });
        let mut has_room = try_join_all(asked).await?.into_iter();
        let has_own = has_room.next().unwrap_or_default();
        let former = patient.former.iter().zip(has_room);
        Ok(Self {
            own: patient.reference.clone(),
            has_own,
            former: former
                .filter(|(_, has_room)| *has_room)
                .map(|(record, _)| record.clone())
                .collect(),
        })
    }

    /// Whether the patient has a room.
    pub fn has_any(&self) -> bool {
        self.has_own || !self.former.is_empty()
    }

    /// The room that opening the patient leads to: that of the record that goes on, or else of the youngest former
    /// one, which was in use last; a new one of their own where there is none.
    pub fn current(&self) -> &PatientRef {
        match self.former.last() {
            Some(record) if !self.has_own => &record.reference,
            _ => &self.own,
        }
    }

    /// Former records that have a room beside it.
    pub fn earlier(&self) -> impl Iterator<Item = &FormerRecord> {
        let current = self.current();
        let former = self.former.iter();
        former.filter(move |record| record.reference != *current)
    }

    /// The room of the former record that an id names, where it has one.
    pub fn of_record(&self, id: &PatientId) -> Option<&PatientRef> {
        let record = self.former.iter().find(|record| record.id == *id);
        record.map(|record| &record.reference)
    }

    /// The room that a patient's id leads to: a former record's own, where it has one.
    pub fn opened_by(&self, id: &PatientId) -> &PatientRef {
        self.of_record(id).unwrap_or_else(|| self.current())
    }
}
