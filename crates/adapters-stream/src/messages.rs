mod change;
mod page;
mod post;
mod search;

pub(crate) use self::change::RECALLED_FILES;

use async_trait::async_trait;
use domain::{
    Content, Doctor, Message, MessageCursor, MessageId, MessagePage, NewMessage, PageSize, RoomId,
    Search, SearchPage, Version,
};
use ports::{Error, Messages, Posted, Result};

use crate::{
    client::{self, Kind},
    failure::{self, Told},
    store::Store,
};

#[async_trait]
impl Messages for Store {
    async fn post(&self, doctor: &Doctor, room: &RoomId, message: &NewMessage) -> Result<Posted> {
        self.post_message(doctor, room, message).await
    }

    async fn page(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        cursor: &MessageCursor,
        size: PageSize,
    ) -> Result<MessagePage> {
        self.message_page(doctor, room, cursor, size).await
    }

    async fn get(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<Message> {
        let (state, wire) = tokio::join!(self.state(doctor, room, 1), self.wire(room, message));
        let (state, wire) = (state?, wire?);
        let message = self.message(&wire, &state.members).await?;
        message.ok_or_else(|| Error::not_found("message"))
    }

    async fn several(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        messages: &[MessageId],
    ) -> Result<Vec<Message>> {
        let state = self.state(doctor, room, 1).await?;
        if messages.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<&str> = messages.iter().map(MessageId::as_str).collect();
        let wire = self
            .client
            .messages(&self.channel_type, room.as_str(), &ids)
            .await
            .told()?;
        self.messages(&wire, &state.members).await
    }

    async fn edit(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        message: &MessageId,
        content: &Content,
    ) -> Result<Message> {
        self.edit_message(doctor, room, message, content).await
    }

    async fn recall(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<Message> {
        self.recall_message(doctor, room, message).await
    }

    /// Stream keeps none.
    async fn versions(
        &self,
        _doctor: &Doctor,
        _room: &RoomId,
        _message: &MessageId,
    ) -> Result<Vec<Version>> {
        Err(Error::unsupported("edit history"))
    }

    async fn waiting(&self, doctor: &Doctor) -> Result<Vec<Message>> {
        self.waiting_for(doctor).await
    }

    async fn search(&self, doctor: &Doctor, search: &Search) -> Result<SearchPage> {
        self.search_messages(doctor, search).await
    }
}

impl Store {
    /// A message of the room, as Stream has it.
    pub(crate) async fn wire(&self, room: &RoomId, message: &MessageId) -> Result<client::Message> {
        self.find(room, message)
            .await?
            .ok_or_else(|| Error::not_found("message"))
    }

    /// The same, if it is there.
    pub(crate) async fn find(
        &self,
        room: &RoomId,
        message: &MessageId,
    ) -> Result<Option<client::Message>> {
        match self.client.message(message.as_str()).await {
            Ok(wire) => Ok(Some(wire).filter(|wire| wire.cid == self.cid(room))),
            Err(error) if error.kind() == Kind::NotFound => Ok(None),
            Err(error) => Err(failure::of("message")(error)),
        }
    }
}
