//! Rooms that move to Stream: many at once as files of its bulk import, the last of each one by one.

mod batch;
mod catch_up;
mod compared;
mod files;
mod lines;
mod people;
mod people_marks;
mod sections;

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::{RoomId, RoomKind};
use ports::{Error, ImportBatch, Looked, MessageRecord, Records, Result, RoomImporter, RoomRecord};

pub(crate) use self::files::service;
use self::{batch::StreamBatch, compared::Compared, files::long_text};
use crate::{
    failure::Told,
    ids,
    store::{ON_ITS_WAY, Store, is_on_its_way},
};

/// Takes rooms in from their records.
#[derive(Clone)]
pub(crate) struct StreamImporter {
    store: Arc<Store>,
    from: Arc<dyn Records>,
    /// Messages of the room that is caught up with which are there as they are.
    compared: Arc<Mutex<Compared>>,
}

impl StreamImporter {
    pub(crate) fn new(store: Arc<Store>, from: Arc<dyn Records>) -> Self {
        Self {
            store,
            from,
            compared: Arc::default(),
        }
    }
}

#[async_trait]
impl RoomImporter for StreamImporter {
    fn room_for(&self, room: &RoomRecord) -> Result<RoomId> {
        match (&room.kind, room.participants.as_slice()) {
            (RoomKind::Patient(patient), _) if room.is_first => Ok(ids::patient_room(patient)),
            (RoomKind::Patient(patient), _) => ids::further_patient_room(patient, &room.id),
            (RoomKind::Direct, [(one, _), (other, _)]) if room.is_first => {
                Ok(ids::direct_room(&one.doctor.id, &other.doctor.id))
            }
            // A second one, or one of the two is no doctor any more: opening leads elsewhere.
            (RoomKind::Direct, _) => ids::moved_direct(&room.id),
            (RoomKind::Group, _) => ids::moved_group(&room.id),
        }
    }

    fn text_for(&self, message: &MessageRecord) -> String {
        let text = message.message.text().map_or("", |text| text.as_str());
        long_text(text).unwrap_or_else(|| text.to_owned())
    }

    async fn batch(&self) -> Result<Box<dyn ImportBatch>> {
        self.store.make_file_channels().await?;
        Ok(Box::new(StreamBatch::new(self.clone())?))
    }

    async fn open_up(&self, room: &RoomId) -> Result<()> {
        let state = self.store.any_state(room).await?;
        let state = state.ok_or_else(|| Error::not_found("room"))?;
        if is_on_its_way(&state) {
            let (kind, client) = (&self.store.channel_type, &self.store.client);
            let done = [ON_ITS_WAY.to_owned()];
            let none = serde_json::json!({});
            client
                .update_channel(kind, room.as_str(), &none, &done)
                .await
                .told()?;
        }
        Ok(())
    }

    async fn shut(&self, room: &RoomId) -> Result<()> {
        let state = self.store.any_state(room).await?;
        let state = state.ok_or_else(|| Error::not_found("room"))?;
        if !is_on_its_way(&state) {
            let (kind, client) = (&self.store.channel_type, &self.store.client);
            let set = serde_json::json!({ ON_ITS_WAY: true });
            client
                .update_channel(kind, room.as_str(), &set, &[])
                .await
                .told()?;
        }
        Ok(())
    }

    async fn catch_up(&self, room: &RoomRecord, looked: &Looked) -> Result<()> {
        self.bring_the_rest(room, looked).await
    }

    async fn bring_new(&self, room: &RoomRecord) -> Result<()> {
        self.bring_what_is_missing(room).await
    }
}
