use async_trait::async_trait;
use domain::{Action, Doctor, MessageId, RoomId};

use super::{Guarded, gate::Ask};
use crate::{Receipts, Result};

#[async_trait]
impl Receipts for Guarded<dyn Receipts> {
    async fn mark_delivered(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        up_to: &MessageId,
    ) -> Result<()> {
        let ask = Ask::new(doctor, Action::MarkDelivered)
            .room(room)
            .subject(up_to);
        self.gate
            .pass(ask, || self.inner.mark_delivered(doctor, room, up_to))
            .await
    }

    async fn mark_read(&self, doctor: &Doctor, room: &RoomId, up_to: &MessageId) -> Result<()> {
        let ask = Ask::new(doctor, Action::MarkRead).room(room).subject(up_to);
        self.gate
            .pass(ask, || self.inner.mark_read(doctor, room, up_to))
            .await
    }

    async fn mark_unread(&self, doctor: &Doctor, room: &RoomId, from: &MessageId) -> Result<()> {
        let ask = Ask::new(doctor, Action::MarkUnread)
            .room(room)
            .subject(from);
        self.gate
            .pass(ask, || self.inner.mark_unread(doctor, room, from))
            .await
    }

    async fn acknowledge(&self, doctor: &Doctor, room: &RoomId, message: &MessageId) -> Result<()> {
        let ask = Ask::new(doctor, Action::Acknowledge)
            .room(room)
            .subject(message);
        self.gate
            .pass(ask, || self.inner.acknowledge(doctor, room, message))
            .await
    }
}
