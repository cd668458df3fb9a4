use domain::{AttachmentId, Content, Doctor, Message, MessageId, RoomId, StaffId, Urgency};
use ports::{Error, Result};
use serde_json::json;

use super::post::{check_mentions, text_of};
use crate::{
    asked::plain_change,
    client::{Deletion, Kind, Member},
    convert::MENTIONS_SET_AT,
    failure::{self, told},
    store::Store,
};

/// The field of a message with the ids of files that belong to it and are not among its attachments.
pub(crate) const RECALLED_FILES: &str = "recalled_files";

impl Store {
    /// The doctor's own message with the members of its room.
    async fn own(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        id: &MessageId,
    ) -> Result<(Message, Vec<Member>)> {
        let (state, wire) = tokio::join!(self.state(doctor, room, 1), self.wire(room, id));
        let (members, wire) = (state?.members, wire?);
        let message = self.message(&wire, &members).await?;
        let message = message.ok_or_else(|| Error::not_found("message"))?;
        if message.author.id != *doctor.id() {
            return Err(Error::forbidden("only its author changes a message"));
        }
        Ok((message, members))
    }

    pub(super) async fn edit_message(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        id: &MessageId,
        content: &Content,
    ) -> Result<Message> {
        let recalled = || Error::conflict("the message was recalled");
        let (message, members) = self.own(doctor, room, id).await?;
        if message.is_recalled() {
            return Err(recalled());
        }
        let files: Vec<&AttachmentId> = message.attachments().iter().map(|file| &file.id).collect();
        if !files.into_iter().eq(content.attachments()) {
            return Err(Error::invalid(
                "attachment_ids",
                "cannot be changed by an edit",
            ));
        }
        let same_text = message.text() == content.text();
        let mut set = json!({ "text": text_of(content) });
        if message.mentions != content.mentions() {
            let is_new = |id: &&StaffId| !message.mentions.contains(*id);
            let new: Vec<StaffId> = content.mentions().iter().filter(is_new).cloned().collect();
            check_mentions(&members, &new)?;
            set["mentioned_users"] = json!(content.mentions());
            set[MENTIONS_SET_AT] = json!(self.clock.now().as_microsecond());
        } else if same_text {
            return Ok(message);
        }
        let by = doctor.id().as_str();
        let edited = self
            .client
            .update_message(id.as_str(), &plain_change(by, set))
            .await;
        let wire = match edited {
            Ok(wire) => wire,
            // Recalled in this moment: Stream does not change what is deleted.
            Err(error) if matches!(error.kind(), Kind::Invalid | Kind::NotFound) => {
                let wire = self.wire(room, id).await?;
                return Err(if wire.deleted_at.is_some() {
                    recalled()
                } else {
                    told(error)
                });
            }
            Err(error) => return Err(told(error)),
        };
        if wire.deleted_at.is_some() {
            return Err(recalled());
        }
        let message = self.message(&wire, &members).await?;
        message.ok_or_else(|| Error::not_found("message"))
    }

    pub(super) async fn recall_message(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        id: &MessageId,
    ) -> Result<Message> {
        let (message, members) = self.own(doctor, room, id).await?;
        if message.is_recalled() {
            return Ok(message);
        }
        let by = doctor.id().as_str();
        // Stream tells no files of a deleted message, and they are to go with it in the end.
        let files: Vec<&AttachmentId> = message.attachments().iter().map(|file| &file.id).collect();
        if !files.is_empty() {
            let set = json!({ RECALLED_FILES: files });
            let noted = self
                .client
                .update_message(id.as_str(), &plain_change(by, set))
                .await;
            noted.map_err(failure::of("message"))?;
        }
        let deleted = self
            .client
            .delete_message(id.as_str(), by, Deletion::Soft)
            .await;
        deleted.map_err(failure::of("message"))?;
        if message.urgency == Urgency::Urgent {
            self.forget_urgent(room, id.as_str()).await;
        }
        // Read back, so that two who recall at once are told the same time.
        let wire = self.wire(room, id).await?;
        let message = self.message(&wire, &members).await?;
        message.ok_or_else(|| Error::not_found("message"))
    }
}
