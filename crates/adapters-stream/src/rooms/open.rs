use domain::{Doctor, Participation, PatientRef, Room, RoomId, RoomTitle};
use ports::{Error, Opened, Result};
use serde_json::Value;

use super::{WINDOW, changes};
use crate::{
    client::{ChannelState, Custom, Kind, NewChannel},
    failure::{self, Told},
    ids,
    store::{Store, is_on_its_way, member},
};

/// The field that tells the call that made a channel from one that found it: each call fills it
/// differently, as Stream's answer is the same for both.
const OPENING: &str = "opening_id";

impl Store {
    /// Makes a room of the doctor and the others, or finds it.
    pub(super) async fn make(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        others: &[Doctor],
        title: Option<&RoomTitle>,
    ) -> Result<Opened> {
        let mut doctors = vec![doctor];
        doctors.extend(others);
        let custom = title.map(|title| ("name".to_owned(), title.as_str().into()));
        let (_, created) = self.get_or_create(room, &doctors, custom).await?;
        self.opened(doctor, room, created).await
    }

    pub(super) async fn open_patient_room(
        &self,
        doctor: &Doctor,
        patient: &PatientRef,
    ) -> Result<Opened> {
        let room = ids::patient_room(patient);
        let (now, joined) = (self.clock.now(), Participation::Joined);
        let note = changes::note(now, joined, doctor.id(), doctor.id());
        let (state, created) = self.get_or_create(&room, &[doctor], Some(note)).await?;
        self.join(&state, &room, doctor, doctor).await?;
        self.opened(doctor, &room, created).await
    }

    async fn opened(&self, doctor: &Doctor, room: &RoomId, created: bool) -> Result<Opened> {
        let state = self.state(doctor, room, WINDOW).await?;
        let room = self.room(doctor, &state, WINDOW).await?;
        Ok(Opened { room, created })
    }

    async fn get_or_create(
        &self,
        room: &RoomId,
        doctors: &[&Doctor],
        more: Option<(String, Value)>,
    ) -> Result<(ChannelState, bool)> {
        let opening = format!("{:016x}", rand::random::<u64>());
        let mut custom = Custom::new();
        custom.insert(OPENING.to_owned(), opening.clone().into());
        custom.extend(more);
        let members: Vec<&str> = doctors.iter().map(|doctor| doctor.id().as_str()).collect();
        let (kind, id) = (&self.channel_type, room.as_str());
        let creator = members.first().copied().unwrap_or_default();
        let new = NewChannel::new(creator).members(members).with_all(custom);
        self.users.ensure(&self.client, doctors).await?;
        let mut made = self.client.get_or_create_channel(kind, id, &new).await;
        if made
            .as_ref()
            .is_err_and(|error| error.kind() == Kind::Invalid)
        {
            // Somebody we knew to be there is not: another server emptied the app.
            self.users.forget();
            self.users.ensure(&self.client, doctors).await?;
            made = self.client.get_or_create_channel(kind, id, &new).await;
        }
        let state = made.map_err(failure::of_setup)?;
        let said = state
            .channel
            .custom
            .get(OPENING)
            .and_then(|said| said.as_str());
        let created = said == Some(opening.as_str());
        if is_on_its_way(&state) {
            return Err(Error::moved());
        }
        Ok((state, created))
    }

    /// Takes a doctor into a room; who is in it stays.
    pub(super) async fn join(
        &self,
        state: &ChannelState,
        room: &RoomId,
        newcomer: &Doctor,
        by: &Doctor,
    ) -> Result<()> {
        if member(state, newcomer.id()).is_some() {
            return Ok(());
        }
        if state.members.len() >= Room::MAX_PARTICIPANTS {
            return Err(full());
        }
        self.users.ensure(&self.client, &[newcomer]).await?;
        // Noted first: whoever hears that somebody came finds the note.
        let noted = self
            .note_joined(&state.channel, room, newcomer.id(), by.id())
            .await?;
        let came = self.come_in(room, newcomer).await;
        if came.is_err() {
            self.take_back(room, noted).await;
        }
        came
    }

    async fn come_in(&self, room: &RoomId, newcomer: &Doctor) -> Result<()> {
        let (kind, room, id) = (&self.channel_type, room.as_str(), newcomer.id().as_str());
        let channel = self.client.add_members(kind, room, &[id]).await.told()?;
        // Stream knows no limit: of several who come to the last place at once, none stays.
        if channel.is_some_and(|channel| channel.member_count > Room::MAX_PARTICIPANTS) {
            self.client.remove_members(kind, room, &[id]).await.told()?;
            return Err(full());
        }
        Ok(())
    }
}

fn full() -> Error {
    Error::conflict("the room is full: it holds 100 doctors")
}
