//! One message as the page shows it.

use super::{LineView, Span, TimeLabel};

/// One entry of the message list.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    /// A new day begins: `Today`, `Yesterday`, `Friday 20 November 2026`.
    Day {
        /// Text of the divider.
        label: String,
        /// The day as `2026-11-20`.
        date: String,
    },
    /// Everything below is unread.
    New,
    /// Somebody came or went.
    Line(LineView),
    /// A message.
    Message(Box<MessageView>),
}

/// One message. A default one is the blank that the browser copies.
#[derive(Clone, Debug, Default)]
pub(crate) struct MessageView {
    /// The message's id.
    pub(crate) id: String,
    /// The sender's own id for it.
    pub(crate) client_id: String,
    /// The author's id.
    pub(crate) author_id: String,
    /// `Dr Kwabena Lisle`.
    pub(crate) author_name: String,
    /// `Nephrology · registrar`.
    pub(crate) author_detail: String,
    /// Written by the reader.
    pub(crate) mine: bool,
    /// The page was asked for this message.
    pub(crate) marked: bool,
    /// Follows the same author's message within five minutes: the author line is not repeated.
    pub(crate) continued: bool,
    /// The message is urgent.
    pub(crate) urgent: bool,
    /// Why it is urgent; empty where its author did not say.
    pub(crate) urgent_reason: String,
    /// The text; empty when recalled.
    pub(crate) text: String,
    /// The text with its links and mentions marked.
    pub(crate) spans: Vec<Span>,
    /// When it was sent; `None` only in the blank.
    pub(crate) sent: Option<TimeLabel>,
    /// When it was last edited.
    pub(crate) edited: Option<TimeLabel>,
    /// When it was recalled: a tombstone stands in place of the text.
    pub(crate) recalled: Option<TimeLabel>,
    /// Quote of the message that it answers.
    pub(crate) reply: Option<Quote>,
    /// Files attached to it.
    pub(crate) attachments: Vec<AttachmentView>,
    /// "Read by Dr Lisle 13:12, delivered to 2"; empty where receipts are not shown.
    pub(crate) receipt: String,
    /// The receipts as JSON, for the page to keep up to date; empty where they are not shown.
    pub(crate) receipts_json: String,
    /// Urgent, not the reader's own, and not yet acknowledged by the reader.
    pub(crate) needs_acknowledgement: bool,
    /// Urgent, not the reader's own, and acknowledged by nobody yet: shown loudly.
    pub(crate) waiting: bool,
}

/// One quoted line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quote {
    /// The quoted message.
    pub(crate) message_id: String,
    /// Short name of its author.
    pub(crate) author: String,
    /// Its start, or `Recalled`.
    pub(crate) text: String,
    /// It is on the page that quotes it.
    pub(crate) on_page: bool,
}

/// One file.
#[derive(Clone, Debug, Default)]
pub(crate) struct AttachmentView {
    /// The attachment's id.
    pub(crate) id: String,
    /// `P/api/attachments/{id}`; empty where the file is no longer kept.
    pub(crate) href: String,
    /// The file's name.
    pub(crate) name: String,
    /// `PDF`, `PNG image`, or the media type.
    pub(crate) kind: String,
    /// `212 KB`.
    pub(crate) size: String,
    /// Its thumbnail, when it is a picture.
    pub(crate) picture: Option<PictureView>,
}

impl AttachmentView {
    /// The blank picture that the browser copies.
    pub(crate) fn blank_picture() -> Self {
        Self {
            picture: Some(PictureView::default()),
            ..Self::default()
        }
    }
}

/// A thumbnail, with the place that is kept for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct PictureView {
    /// `P/api/attachments/{id}/thumbnail`; empty in the blank that the browser copies.
    pub(crate) thumbnail: String,
    /// In CSS pixels.
    pub(crate) width: u32,
    /// In CSS pixels.
    pub(crate) height: u32,
}
