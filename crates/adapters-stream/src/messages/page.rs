use domain::{Doctor, MessageCursor, MessageId, MessagePage, PageSize, RoomId};
use ports::{Error, Result};

use crate::{client::MessageRange, store::Store};

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
        let (members, mut wire) = match cursor {
            MessageCursor::Latest => {
                let state = self.state(doctor, room, most).await?;
                (state.members, state.messages)
            }
            MessageCursor::Before(id) => {
                let range = MessageRange::Before(id.as_str());
                self.around(doctor, room, ("before", id), range, most)
                    .await?
            }
            MessageCursor::After(id) => {
                let range = MessageRange::After(id.as_str());
                self.around(doctor, room, ("after", id), range, size.get())
                    .await?
            }
        };
        let older_exist = match cursor {
            MessageCursor::After(_) => true,
            MessageCursor::Latest | MessageCursor::Before(_) => wire.len() > size.get(),
        };
        let surplus = wire.len().saturating_sub(size.get());
        wire.drain(..surplus);
        let after = wire.last().and_then(|last| MessageId::parse(&last.id).ok());
        let before = wire
            .first()
            .and_then(|first| MessageId::parse(&first.id).ok());
        Ok(MessagePage {
            before: before.filter(|_| older_exist),
            after: after.or_else(|| match cursor {
                MessageCursor::After(id) => Some(id.clone()),
                MessageCursor::Latest | MessageCursor::Before(_) => None,
            }),
            messages: self.messages(&wire, &members).await?,
        })
    }

    /// Members of the room and the messages next to one of them, asked for at the same time.
    async fn around(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        (field, cursor): (&'static str, &MessageId),
        range: MessageRange<'_>,
        most: usize,
    ) -> Result<(Vec<crate::client::Member>, Vec<crate::client::Message>)> {
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
        Ok((state.members, page?.messages))
    }
}
