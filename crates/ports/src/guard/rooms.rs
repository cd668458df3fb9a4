use async_trait::async_trait;
use domain::{
    Action, Doctor, NewRoom, PageSize, ParticipantChange, PatientRef, RoomCursor, RoomId, RoomPage,
    StaffId, Standing,
};

use super::{Guarded, gate::Ask, pace::Paced};
use crate::{Opened, Result, Rooms};

#[async_trait]
impl Rooms for Guarded<dyn Rooms> {
    async fn list(
        &self,
        doctor: &Doctor,
        cursor: Option<RoomCursor>,
        size: PageSize,
    ) -> Result<RoomPage> {
        let ask = Ask::new(doctor, Action::ListRooms);
        self.gate
            .pass(ask, || self.inner.list(doctor, cursor, size))
            .await
    }

    async fn get(&self, doctor: &Doctor, room: &RoomId) -> Result<domain::Room> {
        let ask = Ask::new(doctor, Action::ReadRoom).room(room);
        self.gate.pass(ask, || self.inner.get(doctor, room)).await
    }

    async fn unread_of_patients(
        &self,
        doctor: &Doctor,
        patients: &[PatientRef],
    ) -> Result<Vec<(PatientRef, u32)>> {
        let ask = Ask::new(doctor, Action::ListRooms);
        self.gate
            .pass(ask, || self.inner.unread_of_patients(doctor, patients))
            .await
    }

    async fn unread_rooms(&self, doctor: &Doctor) -> Result<u32> {
        let ask = Ask::new(doctor, Action::ListRooms);
        self.gate
            .pass(ask, || self.inner.unread_rooms(doctor))
            .await
    }

    async fn has_patient_room(&self, doctor: &Doctor, patient: &PatientRef) -> Result<bool> {
        let ask = Ask::new(doctor, Action::ListRooms).subject(patient);
        self.gate
            .pass(ask, || self.inner.has_patient_room(doctor, patient))
            .await
    }

    async fn has_direct_room(&self, doctor: &Doctor, colleague: &Doctor) -> Result<bool> {
        let ask = Ask::new(doctor, Action::ListRooms).subject(colleague.id());
        self.gate
            .pass(ask, || self.inner.has_direct_room(doctor, colleague))
            .await
    }

    /// Asks nobody: it is what the guard itself asks, and tells only of the asker.
    async fn is_removed_from_patient(&self, doctor: &Doctor, patient: &PatientRef) -> Result<bool> {
        self.inner.is_removed_from_patient(doctor, patient).await
    }

    async fn open_patient(&self, doctor: &Doctor, patient: &PatientRef) -> Result<Opened> {
        let mut ask = Ask::new(doctor, Action::OpenPatientRoom)
            .subject(patient)
            .counts(&[Paced::Rooms]);
        if self.inner.is_removed_from_patient(doctor, patient).await? {
            ask = ask.standing(Standing::Removed);
        }
        self.gate
            .pass(ask, || self.inner.open_patient(doctor, patient))
            .await
    }

    async fn open(&self, doctor: &Doctor, room: &NewRoom) -> Result<Opened> {
        let ask = Ask::new(doctor, Action::OpenRoom).counts(&[Paced::Rooms]);
        self.gate.pass(ask, || self.inner.open(doctor, room)).await
    }

    async fn add_participant(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        newcomer: &Doctor,
    ) -> Result<()> {
        let ask = Ask::new(doctor, Action::AddParticipant)
            .room(room)
            .subject(newcomer.id());
        self.gate
            .pass(ask, || self.inner.add_participant(doctor, room, newcomer))
            .await
    }

    async fn remove_participant(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        removed: &StaffId,
    ) -> Result<()> {
        let action = if removed == doctor.id() {
            Action::LeaveRoom
        } else {
            Action::RemoveParticipant
        };
        let ask = Ask::new(doctor, action).room(room).subject(removed);
        self.gate
            .pass(ask, || self.inner.remove_participant(doctor, room, removed))
            .await
    }

    async fn changes(&self, doctor: &Doctor, room: &RoomId) -> Result<Vec<ParticipantChange>> {
        let ask = Ask::new(doctor, Action::ReadRoom)
            .room(room)
            .subject("changes");
        self.gate
            .pass(ask, || self.inner.changes(doctor, room))
            .await
    }

    /// Asks nobody: it is what the guard itself asks, and tells only of the asker.
    async fn standing(&self, doctor: &Doctor, room: &RoomId) -> Result<Standing> {
        self.inner.standing(doctor, room).await
    }
}
