pub(crate) mod changes;
mod membership;
mod open;
pub(crate) mod participants;
mod read;
mod unread;

use async_trait::async_trait;
use domain::{
    Doctor, NewRoom, PageSize, ParticipantChange, PatientRef, Room, RoomCursor, RoomId, RoomPage,
    StaffId, Standing,
};
use legacy::{key, room_key, staff_key};
use ports::{Error, Opened, Result, Rooms};

pub(crate) use self::{
    membership::{Membership, bump},
    read::tell_own,
};
use crate::{statement::json_list, store::Store};

#[async_trait]
impl Rooms for Store {
    async fn list(
        &self,
        doctor: &Doctor,
        cursor: Option<RoomCursor>,
        size: PageSize,
    ) -> Result<RoomPage> {
        let from = read::start(cursor.as_ref())?;
        let Ok(doctor) = staff_key(doctor) else {
            return Ok(RoomPage::default());
        };
        let rows = self
            .readers
            .read(move |connection| read::list(connection, doctor, from, size))
            .await?;
        read::page(rows, size, &self.key)
    }

    async fn get(&self, doctor: &Doctor, room: &RoomId) -> Result<Room> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let patient_key = self.key.clone();
        self.readers
            .read(move |connection| read::room(connection, &patient_key, room, doctor))
            .await
    }

    async fn unread_of_patients(
        &self,
        doctor: &Doctor,
        patients: &[PatientRef],
    ) -> Result<Vec<(PatientRef, u32)>> {
        let doctor = staff_key(doctor)?;
        let references = json_list(patients.iter().map(PatientRef::as_str));
        self.readers
            .read(move |connection| unread::of_patients(connection, doctor, references))
            .await
    }

    async fn unread_rooms(&self, doctor: &Doctor) -> Result<u32> {
        let doctor = staff_key(doctor)?;
        self.readers
            .read(move |connection| unread::rooms(connection, doctor))
            .await
    }

    async fn has_patient_room(&self, _: &Doctor, patient: &PatientRef) -> Result<bool> {
        let Some(patient) = self.patient_of(patient).await? else {
            return Ok(false);
        };
        self.readers
            .read(move |connection| open::has_patient(connection, patient))
            .await
    }

    async fn is_removed_from_patient(&self, doctor: &Doctor, patient: &PatientRef) -> Result<bool> {
        let doctor = staff_key(doctor)?;
        let Some(patient) = self.patient_of(patient).await? else {
            return Ok(false);
        };
        self.readers
            .read(move |connection| open::is_removed(connection, patient, doctor))
            .await
    }

    async fn has_direct_room(&self, doctor: &Doctor, colleague: &Doctor) -> Result<bool> {
        let (one, other) = (staff_key(doctor)?, staff_key(colleague)?);
        self.readers
            .read(move |connection| open::has_direct(connection, one, other))
            .await
    }

    async fn open_patient(&self, doctor: &Doctor, patient: &PatientRef) -> Result<Opened> {
        let opener = staff_key(doctor)?;
        let (doctor, patient) = (doctor.clone(), patient.clone());
        let patient_key = self.key.clone();
        self.writer
            .write(move |work| open::patient(work, &patient_key, opener, &doctor, &patient))
            .await
    }

    async fn open(&self, doctor: &Doctor, room: &NewRoom) -> Result<Opened> {
        let opener = staff_key(doctor)?;
        let patient_key = self.key.clone();
        match room {
            NewRoom::Direct(other) => {
                let other = staff_key(other)?;
                self.writer
                    .write(move |work| open::direct(work, &patient_key, opener, other))
                    .await
            }
            NewRoom::Group { others, title } => {
                let others = others.iter().map(staff_key).collect::<Result<Vec<_>>>()?;
                let title = title.as_ref().map(|title| title.as_str().to_owned());
                self.writer
                    .write(move |work| open::group(work, &patient_key, opener, &others, title))
                    .await
            }
        }
    }

    async fn add_participant(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        newcomer: &Doctor,
    ) -> Result<()> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let newcomer = newcomer.clone();
        let patient_key = self.key.clone();
        self.writer
            .write(move |work| participants::add(work, &patient_key, room, doctor, &newcomer))
            .await
    }

    async fn remove_participant(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        removed: &StaffId,
    ) -> Result<()> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let removed = key(removed.as_i64(), "participant")?;
        self.writer
            .write(move |work| participants::remove(work, room, doctor, removed))
            .await?;
        self.standings.invalidate(&(room, removed));
        Ok(())
    }

    async fn changes(&self, doctor: &Doctor, room: &RoomId) -> Result<Vec<ParticipantChange>> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        self.readers
            .read(move |connection| changes::read(connection, room, doctor))
            .await
    }

    async fn standing(&self, doctor: &Doctor, room: &RoomId) -> Result<Standing> {
        let (Ok(room), Ok(doctor)) = (room_key(room), staff_key(doctor)) else {
            return Ok(Standing::Outsider);
        };
        if let Some(standing) = self.standings.get(&(room, doctor)) {
            return Ok(standing);
        }
        let standing = self
            .readers
            .read(move |connection| membership::standing(connection, room, doctor))
            .await?;
        if standing.takes_part() {
            self.standings.insert((room, doctor), standing);
        }
        Ok(standing)
    }
}

/// There is no such room, or none that the asker may know of.
pub(crate) fn no_room() -> Error {
    Error::not_found("room")
}
