use domain::{Attachment, AttachmentId, FileName, MessageId, RoomId, StaffId};
use ports::Result;
use serde_json::{Value, json};

use crate::{
    client::{self, Custom, Kind, Message, NewChannel, NewMessage, NewUser},
    failure,
    store::Store,
    users::SERVICE,
};

/// The channel of records and claims. It has no members, so no token of a user's reads it.
const CHANNEL: &str = "file-records";

/// A file that Stream keeps for us.
#[derive(Clone)]
pub(crate) struct StoredFile {
    pub(crate) attachment: Attachment,
    pub(crate) uploader: StaffId,
    /// Where it can be fetched for now; made anew each time the record is read.
    pub(crate) url: String,
}

impl StoredFile {
    /// The file as an attachment of a message.
    pub(crate) fn on_the_wire(&self) -> Value {
        let file = &self.attachment;
        json!({
            "type": "file",
            "asset_url": self.url,
            "title": file.name.as_str(),
            "mime_type": file.media_type,
            "file_size": file.size,
            "file_id": file.id,
        })
    }

    fn of_record(record: &Message) -> Option<Self> {
        let attachment = record.attachments.first()?;
        let text = |field: &str| {
            attachment
                .custom
                .get(field)
                .and_then(|value| value.as_str())
        };
        let room = record
            .custom
            .get("file_room")
            .and_then(|room| room.as_str())?;
        Some(Self {
            attachment: Attachment {
                id: AttachmentId::parse(text("file_id")?).ok()?,
                room: RoomId::parse(room).ok()?,
                name: FileName::parse(attachment.title.as_deref()?).ok()?,
                media_type: text("mime_type")?.to_owned(),
                size: attachment.custom.get("file_size")?.as_u64()?,
            },
            uploader: StaffId::parse(&record.user.as_ref()?.id).ok()?,
            url: attachment.asset_url.clone()?,
        })
    }
}

fn record_id(file: &AttachmentId) -> String {
    format!("file-{file}")
}

fn claim_id(file: &AttachmentId) -> String {
    format!("file-claim-{file}")
}

impl Store {
    /// Writes a record or a claim, making their channel where this is the first.
    async fn note(&self, note: &NewMessage<'_>) -> client::Result<()> {
        let sent = self
            .client
            .send_message(&self.channel_type, CHANNEL, note)
            .await;
        match sent {
            Err(error) if error.kind() == Kind::NotFound => self.make_channel().await?,
            sent => return sent.map(drop),
        }
        let sent = self
            .client
            .send_message(&self.channel_type, CHANNEL, note)
            .await;
        sent.map(drop)
    }

    async fn make_channel(&self) -> client::Result<()> {
        let service = NewUser::new(SERVICE).named("HIMS doctor chat");
        self.client.upsert_users(&[service]).await?;
        let channel = NewChannel {
            channel_type: &self.channel_type,
            id: CHANNEL,
            created_by: SERVICE,
            members: &[],
            custom: Custom::new(),
        };
        self.client.get_or_create_channel(&channel).await.map(drop)
    }

    pub(super) async fn write_record(&self, file: &StoredFile) -> Result<()> {
        let mut custom = Custom::new();
        custom.insert("file_room".to_owned(), file.attachment.room.as_str().into());
        let record = NewMessage {
            id: &record_id(&file.attachment.id),
            user_id: file.uploader.as_str(),
            text: "",
            quoted_message_id: None,
            attachments: vec![file.on_the_wire()],
            custom,
        };
        Ok(self.note(&record).await?)
    }

    pub(super) async fn record(&self, file: &AttachmentId) -> Result<Option<StoredFile>> {
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
        let claim = NewMessage {
            id: &claim_id(file),
            user_id: by.as_str(),
            text: "claimed",
            quoted_message_id: None,
            attachments: Vec::new(),
            custom,
        };
        match self.note(&claim).await {
            // Somebody else's claim was first.
            Err(error) if error.kind() == Kind::Duplicate => {}
            noted => noted?,
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
