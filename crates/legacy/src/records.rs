use std::collections::HashMap;

use diesel::Queryable;
use domain::{
    Attachment, MessageId, MessageText, PatientId, RoomId, RoomKind, RoomTitle, is_blank,
};
use ports::{Error, MessageRecord, PatientRefKey, Result, RoomRecord};
use serde::Deserialize;

use crate::{
    ChangeRow, MarkRow, MessageRow, json,
    room_row::{ParticipantJson, participant},
    time, versions,
};

/// A room as a whole, in this order of columns.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs, reason = "the names are the columns'")]
pub struct RecordRow {
    pub id: i64,
    pub patient_id: Option<i64>,
    pub is_direct: bool,
    /// Whether it is the one that opening its patient or pair leads to.
    pub is_first: bool,
    pub title: Option<String>,
    /// JSON text as in a [`crate::RoomRow`], each with `read_through`: the message up to which they
    /// count as having read for themself.
    pub participants: Option<String>,
    pub opened_at: i64,
    pub version: i64,
}

#[derive(Deserialize)]
struct ReaderJson {
    #[serde(flatten)]
    participant: ParticipantJson,
    read_through: Option<i64>,
}

/// A text that message `.0` had before an edit, and until when.
pub type VersionRow = (i64, Option<String>, i64);

impl RecordRow {
    /// The room, its patient under the pseudonym of `key`.
    ///
    /// # Errors
    /// `Internal` when the row holds what our SQL never answers.
    pub fn into_record(self, key: &PatientRefKey, changes: Vec<ChangeRow>) -> Result<RoomRecord> {
        let readers = json::<ReaderJson>(self.participants.as_deref())?.into_iter();
        let readers = readers.map(|reader| {
            let through = reader.read_through.map(MessageId::from);
            Ok((participant(reader.participant)?, through))
        });
        Ok(RoomRecord {
            id: RoomId::from(self.id),
            kind: match self.patient_id {
                Some(patient) => RoomKind::Patient(key.reference(&PatientId::from(patient))),
                None if self.is_direct => RoomKind::Direct,
                None => RoomKind::Group,
            },
            is_first: self.is_first,
            title: self
                .title
                .filter(|title| !is_blank(title))
                .map(RoomTitle::stored),
            opened_at: time(self.opened_at)?,
            participants: readers.collect::<Result<_>>()?,
            changes: changes
                .into_iter()
                .map(ChangeRow::into_change)
                .collect::<Result<_>>()?,
            version: u64::try_from(self.version).unwrap_or(0),
        })
    }
}

/// The text and files that a recalled message had.
struct Withdrawn {
    id: i64,
    text: Option<String>,
    files: Vec<Attachment>,
}

impl Withdrawn {
    fn of(row: &MessageRow) -> Result<Self> {
        let is_recalled = row.recalled_at.is_some();
        Ok(Self {
            id: row.id,
            text: row.text.clone().filter(|_| is_recalled),
            files: if is_recalled {
                row.files()?
            } else {
                Vec::new()
            },
        })
    }
}

/// The messages of a page as they are kept; see [`MarkRow::receipts_of`] for the marks. The versions
/// stand in their order.
///
/// # Errors
/// `Internal` when a row holds what our SQL never answers.
pub fn records(
    rows: Vec<MessageRow>,
    marks: Vec<MarkRow>,
    of_all: Vec<VersionRow>,
) -> Result<Vec<MessageRecord>> {
    let mut texts: HashMap<i64, Vec<(Option<String>, i64)>> = HashMap::new();
    for (message, text, until) in of_all {
        texts.entry(message).or_default().push((text, until));
    }
    let kept = rows.iter().map(Withdrawn::of).collect::<Result<Vec<_>>>()?;
    let messages = MarkRow::receipts_of(rows, marks)?;
    if messages.len() != kept.len() {
        return Err(Error::internal("a page lost a message"));
    }
    let with_kept = messages.into_iter().zip(kept);
    with_kept
        .map(|(message, Withdrawn { id, text, files })| {
            let earlier = texts.remove(&id).unwrap_or_default();
            Ok(MessageRecord {
                versions: versions(&message, earlier)?,
                original: text
                    .map(MessageText::stored)
                    .filter(|text| !text.as_str().is_empty()),
                withdrawn: files,
                message,
                written_as: None,
                answers_as: None,
            })
        })
        .collect()
}
