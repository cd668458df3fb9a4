use async_trait::async_trait;
use bytes::Bytes;
use domain::{Action, Attachment, AttachmentId, Doctor, RoomId};

use super::{Guarded, gate::Ask};
use crate::{Attachments, NewAttachment, Result};

#[async_trait]
impl Attachments for Guarded<dyn Attachments> {
    async fn upload(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        file: &NewAttachment,
    ) -> Result<Attachment> {
        let ask = Ask::new(doctor, Action::UploadAttachment).room(room);
        self.gate
            .pass(ask, || self.inner.upload(doctor, room, file))
            .await
    }

    /// The backend finds the room, and nothing where the doctor is not in it; the policy is asked
    /// with that room.
    async fn describe(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Attachment> {
        let found = self.inner.describe(doctor, attachment).await?;
        let ask = Ask::new(doctor, Action::DownloadAttachment)
            .room(&found.room)
            .subject(attachment);
        self.gate.pass(ask, async || Ok(found.clone())).await
    }

    async fn fetch(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Bytes> {
        let found = self.inner.describe(doctor, attachment).await?;
        let ask = Ask::new(doctor, Action::DownloadAttachment)
            .room(&found.room)
            .subject(attachment);
        self.gate
            .pass(ask, || self.inner.fetch(doctor, attachment))
            .await
    }
}
