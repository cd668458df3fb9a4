use domain::{AttachmentId, MessageId, StaffId};
use ports::Result;

use super::StoredFile;
use crate::{
    asked::plainly,
    client::{self, Custom, Kind, Message, NewChannel, NewMessage, NewUser},
    failure::{self, Told},
    store::Store,
    users::SERVICE,
};

/// The channel of records and claims. It has no members, so no token of a user's reads it.
pub(super) const CHANNEL: &str = "file-records";

pub(super) fn record_id(file: &AttachmentId) -> String {
    format!("file-{file}")
}

pub(super) fn claim_id(file: &AttachmentId) -> String {
    format!("file-claim-{file}")
}

impl Store {
    /// Writes a note into a channel of ours, making it where this is the first.
    pub(super) async fn note(&self, channel: &str, note: &NewMessage) -> client::Result<()> {
        let (kind, plainly) = (&self.channel_type, &plainly());
        let send = || self.client.send_message_as(kind, channel, note, plainly);
        match send().await {
            Err(error) if error.kind() == Kind::NotFound => {
                self.make_channel(channel).await?;
                send().await.map(drop)
            }
            sent => sent.map(drop),
        }
    }

    /// Makes sure that there is a channel of records.
    pub(crate) async fn make_file_channels(&self) -> Result<()> {
        self.make_channel(CHANNEL).await.map_err(failure::of_setup)
    }

    async fn make_channel(&self, id: &str) -> client::Result<()> {
        let service = NewUser::new(SERVICE).named("HIMS doctor chat");
        self.client.upsert_users(&[service]).await?;
        let nobody: [&str; 0] = [];
        let channel = NewChannel::new(SERVICE).members(nobody);
        let kind = &self.channel_type;
        let made = self.client.get_or_create_channel(kind, id, &channel).await;
        made.map(drop)
    }

    pub(super) async fn write_record(&self, file: &StoredFile) -> Result<()> {
        let mut custom = Custom::new();
        custom.insert("file_room".to_owned(), file.attachment.room.as_str().into());
        let record = NewMessage::new(record_id(&file.attachment.id), file.uploader.as_str(), "")
            .attachments(vec![file.on_the_wire()])
            .with_all(custom);
        self.note(CHANNEL, &record).await.told()
    }

    /// A file that was stored, sent or not.
    pub(crate) async fn record(&self, file: &AttachmentId) -> Result<Option<StoredFile>> {
        let record = self.file_note(&record_id(file)).await?;
        Ok(record.as_ref().and_then(StoredFile::of_record))
    }

    /// The message that carries a file.
    pub(super) async fn claimed_by(&self, file: &AttachmentId) -> Result<Option<MessageId>> {
        let claim = self.file_note(&claim_id(file)).await?;
        let carrier = claim
            .as_ref()
            .and_then(|claim| claim.custom.get("carried_by"));
        Ok(carrier.and_then(|id| MessageId::parse(id.as_str()?).ok()))
    }

    /// Says that a message carries a file; the message that does after all.
    pub(super) async fn write_claim(
        &self,
        file: &AttachmentId,
        by: &StaffId,
        message: &MessageId,
    ) -> Result<Option<MessageId>> {
        let mut custom = Custom::new();
        custom.insert("carried_by".to_owned(), message.as_str().into());
        let claim = NewMessage::new(claim_id(file), by.as_str(), "claimed").with_all(custom);
        match self.note(CHANNEL, &claim).await {
            // Somebody else's claim was first.
            Err(error) if error.kind() == Kind::Duplicate => {}
            noted => noted.told()?,
        }
        self.claimed_by(file).await
    }

    async fn file_note(&self, id: &str) -> Result<Option<Message>> {
        match self.client.message(id).await {
            Ok(note) => Ok(
                Some(note).filter(|note| note.cid == format!("{}:{CHANNEL}", self.channel_type))
            ),
            Err(error) if error.kind() == Kind::NotFound => Ok(None),
            Err(error) => Err(failure::of("file")(error)),
        }
    }
}
