use async_trait::async_trait;
use domain::{
    Action, Content, Doctor, Message, MessageCursor, MessageId, MessagePage, NewMessage, PageSize,
    RoomId, Search, SearchPage, Urgency, Version,
};

use super::{Guarded, gate::Ask, pace::Paced};
use crate::{Messages, Posted, Result};

#[async_trait]
impl Messages for Guarded<dyn Messages> {
    async fn post(&self, doctor: &Doctor, room: &RoomId, message: &NewMessage) -> Result<Posted> {
        let ask = Ask::new(doctor, Action::PostMessage)
            .room(room)
            .subject(&message.client_id)
            .counts(match message.urgency {
                Urgency::Routine => &[Paced::Messages],
                _ => &[Paced::Messages, Paced::Urgent],
            });
        self.gate
            .pass(ask, || self.inner.post(doctor, room, message))
            .await
    }

    async fn page(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        cursor: &MessageCursor,
        size: PageSize,
    ) -> Result<MessagePage> {
        let ask = Ask::new(doctor, Action::ReadRoom).room(room);
        self.gate
            .pass(ask, || self.inner.page(doctor, room, cursor, size))
            .await
    }

    async fn get(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<Message> {
        let ask = Ask::new(doctor, Action::ReadRoom)
            .room(room)
            .subject(message);
        self.gate
            .pass(ask, || self.inner.get(doctor, room, message))
            .await
    }

    async fn several(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        messages: &[MessageId],
    ) -> Result<Vec<Message>> {
        let ask = Ask::new(doctor, Action::ReadRoom).room(room);
        self.gate
            .pass(ask, || self.inner.several(doctor, room, messages))
            .await
    }

    async fn edit(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        message: &MessageId,
        content: &Content,
    ) -> Result<Message> {
        let by_author = (Action::EditOwnMessage, Action::EditOthersMessage);
        let ask = self.change(doctor, room, message, by_author).await?;
        self.gate
            .pass(ask, || self.inner.edit(doctor, room, message, content))
            .await
    }

    async fn recall(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<Message> {
        let by_author = (Action::RecallOwnMessage, Action::RecallOthersMessage);
        let ask = self.change(doctor, room, message, by_author).await?;
        self.gate
            .pass(ask, || self.inner.recall(doctor, room, message))
            .await
    }

    async fn versions(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        message: &MessageId,
    ) -> Result<Vec<Version>> {
        let ask = Ask::new(doctor, Action::ReadVersions)
            .room(room)
            .subject(message);
        self.gate
            .pass(ask, || self.inner.versions(doctor, room, message))
            .await
    }

    async fn waiting(&self, doctor: &Doctor) -> Result<Vec<Message>> {
        let ask = Ask::new(doctor, Action::ListUrgent);
        self.gate.pass(ask, || self.inner.waiting(doctor)).await
    }

    async fn search(&self, doctor: &Doctor, search: &Search) -> Result<SearchPage> {
        let ask = match &search.filter().room {
            Some(room) => Ask::new(doctor, Action::ReadRoom)
                .room(room)
                .subject("search"),
            None => Ask::new(doctor, Action::SearchMessages),
        }
        .counts(&[Paced::Searches]);
        self.gate
            .pass(ask, || self.inner.search(doctor, search))
            .await
    }
}

impl Guarded<dyn Messages> {
    /// Returns the action that a change of a message is: the policy tells one's own from another's. A message
    /// that the doctor cannot see is asked for as one's own, so that the denial says nothing of it.
    async fn change<'a>(
        &self,
        doctor: &'a Doctor,
        room: &'a RoomId,
        message: &MessageId,
        (own, others): (Action, Action),
    ) -> Result<Ask<'a>> {
        let action = match self.inner.get(doctor, room, message).await {
            Ok(found) if found.author.id != *doctor.id() => others,
            Ok(_) => own,
            Err(error) if error.kind() == crate::ErrorKind::NotFound => own,
            Err(error) => return Err(error),
        };
        let ask = Ask::new(doctor, action).room(room).subject(message);
        Ok(ask.counts(&[Paced::Edits]))
    }
}
