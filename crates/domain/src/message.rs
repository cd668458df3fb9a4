use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    Attachment, AttachmentId, ClientId, MessageId, MessageText, Profile, Receipts, RoomId, StaffId,
    UrgentReason,
};

/// How much a message asks of its readers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Urgency {
    /// Can wait for the next look.
    #[default]
    Routine,
    /// Wants to be acknowledged now.
    Urgent,
}

impl Urgency {
    /// The word the database and the JSON use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Routine => "routine",
            Self::Urgent => "urgent",
        }
    }
}

/// A message in a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The id that the backend gave the message.
    pub id: MessageId,
    /// The room that the message is in.
    pub room: RoomId,
    /// The id that the author's device gave it; none when another application wrote it.
    pub client_id: Option<ClientId>,
    /// The doctor who wrote it.
    pub author: Profile,
    /// The text and files, or the fact that it was recalled.
    pub body: Body,
    /// When the backend took it.
    pub sent_at: Timestamp,
    /// Whether `sent_at` is an estimate: another application wrote the message without a time.
    pub sent_at_estimated: bool,
    /// When its text was last changed.
    pub edited_at: Option<Timestamp>,
    /// The message it answers.
    pub reply_to: Option<MessageId>,
    /// How much it asks of its readers.
    pub urgency: Urgency,
    /// Why it is urgent, where its author said so; none once recalled.
    pub urgent_reason: Option<UrgentReason>,
    /// The participants it calls by name, each once, in the order of their ids; none once recalled.
    pub mentions: Vec<StaffId>,
    /// The receipts of the other participants: delivered, read, acknowledged.
    pub receipts: Receipts,
}

/// The content of a message as readers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// As sent or last edited.
    Written {
        /// The words; none when the message is only files.
        text: Option<MessageText>,
        /// The files.
        attachments: Vec<Attachment>,
    },
    /// Taken back by its author; readers see a tombstone, the audit keeps the original.
    Recalled {
        /// Time of the recall.
        at: Timestamp,
    },
}

/// The content of a message to be sent: text, files, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    text: Option<MessageText>,
    attachments: Vec<AttachmentId>,
    mentions: Vec<StaffId>,
}

/// A message needs words or a file.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("must not be empty unless a file is attached")]
pub struct EmptyMessage;

impl Content {
    /// Most files in one message.
    pub const MAX_ATTACHMENTS: usize = 10;
    /// Most doctors whom one message mentions.
    pub const MAX_MENTIONS: usize = 25;

    /// Words, files, or both.
    ///
    /// # Errors
    /// [`EmptyMessage`] when there is neither.
    pub fn new(
        text: Option<MessageText>,
        attachments: Vec<AttachmentId>,
    ) -> Result<Self, EmptyMessage> {
        if text.is_none() && attachments.is_empty() {
            return Err(EmptyMessage);
        }
        Ok(Self {
            text,
            attachments,
            mentions: Vec::new(),
        })
    }

    /// The same, calling these doctors by name.
    #[must_use]
    pub fn mentioning(mut self, doctors: impl IntoIterator<Item = StaffId>) -> Self {
        self.mentions = doctors.into_iter().collect();
        self.mentions.sort_unstable();
        self.mentions.dedup();
        self
    }

    /// The words.
    pub fn text(&self) -> Option<&MessageText> {
        self.text.as_ref()
    }

    /// The files, already uploaded to the same room by the same doctor.
    pub fn attachments(&self) -> &[AttachmentId] {
        &self.attachments
    }

    /// The doctors mentioned, each once, in the order of their ids. They take part in the room.
    pub fn mentions(&self) -> &[StaffId] {
        &self.mentions
    }
}

/// A message on its way in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// Makes a repeated send one message.
    pub client_id: ClientId,
    /// The text and files to send.
    pub content: Content,
    /// The message of the same room it answers.
    pub reply_to: Option<MessageId>,
    /// How much it asks of its readers.
    pub urgency: Urgency,
    /// Why it is urgent. A routine message has no reason.
    pub urgent_reason: Option<UrgentReason>,
}

impl NewMessage {
    /// Why it is urgent, if it is.
    pub fn reason(&self) -> Option<&UrgentReason> {
        match self.urgency {
            Urgency::Urgent => self.urgent_reason.as_ref(),
            Urgency::Routine => None,
        }
    }
}

/// A text that a message had before an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The words; none when the message was only files.
    pub text: Option<MessageText>,
    /// Since when it read so.
    pub written_at: Timestamp,
    /// Until when.
    pub replaced_at: Timestamp,
}

impl Message {
    /// Whether its author took it back.
    pub fn is_recalled(&self) -> bool {
        matches!(self.body, Body::Recalled { .. })
    }

    /// The words, when there are any and they were not recalled.
    pub fn text(&self) -> Option<&MessageText> {
        match &self.body {
            Body::Written { text, .. } => text.as_ref(),
            Body::Recalled { .. } => None,
        }
    }

    /// The files, none once recalled.
    pub fn attachments(&self) -> &[Attachment] {
        match &self.body {
            Body::Written { attachments, .. } => attachments,
            Body::Recalled { .. } => &[],
        }
    }
}

impl From<MessageText> for Content {
    fn from(text: MessageText) -> Self {
        Self {
            text: Some(text),
            attachments: Vec::new(),
            mentions: Vec::new(),
        }
    }
}
