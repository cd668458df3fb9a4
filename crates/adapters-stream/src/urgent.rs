//! Urgent messages that wait for somebody, kept in the channel: a room says whether one waits
//! without its history being read.
//!
//! Each is a field of its own, `urgent_<message>`, written before the message is sent, so that none
//! is missed, and removed when everybody in the room has acknowledged it or it was recalled. Who
//! has acknowledged is always asked of the message itself.

use domain::{Doctor, MessageId, RoomId, Urgency};
use ports::{MAX_WAITING, Result};
use serde_json::json;

use crate::{
    client::{self, Channel, ChannelState, Member, Message},
    convert::message_from_wire,
    failure::Told,
    marks,
    store::{Store, member},
};

/// Most that are kept; the custom data of a channel has 5 KB. Beyond, the oldest make room.
const KEPT: usize = 20;

fn field(message: &str) -> String {
    format!("urgent_{message}")
}

/// The custom data of a channel for urgent messages that wait and were sent elsewhere, the oldest
/// first.
pub(crate) fn carried(
    waiting: &[(MessageId, jiff::Timestamp)],
) -> Vec<(String, serde_json::Value)> {
    let kept = waiting.iter().skip(waiting.len().saturating_sub(KEPT));
    kept.map(|(id, at)| (field(id.as_str()), at.as_second().into()))
        .collect()
}

/// The messages that wait, the oldest first.
fn waiting(channel: &Channel) -> Vec<&str> {
    let mut waiting: Vec<(i64, &str)> = channel
        .custom
        .iter()
        .filter_map(|(name, value)| Some((value.as_i64()?, name.strip_prefix("urgent_")?)))
        .collect();
    waiting.sort_unstable();
    waiting.into_iter().map(|(_, id)| id).collect()
}

impl Store {
    /// Notes an urgent message that is about to be sent.
    pub(crate) async fn note_urgent(
        &self,
        state: &ChannelState,
        message: &MessageId,
    ) -> Result<()> {
        let known = waiting(&state.channel);
        if known.contains(&message.as_str()) {
            return Ok(());
        }
        let surplus = (known.len() + 1).saturating_sub(KEPT);
        let old: Vec<String> = known.into_iter().take(surplus).map(field).collect();
        let set = json!({ field(message.as_str()): self.clock.now().as_second() });
        let id = &state.channel.id;
        self.client
            .update_channel(&self.channel_type, id, &set, &old)
            .await
            .told()?;
        Ok(())
    }

    /// The message waits for nobody any more. A note that stays does no harm: the message is asked.
    pub(crate) async fn forget_urgent(&self, room: &RoomId, message: &str) {
        let none = json!({});
        let done = [field(message)];
        let forgot = self
            .client
            .update_channel(&self.channel_type, room.as_str(), &none, &done);
        if let Err(error) = forgot.await {
            tracing::debug!(%error, "a note of an urgent message stays");
        }
    }

    /// Forgets an acknowledged message that no member waits with any more.
    pub(crate) async fn settle_urgent(&self, room: &RoomId, members: &[Member], message: &str) {
        let Ok(wire) = self.client.message(message).await else {
            return;
        };
        let Ok(acknowledged) = self.acknowledgements(&wire).await else {
            return;
        };
        let author = wire.user.as_ref().map(|user| user.id.as_str());
        let has_done = |member: &Member| {
            let id = member.user_id();
            Some(id) == author || acknowledged.iter().any(|reaction| reaction.user_id == id)
        };
        if members.iter().all(has_done) {
            self.forget_urgent(room, message).await;
        }
    }

    /// Whether an urgent message of somebody else, sent since the doctor joined, waits for them.
    pub(crate) async fn is_urgent(&self, doctor: &Doctor, state: &ChannelState) -> Result<bool> {
        let Some(own) = member(state, doctor.id()) else {
            return Ok(false);
        };
        let messages = self.noted(state).await?;
        for message in &messages {
            if self.waits(doctor, own, message).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The messages that are noted as waiting for somebody.
    async fn noted(&self, state: &ChannelState) -> Result<Vec<Message>> {
        let in_window = |id: &str| state.messages.iter().find(|message| message.id == id);
        let mut messages: Vec<Message> = Vec::new();
        let mut older: Vec<&str> = Vec::new();
        for id in waiting(&state.channel) {
            match in_window(id) {
                Some(message) => messages.push(message.clone()),
                None => older.push(id),
            }
        }
        if !older.is_empty() {
            let id = &state.channel.id;
            messages.extend(
                self.client
                    .messages(&self.channel_type, id, &older)
                    .await
                    .told()?,
            );
        }
        Ok(messages)
    }

    /// The urgent messages of others in all rooms of a doctor that wait for them, oldest first.
    pub(crate) async fn waiting_for(&self, doctor: &Doctor) -> Result<Vec<domain::Message>> {
        let mut open = Vec::new();
        for state in self.all_rooms(doctor, 1).await? {
            let Some(own) = member(&state, doctor.id()) else {
                continue;
            };
            for message in self.noted(&state).await? {
                if self.waits(doctor, own, &message).await?
                    && let Some(shown) = self.message(&message, &state.members).await?
                {
                    open.push(shown);
                }
            }
        }
        open.sort_by(|one, other| (one.sent_at, &one.id).cmp(&(other.sent_at, &other.id)));
        open.truncate(MAX_WAITING);
        Ok(open)
    }

    async fn waits(&self, doctor: &Doctor, own: &Member, wire: &client::Message) -> Result<bool> {
        let Some(message) = message_from_wire(&self.channel_type, wire) else {
            return Ok(false);
        };
        let concerns = message.urgency == Urgency::Urgent
            && !message.is_recalled()
            && message.author.id != *doctor.id()
            && marks::position(wire) > marks::nanoseconds(own.created_at);
        if !concerns {
            return Ok(false);
        }
        let acknowledged = self.acknowledgements(wire).await?;
        Ok(!acknowledged
            .iter()
            .any(|reaction| reaction.user_id == doctor.id().as_str()))
    }
}
