mod change;
pub(crate) mod mentions;
mod post;
pub(crate) mod read;
mod search;
mod several;
mod versions;
mod waiting;

use async_trait::async_trait;
use domain::{
    Content, Doctor, Message, MessageCursor, MessageId, MessagePage, NewMessage, PageSize, RoomId,
    Search, SearchPage, Version,
};
use legacy::{key, room_key, staff_key};
use ports::{Messages, Posted, Result};

use crate::store::Store;

#[async_trait]
impl Messages for Store {
    async fn post(&self, doctor: &Doctor, room: &RoomId, message: &NewMessage) -> Result<Posted> {
        let post = post::Post::new(doctor, room, message)?;
        self.writer.write(move |work| post.run(work)).await
    }

    async fn page(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        cursor: &MessageCursor,
        size: PageSize,
    ) -> Result<MessagePage> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let cursor = cursor.clone();
        self.readers
            .read(move |connection| read::page(connection, room, doctor, &cursor, size))
            .await
    }

    async fn get(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<Message> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let message = message.as_i64();
        self.readers
            .read(move |connection| read::one(connection, room, doctor, message))
            .await
    }

    async fn several(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        messages: &[MessageId],
    ) -> Result<Vec<Message>> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let named = messages.iter().filter_map(MessageId::as_i64).collect();
        self.readers
            .read(move |connection| several::of(connection, room, doctor, named))
            .await
    }

    async fn edit(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        message: &MessageId,
        content: &Content,
    ) -> Result<Message> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let message = key(message.as_i64(), "message")?;
        let content = content.clone();
        self.writer
            .write(move |work| change::edit(work, room, doctor, message, &content))
            .await
    }

    async fn recall(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<Message> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let message = key(message.as_i64(), "message")?;
        self.writer
            .write(move |work| change::recall(work, room, doctor, message))
            .await
    }

    async fn versions(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        message: &MessageId,
    ) -> Result<Vec<Version>> {
        let (room, doctor) = (room_key(room)?, staff_key(doctor)?);
        let message = message.as_i64();
        self.readers
            .read(move |connection| versions::of(connection, room, doctor, message))
            .await
    }

    async fn waiting(&self, doctor: &Doctor) -> Result<Vec<Message>> {
        let Ok(doctor) = staff_key(doctor) else {
            return Ok(Vec::new());
        };
        self.readers
            .read(move |connection| waiting::of(connection, doctor))
            .await
    }

    async fn search(&self, doctor: &Doctor, search: &Search) -> Result<SearchPage> {
        let doctor = staff_key(doctor)?;
        let asked = &search.filter().patient;
        let mut patients = Vec::new();
        for reference in asked {
            patients.extend(self.patient_of(reference).await?);
        }
        if patients.is_empty() && !asked.is_empty() {
            return Ok(SearchPage::default());
        }
        let search = search.clone();
        self.readers
            .read(move |connection| search::run(connection, doctor, &patients, &search))
            .await
    }
}
