pub(crate) mod changes;
mod list;
mod open;
mod pages;
pub(crate) mod participants;
mod unread;
mod walk;

use async_trait::async_trait;
use domain::{
    Doctor, NewRoom, PageSize, ParticipantChange, PatientRef, Room, RoomCursor, RoomId, RoomKind,
    RoomPage, StaffId, Standing,
};
use futures_util::future::try_join_all;
use ports::{Opened, Result, Rooms};

pub(crate) use self::{list::activity, pages::RoomPages, participants::left_at, walk::place};
use crate::{
    ids,
    store::{Store, member},
};

/// Messages asked for with one room: enough to count what is unread, most of the time.
pub(crate) const WINDOW: usize = 50;

#[async_trait]
impl Rooms for Store {
    async fn list(
        &self,
        doctor: &Doctor,
        cursor: Option<RoomCursor>,
        size: PageSize,
    ) -> Result<RoomPage> {
        self.list_rooms(doctor, cursor, size).await
    }

    async fn get(&self, doctor: &Doctor, room: &RoomId) -> Result<Room> {
        let state = self.state(doctor, room, WINDOW).await?;
        self.room(doctor, &state, WINDOW).await
    }

    async fn unread_of_patients(
        &self,
        doctor: &Doctor,
        patients: &[PatientRef],
    ) -> Result<Vec<(PatientRef, u32)>> {
        let mut cids: Vec<String> = patients
            .iter()
            .map(|patient| self.cid(&ids::patient_room(patient)))
            .collect();
        cids.sort_unstable();
        cids.dedup();
        let cids: Vec<&str> = cids.iter().map(String::as_str).collect();
        let rooms = self.own_rooms(doctor, &cids, WINDOW).await?;
        let counts = rooms.iter().map(async |state| {
            let id = RoomId::parse(&state.channel.id).ok();
            match id.map(|id| (ids::kind_of(&id), id)) {
                Some((RoomKind::Patient(patient), id)) => {
                    let (unread, _) = self.unread(doctor, &id, state, WINDOW).await?;
                    Ok(Some((patient, unread)))
                }
                _ => Ok(None),
            }
        });
        let counts: Result<Vec<_>> = try_join_all(counts).await;
        Ok(counts?.into_iter().flatten().collect())
    }

    async fn unread_rooms(&self, doctor: &Doctor) -> Result<u32> {
        self.count_unread_rooms(doctor).await
    }

    async fn has_patient_room(&self, _: &Doctor, patient: &PatientRef) -> Result<bool> {
        let state = self.any_state(&ids::patient_room(patient)).await?;
        Ok(state.is_some())
    }

    async fn is_removed_from_patient(&self, doctor: &Doctor, patient: &PatientRef) -> Result<bool> {
        let Some(state) = self.any_state(&ids::patient_room(patient)).await? else {
            return Ok(false);
        };
        let is_out = member(&state, doctor.id()).is_none() && !state.members.is_empty();
        Ok(is_out && changes::was_removed(&state.channel, doctor.id()))
    }

    async fn has_direct_room(&self, doctor: &Doctor, colleague: &Doctor) -> Result<bool> {
        let room = ids::direct_room(doctor.id(), colleague.id());
        Ok(self.any_state(&room).await?.is_some())
    }

    async fn open_patient(&self, doctor: &Doctor, patient: &PatientRef) -> Result<Opened> {
        self.open_patient_room(doctor, patient).await
    }

    async fn open(&self, doctor: &Doctor, room: &NewRoom) -> Result<Opened> {
        match room {
            NewRoom::Direct(other) => {
                let id = ids::direct_room(doctor.id(), other.id());
                self.make(doctor, &id, std::slice::from_ref(other), None)
                    .await
            }
            NewRoom::Group { others, title } => {
                self.make(doctor, &ids::group_room(), others, title.as_ref())
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
        let state = self.state(doctor, room, 1).await?;
        self.join(&state, room, newcomer, doctor).await
    }

    async fn remove_participant(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        removed: &StaffId,
    ) -> Result<()> {
        self.take_out(doctor, room, removed).await
    }

    async fn changes(&self, doctor: &Doctor, room: &RoomId) -> Result<Vec<ParticipantChange>> {
        self.read_changes(doctor, room).await
    }

    async fn standing(&self, doctor: &Doctor, room: &RoomId) -> Result<Standing> {
        let key = (doctor.id().clone(), room.clone());
        if let Some(standing) = self.standings.get(&key) {
            return Ok(standing);
        }
        let Some(state) = self.any_state(room).await? else {
            return Ok(Standing::Outsider);
        };
        let standing = match (member(&state, doctor.id()), ids::kind_of(room)) {
            (Some(_), RoomKind::Direct) => Standing::Partner,
            (Some(_), _) => Standing::Participant,
            (None, _) if left_at(&state.channel, doctor.id()).is_some() => Standing::Former,
            (None, _) => Standing::Outsider,
        };
        // "Takes part" may be a moment old, "does not" never.
        if standing.takes_part() {
            self.standings.insert(key, standing);
        }
        Ok(standing)
    }
}
