use async_trait::async_trait;
use bytes::Bytes;
use domain::{Action, Attachment, AttachmentId, Decision, Denied, Doctor, Reason, RoomId};

use super::{Guarded, gate::Ask};
use crate::{Attachments, ErrorKind, NewAttachment, Result};

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

    async fn describe(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Attachment> {
        let found = self.find(doctor, attachment).await?;
        let ask = Ask::new(doctor, Action::DownloadAttachment)
            .room(&found.room)
            .subject(attachment);
        self.gate.pass(ask, async || Ok(found.clone())).await
    }

    async fn fetch(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Bytes> {
        let found = self.find(doctor, attachment).await?;
        let ask = Ask::new(doctor, Action::DownloadAttachment)
            .room(&found.room)
            .subject(attachment);
        self.gate
            .pass(ask, || self.inner.fetch(doctor, attachment))
            .await
    }
}

impl Guarded<dyn Attachments> {
    /// The file, for its room; the policy is asked with that. The backend shows nothing where the
    /// doctor is not in the room, and that is a denial like any other.
    async fn find(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Attachment> {
        let found = self.inner.describe(doctor, attachment).await;
        if matches!(&found, Err(error) if error.kind() == ErrorKind::NotFound) {
            let decision = Decision::Denied(Denied::because(Reason::NotAParticipant));
            let subject = Some(attachment.to_string());
            self.gate
                .record(
                    doctor.id(),
                    Action::DownloadAttachment,
                    None,
                    subject,
                    decision,
                )
                .await?;
        }
        found
    }
}
