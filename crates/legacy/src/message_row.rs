use diesel::Queryable;
use domain::{
    Attachment, Body, ClientId, Mark, Message, MessageId, MessageText, Profile, Receipts, RoomId,
    StaffId, Urgency, UrgentReason, one_line,
};
use ports::Result;
use serde::Deserialize;

use crate::{file_row::FileJson, json, time};

/// A message as both engines answer it, in this order of columns; also as a JSON object with
/// these names, for the newest message of a room.
#[derive(Clone, Debug, Deserialize, Queryable)]
#[allow(missing_docs, reason = "the names are the columns'")]
pub struct MessageRow {
    pub id: i64,
    pub room_id: i64,
    pub position: i64,
    pub client_id: Option<String>,
    pub author_id: Option<i64>,
    pub author_name: Option<String>,
    pub author_specialty: Option<String>,
    pub author_grade: Option<String>,
    pub text: Option<String>,
    #[serde(flatten)]
    pub sent: SentRow,
    pub edited_at: Option<i64>,
    /// When its author recalled it, or another application soft-deleted it.
    pub recalled_at: Option<i64>,
    pub reply_to: Option<i64>,
    #[serde(flatten)]
    pub urgency: UrgencyRow,
    /// JSON text: `[{"id":1,"name":"ecg.png","media_type":"image/png","size":10,"width":4,"height":3}]`.
    pub attachments: Option<String>,
    /// JSON text: the keys of the doctors it mentions, `[4,7]`.
    pub mentions: Option<String>,
}

/// When a message was sent, in this order of columns.
#[derive(Clone, Copy, Debug, Default, Deserialize, Queryable)]
pub struct SentRow {
    /// In microseconds.
    #[serde(rename = "sent_at")]
    pub at: i64,
    /// Whether it is an estimate, as the other application wrote no time that can be read.
    #[serde(rename = "sent_at_estimated")]
    pub is_estimated: bool,
}

/// The urgency of a message, in this order of columns.
#[derive(Clone, Debug, Default, Deserialize, Queryable)]
#[allow(missing_docs, reason = "the names are the columns'")]
pub struct UrgencyRow {
    pub urgency: String,
    pub urgent_reason: Option<String>,
    /// JSON text: `[{"doctor":4,"at":1700000000000000}]`, oldest first.
    pub acknowledged: Option<String>,
}

#[derive(Deserialize)]
struct MarkJson {
    doctor: i64,
    at: i64,
}

impl MessageRow {
    /// The message. Of its receipts only the acknowledgements; the rest come with the page.
    ///
    /// # Errors
    /// `Internal` when the row holds what our SQL never answers.
    pub fn into_message(self) -> Result<Message> {
        let author = self.author();
        let receipts = Receipts {
            acknowledged: self.acknowledgements()?,
            ..Receipts::default()
        };
        let room = RoomId::from(self.room_id);
        let mentions = self.mentioned()?;
        let is_recalled = self.recalled_at.is_some();
        Ok(Message {
            id: MessageId::from(self.id),
            body: match self.recalled_at {
                Some(at) => Body::Recalled { at: time(at)? },
                None => Body::Written {
                    text: self
                        .text
                        .as_deref()
                        .map(MessageText::stored)
                        .filter(|text| !text.as_str().is_empty()),
                    attachments: self.files()?,
                },
            },
            room,
            client_id: self.client_id.and_then(|id| ClientId::parse(id).ok()),
            author,
            sent_at: time(self.sent.at)?,
            sent_at_estimated: self.sent.is_estimated,
            edited_at: self.edited_at.map(time).transpose()?,
            reply_to: self.reply_to.map(MessageId::from),
            urgency: if self.urgency.urgency == Urgency::Urgent.as_str() {
                Urgency::Urgent
            } else {
                Urgency::Routine
            },
            urgent_reason: self
                .urgency
                .urgent_reason
                .filter(|_| !is_recalled)
                .map(UrgentReason::stored),
            mentions,
            receipts,
        })
    }

    /// The author. A row without a known author is never given to somebody else.
    fn author(&self) -> Profile {
        match (self.author_id, &self.author_name) {
            (Some(id), Some(name)) => Profile {
                id: StaffId::from(id),
                name: one_line(name).into(),
                specialty: self.author_specialty.as_deref().map(Into::into),
                grade: self.author_grade.as_deref().map(Into::into),
            },
            (id, _) => {
                let id = id.unwrap_or_default();
                let name = if id == 0 {
                    "System".into()
                } else {
                    format!("Former staff #{id}").into()
                };
                Profile {
                    id: StaffId::from(id),
                    name,
                    specialty: None,
                    grade: None,
                }
            }
        }
    }

    pub(crate) fn files(&self) -> Result<Vec<Attachment>> {
        let files: Vec<FileJson> = json(self.attachments.as_deref())?;
        let attachment = |file: FileJson| file.in_room(self.room_id).into_attachment();
        Ok(files.into_iter().filter_map(attachment).collect())
    }

    /// In the order of ids as text, which is the order on every backend.
    fn mentioned(&self) -> Result<Vec<StaffId>> {
        if self.recalled_at.is_some() {
            return Ok(Vec::new());
        }
        let keys: Vec<i64> = json(self.mentions.as_deref())?;
        let mut doctors: Vec<StaffId> = keys.into_iter().map(StaffId::from).collect();
        doctors.sort_unstable();
        Ok(doctors)
    }

    fn acknowledgements(&self) -> Result<Vec<Mark>> {
        let marks: Vec<MarkJson> = json(self.urgency.acknowledged.as_deref())?;
        marks
            .into_iter()
            .map(|mark| {
                Ok(Mark {
                    doctor: StaffId::from(mark.doctor),
                    at: time(mark.at)?,
                })
            })
            .collect()
    }
}
