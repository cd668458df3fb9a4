use domain::{Doctor, MessageCursor, MessageId, MessagePage, PageSize, RoomId};
use ports::{Error, Result};

use crate::{
    client::{Member, Message, MessageRange},
    failure::Told,
    store::Store,
};

impl Store {
    pub(super) async fn message_page(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        cursor: &MessageCursor,
        size: PageSize,
    ) -> Result<MessagePage> {
        // One more than the page holds tells whether older ones exist.
        let most = size.get() + 1;
        let (members, wire) = match cursor {
            MessageCursor::Latest => {
                let state = self.state(doctor, room, most).await?;
                (state.members, state.messages)
            }
            MessageCursor::Before(id) => {
                let range = MessageRange::Before(id.as_str());
                self.next_to(doctor, room, ("before", id), range, most)
                    .await?
            }
            MessageCursor::After(id) => {
                let range = MessageRange::After(id.as_str());
                self.next_to(doctor, room, ("after", id), range, size.get())
                    .await?
            }
            MessageCursor::Around(id) => self.around(doctor, room, id, size).await?,
        };
        let messages = self.messages(&wire, &members).await?;
        Ok(MessagePage::out_of(messages, cursor, size))
    }

    /// Members of the room and the messages next to one of them, asked for at the same time.
    async fn next_to(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        (field, cursor): (&'static str, &MessageId),
        range: MessageRange<'_>,
        most: usize,
    ) -> Result<(Vec<Member>, Vec<Message>)> {
        let (state, known, page) = tokio::join!(
            self.state(doctor, room, 1),
            self.find(room, cursor),
            self.client
                .channel_messages(&self.channel_type, room.as_str(), range, most),
        );
        let state = state?;
        if known?.is_none() {
            return Err(Error::invalid(field, "must be a message of this room"));
        }
        Ok((state.members, page.told()?.messages))
    }

    /// Members of the room and the messages on both sides of one of them.
    async fn around(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        id: &MessageId,
        size: PageSize,
    ) -> Result<(Vec<Member>, Vec<Message>)> {
        let (older, newer) = size.halves();
        let side = |range, most| {
            self.client
                .channel_messages(&self.channel_type, room.as_str(), range, most)
        };
        let (state, found, before, after) = tokio::join!(
            self.state(doctor, room, 1),
            self.find(room, id),
            side(MessageRange::Before(id.as_str()), older + 1),
            side(MessageRange::After(id.as_str()), newer),
        );
        let state = state?;
        let Some(found) = found? else {
            return Err(Error::invalid("around", "must be a message of this room"));
        };
        let mut messages = before.told()?.messages;
        messages.push(found);
        messages.extend(after.told()?.messages.into_iter().take(newer - 1));
        Ok((state.members, messages))
    }
}
