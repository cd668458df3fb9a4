use domain::{Attachment, Body, Mark, Message, MessagePage, Profile, SearchPage};
use serde::Serialize;
use utoipa::ToSchema;

/// The author of a message.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuthorJson<'a> {
    id: &'a str,
    name: &'a str,
    specialty: Option<&'a str>,
    grade: Option<&'a str>,
}

impl<'a> From<&'a Profile> for AuthorJson<'a> {
    fn from(profile: &'a Profile) -> Self {
        Self {
            id: profile.id.as_str(),
            name: &profile.name,
            specialty: profile.specialty.as_deref(),
            grade: profile.grade.as_deref(),
        }
    }
}

/// A file of a message.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttachmentJson<'a> {
    id: &'a str,
    name: &'a str,
    media_type: &'a str,
    /// Size in bytes.
    size: u64,
    /// Pixels, of a picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
}

impl<'a> From<&'a Attachment> for AttachmentJson<'a> {
    fn from(attachment: &'a Attachment) -> Self {
        Self {
            id: attachment.id.as_str(),
            name: attachment.name.as_str(),
            media_type: &attachment.media_type,
            size: attachment.size,
            width: attachment.picture.map(|picture| picture.width),
            height: attachment.picture.map(|picture| picture.height),
        }
    }
}

/// One doctor's receipt.
#[derive(Serialize, ToSchema)]
pub(crate) struct MarkJson<'a> {
    doctor_id: &'a str,
    /// RFC 3339, UTC.
    at: String,
}

impl<'a> From<&'a Mark> for MarkJson<'a> {
    fn from(mark: &'a Mark) -> Self {
        Self {
            doctor_id: mark.doctor.as_str(),
            at: mark.at.to_string(),
        }
    }
}

/// Receipts of the doctors who have the message, have read it or have acknowledged it; never the author's.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReceiptsJson<'a> {
    delivered: Vec<MarkJson<'a>>,
    read: Vec<MarkJson<'a>>,
    acknowledged: Vec<MarkJson<'a>>,
}

/// A message. A recalled one has an empty text, no attachments and `recalled_at`.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageJson<'a> {
    id: &'a str,
    /// The id that the author's device gave it; null when another application wrote it.
    client_id: Option<&'a str>,
    room_id: &'a str,
    author: AuthorJson<'a>,
    text: &'a str,
    /// RFC 3339, UTC.
    sent_at: String,
    /// Present, and true, where another application wrote the message without a time: then `sent_at` is
    /// an estimate between its neighbours.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    sent_at_estimated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recalled_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<&'a str>,
    attachments: Vec<AttachmentJson<'a>>,
    /// `routine` or `urgent`.
    urgency: &'static str,
    /// Why it is urgent, where its author said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    urgent_reason: Option<&'a str>,
    /// The participants it calls by name.
    mentions: Vec<&'a str>,
    receipts: ReceiptsJson<'a>,
}

impl<'a> From<&'a Message> for MessageJson<'a> {
    fn from(message: &'a Message) -> Self {
        let marks = |marks: &'a [Mark]| marks.iter().map(MarkJson::from).collect();
        Self {
            id: message.id.as_str(),
            client_id: message.client_id.as_ref().map(domain::ClientId::as_str),
            room_id: message.room.as_str(),
            author: (&message.author).into(),
            text: message.text().map_or("", domain::MessageText::as_str),
            sent_at: message.sent_at.to_string(),
            sent_at_estimated: message.sent_at_estimated,
            edited_at: message.edited_at.map(|at| at.to_string()),
            recalled_at: match &message.body {
                Body::Recalled { at } => Some(at.to_string()),
                Body::Written { .. } => None,
            },
            reply_to: message.reply_to.as_ref().map(domain::MessageId::as_str),
            attachments: message
                .attachments()
                .iter()
                .map(AttachmentJson::from)
                .collect(),
            urgency: message.urgency.as_str(),
            urgent_reason: message
                .urgent_reason
                .as_ref()
                .map(domain::UrgentReason::as_str),
            mentions: message
                .mentions
                .iter()
                .map(domain::StaffId::as_str)
                .collect(),
            receipts: ReceiptsJson {
                delivered: marks(&message.receipts.delivered),
                read: marks(&message.receipts.read),
                acknowledged: marks(&message.receipts.acknowledged),
            },
        }
    }
}

/// A message that another one answers, as much of it as a quote shows.
#[derive(Serialize, ToSchema)]
pub(crate) struct QuotedJson<'a> {
    id: &'a str,
    author: AuthorJson<'a>,
    /// Empty once recalled.
    text: &'a str,
    attachments: Vec<AttachmentJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recalled_at: Option<String>,
}

impl<'a> From<&'a Message> for QuotedJson<'a> {
    fn from(message: &'a Message) -> Self {
        let message = MessageJson::from(message);
        Self {
            id: message.id,
            author: message.author,
            text: message.text,
            attachments: message.attachments,
            edited_at: message.edited_at,
            recalled_at: message.recalled_at,
        }
    }
}

/// A page of messages, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessagePageJson<'a> {
    messages: Vec<MessageJson<'a>>,
    /// Messages that those of the page answer and that are not among them, in no order; left out where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    quoted: Vec<QuotedJson<'a>>,
    /// Give it as `before` for the next older page; null when there is none.
    before: Option<&'a str>,
    /// Give it as `after`, now or later, for what came since.
    after: Option<&'a str>,
}

impl<'a> MessagePageJson<'a> {
    pub(crate) fn new(page: &'a MessagePage, quoted: &'a [Message]) -> Self {
        Self {
            messages: page.messages.iter().map(MessageJson::from).collect(),
            quoted: quoted.iter().map(QuotedJson::from).collect(),
            before: page.before.as_ref().map(domain::MessageId::as_str),
            after: page.after.as_ref().map(domain::MessageId::as_str),
        }
    }
}

/// A page of search hits, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct SearchPageJson<'a> {
    messages: Vec<MessageJson<'a>>,
    /// Give it as `cursor` for the next page; null on the last.
    next: Option<&'a str>,
}

impl<'a> From<&'a SearchPage> for SearchPageJson<'a> {
    fn from(page: &'a SearchPage) -> Self {
        Self {
            messages: page.messages.iter().map(MessageJson::from).collect(),
            next: page.next.as_ref().map(domain::MessageId::as_str),
        }
    }
}
