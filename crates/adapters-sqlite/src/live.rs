mod presence;

use async_trait::async_trait;
use domain::{Doctor, Presence, RoomId, StaffId};
use legacy::{room_key, staff_key};
use ports::{EventId, EventStream, Live, Result};

pub(crate) use self::presence::{Online, touch, watch};
use crate::{rooms::Membership, store::Store};

#[async_trait]
impl Live for Store {
    /// Goes through the writer, whose order makes sure that nobody is told after they were removed.
    async fn typing(&self, doctor: &Doctor, room: &RoomId, typing: bool) -> Result<()> {
        let (room, typist) = (room_key(room)?, staff_key(doctor)?);
        let doctor = doctor.profile();
        self.writer
            .write(move |work| {
                Membership::of(work.connection, room, typist)?;
                Ok(work.tell_typing(room, doctor, typing)?)
            })
            .await
    }

    async fn presence(&self, _doctor: &Doctor, of: &[StaffId]) -> Result<Vec<Presence>> {
        let keys: Vec<i64> = of.iter().filter_map(StaffId::as_i64).collect();
        let seen = self
            .readers
            .read(move |connection| presence::last_seen(connection, &keys))
            .await?;
        seen.into_iter().map(|row| self.presence_of(row)).collect()
    }

    async fn events(&self, doctor: &Doctor, resume: Option<EventId>) -> Result<EventStream> {
        Ok(self.hub.subscribe(doctor.id(), resume.as_ref()))
    }
}
