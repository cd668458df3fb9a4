//! Facts that the timeline is made from: the message of the JSON interface with real times.

use jiff::Timestamp;

/// A doctor as the directory names them.
#[derive(Clone, Debug, Default)]
pub(crate) struct DoctorFacts {
    /// The staff member's id.
    pub(crate) id: String,
    /// Full name with title.
    pub(crate) name: String,
    /// May be empty.
    pub(crate) specialty: String,
    /// May be empty.
    pub(crate) grade: String,
}

/// A message.
#[derive(Clone, Debug, Default)]
pub(crate) struct MessageFacts {
    /// The message's id.
    pub(crate) id: String,
    /// The sender's own id for it.
    pub(crate) client_id: String,
    /// The doctor who wrote it.
    pub(crate) author: DoctorFacts,
    /// The text, as sent.
    pub(crate) text: String,
    /// Ids of those it mentions.
    pub(crate) mentions: Vec<String>,
    /// When it was sent.
    pub(crate) sent_at: Timestamp,
    pub(crate) sent_at_estimated: bool,
    /// When it was last edited.
    pub(crate) edited_at: Option<Timestamp>,
    /// When it was recalled.
    pub(crate) recalled_at: Option<Timestamp>,
    /// The message that it answers.
    pub(crate) reply_to: Option<ReplyFacts>,
    /// Files attached to it.
    pub(crate) attachments: Vec<AttachmentFacts>,
    /// The message is urgent.
    pub(crate) urgent: bool,
    /// Why it is urgent, where its author said so.
    pub(crate) urgent_reason: Option<String>,
    /// Receipts of the doctors who have it on a device.
    pub(crate) delivered: Vec<MarkFacts>,
    /// Receipts of the doctors who read it.
    pub(crate) read: Vec<MarkFacts>,
    /// Receipts of the doctors who acknowledged it.
    pub(crate) acknowledged: Vec<MarkFacts>,
}

/// The message that is answered.
#[derive(Clone, Debug, Default)]
pub(crate) struct ReplyFacts {
    /// Its id.
    pub(crate) message_id: String,
    /// Full name of its author; empty when it is not at hand.
    pub(crate) author_name: String,
    /// Its text, or the name of its file; empty when it is not at hand or recalled.
    pub(crate) text: String,
    /// Its author took it back.
    pub(crate) recalled: bool,
}

/// A file.
#[derive(Clone, Debug, Default)]
pub(crate) struct AttachmentFacts {
    /// The attachment's id.
    pub(crate) id: String,
    /// The file's name.
    pub(crate) name: String,
    /// Its media type.
    pub(crate) media_type: String,
    /// Size of the file, in bytes.
    pub(crate) size: u64,
    /// Width and height of a picture, in pixels.
    pub(crate) picture: Option<(u32, u32)>,
}

/// One doctor's receipt.
#[derive(Clone, Debug, Default)]
pub(crate) struct MarkFacts {
    /// Id of the doctor whose receipt it is.
    pub(crate) doctor_id: String,
    /// Time of the receipt.
    pub(crate) at: Timestamp,
}
