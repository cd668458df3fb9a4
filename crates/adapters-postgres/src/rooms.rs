pub(crate) mod changes;
mod known;
mod list;
mod open;
mod participants;
mod unread;

use async_trait::async_trait;
use domain::{
    Doctor, NewRoom, PageSize, ParticipantChange, PatientRef, Room, RoomCursor, RoomId, RoomPage,
    StaffId, Standing,
};
use legacy::{key, room_key, staff_key};
pub(crate) use list::find;
pub(crate) use open::known_patient;
use ports::{Error, Opened, Result, Rooms};

use crate::store::Store;

#[async_trait]
impl Rooms for Store {
    async fn list(
        &self,
        doctor: &Doctor,
        cursor: Option<RoomCursor>,
        size: PageSize,
    ) -> Result<RoomPage> {
        list::list(self, staff_key(doctor)?, cursor, size).await
    }

    async fn get(&self, doctor: &Doctor, room: &RoomId) -> Result<Room> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let mut connection = self.pool.get().await?;
        let found = find(&mut connection, doctor, room, &self.key).await?;
        found.ok_or_else(|| Error::not_found("room"))
    }

    async fn unread_of_patients(
        &self,
        doctor: &Doctor,
        patients: &[PatientRef],
    ) -> Result<Vec<(PatientRef, u32)>> {
        unread::of_patients(self, staff_key(doctor)?, patients).await
    }

    async fn unread_rooms(&self, doctor: &Doctor) -> Result<u32> {
        unread::rooms(self, staff_key(doctor)?).await
    }

    async fn has_patient_room(&self, _: &Doctor, patient: &PatientRef) -> Result<bool> {
        known::has_patient(self, patient).await
    }

    async fn is_removed_from_patient(&self, doctor: &Doctor, patient: &PatientRef) -> Result<bool> {
        known::is_removed(self, staff_key(doctor)?, patient).await
    }

    async fn has_direct_room(&self, doctor: &Doctor, colleague: &Doctor) -> Result<bool> {
        known::has_direct(self, staff_key(doctor)?, staff_key(colleague)?).await
    }

    async fn open_patient(&self, doctor: &Doctor, patient: &PatientRef) -> Result<Opened> {
        open::patient(self, staff_key(doctor)?, patient).await
    }

    async fn open(&self, doctor: &Doctor, room: &NewRoom) -> Result<Opened> {
        let opener = staff_key(doctor)?;
        match room {
            NewRoom::Direct(other) => open::direct(self, opener, staff_key(other)?).await,
            NewRoom::Group { others, title } => {
                let others: Vec<i64> = others.iter().map(staff_key).collect::<Result<_>>()?;
                let title = title.as_ref().map(|title| title.as_str());
                open::group(self, opener, &others, title).await
            }
        }
    }

    async fn add_participant(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        newcomer: &Doctor,
    ) -> Result<()> {
        let (room, doctor, newcomer) = (room_key(room)?, staff_key(doctor)?, staff_key(newcomer)?);
        participants::add(self, room, doctor, newcomer).await
    }

    async fn remove_participant(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        removed: &StaffId,
    ) -> Result<()> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let removed = key(removed.as_i64(), "participant")?;
        participants::remove(self, room, doctor, removed).await
    }

    async fn changes(&self, doctor: &Doctor, room: &RoomId) -> Result<Vec<ParticipantChange>> {
        changes::read(self, room_key(room)?, staff_key(doctor)?).await
    }

    async fn standing(&self, doctor: &Doctor, room: &RoomId) -> Result<Standing> {
        match (room.as_i64(), doctor.id().as_i64()) {
            (Some(room), Some(doctor)) => self.stands(room, doctor).await,
            // An id that is no number names no room here.
            _ => Ok(Standing::Outsider),
        }
    }
}
