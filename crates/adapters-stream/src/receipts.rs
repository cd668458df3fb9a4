use async_trait::async_trait;
use domain::{Doctor, MessageId, ReceiptKind, RoomId};
use ports::{Error, Receipts, Result};
use serde_json::json;

use crate::{
    asked::quietly,
    client::{self, ChannelState, Custom, Message, ReadUpTo, UnreadFrom},
    convert::{ACKNOWLEDGED, message_from_wire, unread_floor},
    failure::{self, Told},
    marks::{self, Marks},
    store::{Store, member},
};

/// The event that tells of an arrival; Stream has one of its own for reading.
pub(crate) const RECEIPT: &str = "receipt";

/// Its kind before Stream's event of a reading that the others know of: it is read again after it
/// was marked unread, which concerns the reader alone.
pub(crate) const AGAIN: &str = "again";

#[async_trait]
impl Receipts for Store {
    async fn mark_delivered(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        up_to: &MessageId,
    ) -> Result<()> {
        let (state, message) = self.marked(doctor, room, up_to).await?;
        self.mark(doctor, room, &state, &message, ReceiptKind::Delivered)
            .await
    }

    async fn mark_read(&self, doctor: &Doctor, room: &RoomId, up_to: &MessageId) -> Result<()> {
        let (state, message) = self.marked(doctor, room, up_to).await?;
        self.mark(doctor, room, &state, &message, ReceiptKind::Read)
            .await
    }

    /// Kept in our own mark, which the marks that others see do not follow; and at Stream, for client
    /// libraries, from where the doctor's own sockets hear of it.
    async fn mark_unread(&self, doctor: &Doctor, room: &RoomId, from: &MessageId) -> Result<()> {
        let (state, message) = self.marked(doctor, room, from).await?;
        let position = marks::position(&message);
        if position > unread_floor(doctor, &state) {
            return Ok(());
        }
        let set = marks::own_mark(position - 1);
        let (channel_type, room, by) = (&self.channel_type, room.as_str(), doctor.id().as_str());
        self.client
            .update_member(channel_type, room, by, &set, &[])
            .await
            .told()?;
        let from = UnreadFrom::new(by).message_id(&*message.id);
        let told = self.client.mark_unread(channel_type, room, &from).await;
        if let Err(error) = told {
            tracing::debug!(%error, "a mark went back but was not told");
        }
        Ok(())
    }

    async fn acknowledge(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<()> {
        let (state, wire) = self.marked(doctor, room, message).await?;
        let shown = message_from_wire(&self.channel_type, &wire)
            .ok_or_else(|| Error::not_found("message"))?;
        if shown.is_recalled() {
            return Err(Error::conflict("the message was recalled"));
        }
        if shown.urgency != domain::Urgency::Urgent {
            return Err(Error::conflict("only an urgent message is acknowledged"));
        }
        if shown.author.id == *doctor.id() {
            return Err(Error::conflict("one's own message is not acknowledged"));
        }
        let by = doctor.id().as_str();
        let known = self.acknowledgements(&wire).await?;
        if !known.iter().any(|reaction| reaction.user_id == by) {
            self.users.ensure(&self.client, &[doctor]).await?;
            let (reaction, quiet) = quietly(ACKNOWLEDGED, by);
            let added = self.client.add_reaction(&wire.id, &reaction, &quiet);
            added.await.map_err(failure::of("message"))?;
            self.settle_urgent(room, &state.members, &wire.id).await;
        }
        self.mark(doctor, room, &state, &wire, ReceiptKind::Read)
            .await
    }
}

impl Store {
    async fn marked(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        message: &MessageId,
    ) -> Result<(ChannelState, Message)> {
        let (state, wire) = tokio::join!(self.state(doctor, room, 1), self.wire(room, message));
        Ok((state?, wire?))
    }

    async fn mark(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        state: &ChannelState,
        message: &Message,
        kind: ReceiptKind,
    ) -> Result<()> {
        let own = member(state, doctor.id()).ok_or_else(|| Error::not_found("room"))?;
        let (marks, position) = (Marks::of(own), marks::position(message));
        let is_news = !marks.covers(kind, position);
        let reads = kind != ReceiptKind::Delivered;
        let joined = marks::nanoseconds(own.created_at);
        let again = marks.reading_again(position, joined).filter(|_| reads);
        if !is_news && again.is_none() {
            return Ok(());
        }
        let (mut set, mut unset) = (json!({}), Vec::new());
        if is_news {
            (set, unset) = marks.adding(kind, position, self.clock.now());
        }
        if let Some((own, done)) = again {
            merge(&mut set, own);
            unset.extend(done);
        }
        let (channel_type, room, by) = (&self.channel_type, room.as_str(), doctor.id().as_str());
        self.client
            .update_member(channel_type, room, by, &set, &unset)
            .await
            .told()?;
        // The mark is kept; whether those who look now are told at once is worth no failure.
        let told = async {
            if !reads || !is_news {
                let kind = if reads { AGAIN } else { kind.as_str() };
                let mut event = Custom::new();
                event.insert("kind".to_owned(), json!(kind));
                event.insert("message_id".to_owned(), json!(message.id));
                self.client
                    .send_event(channel_type, room, by, RECEIPT, &event)
                    .await?;
            }
            if reads {
                let read = ReadUpTo::new(by).message_id(&*message.id);
                self.client.mark_read(channel_type, room, &read).await?;
            }
            Ok::<_, client::Error>(())
        };
        let told = told.await;
        if let Err(error) = told {
            tracing::debug!(%error, "a mark was kept but not told");
        }
        Ok(())
    }
}

fn merge(set: &mut serde_json::Value, more: serde_json::Value) {
    if let (Some(set), serde_json::Value::Object(more)) = (set.as_object_mut(), more) {
        set.extend(more);
    }
}
