use async_trait::async_trait;
use bytes::Bytes;
use domain::{Action, Attachment, AttachmentId, Decision, Denied, Doctor, Reason, RoomId};

use super::{Guarded, gate::Ask, pace::Paced};
use crate::{Attachments, ErrorKind, Fetched, NewAttachment, Result};

#[async_trait]
impl Attachments for Guarded<dyn Attachments> {
    async fn upload(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        file: &NewAttachment,
    ) -> Result<Attachment> {
        let ask = Ask::new(doctor, Action::UploadAttachment)
            .room(room)
            .counts(&[Paced::Uploads]);
        self.gate
            .pass(ask, || self.inner.upload(doctor, room, file))
            .await
    }

    async fn describe(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Attachment> {
        let action = Action::DownloadAttachment;
        let found = self.find(doctor, attachment, action).await?;
        let ask = ask(doctor, action, &found);
        self.gate.pass(ask, async || Ok(found.clone())).await
    }

    async fn fetch(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Fetched> {
        let action = Action::DownloadAttachment;
        let found = self.find(doctor, attachment, action).await?;
        let ask = ask(doctor, action, &found);
        self.gate
            .pass(ask, || self.inner.fetch(doctor, attachment))
            .await
    }

    async fn thumbnail(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<Bytes> {
        let action = Action::SeeThumbnail;
        let found = self.find(doctor, attachment, action).await?;
        let ask = ask(doctor, action, &found);
        self.gate
            .pass(ask, || self.inner.thumbnail(doctor, attachment))
            .await
    }

    async fn discard(&self, doctor: &Doctor, attachment: &AttachmentId) -> Result<()> {
        let action = Action::DiscardAttachment;
        let found = self.find(doctor, attachment, action).await?;
        let ask = ask(doctor, action, &found);
        self.gate
            .pass(ask, || self.inner.discard(doctor, attachment))
            .await
    }
}

fn ask<'a>(doctor: &'a Doctor, action: Action, found: &'a Attachment) -> Ask<'a> {
    Ask::new(doctor, action)
        .room(&found.room)
        .subject(&found.id)
}

impl Guarded<dyn Attachments> {
    /// The file, for its room; the policy is asked with that. The backend shows nothing where the
    /// doctor is not in the room, and that is a denial like any other.
    async fn find(
        &self,
        doctor: &Doctor,
        attachment: &AttachmentId,
        action: Action,
    ) -> Result<Attachment> {
        let found = self.inner.describe(doctor, attachment).await;
        if matches!(&found, Err(error) if error.kind() == ErrorKind::NotFound) {
            let decision = Decision::Denied(Denied::because(Reason::NotAParticipant));
            let subject = Some(attachment.to_string());
            self.gate
                .record(doctor.id(), action, None, subject, decision)
                .await?;
        }
        found
    }
}
