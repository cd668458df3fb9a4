use diesel::Queryable;
use domain::{
    InvalidPage, Participant, PatientId, Profile, Room, RoomCursor, RoomId, RoomKind, RoomTitle,
    StaffId, is_blank, one_line,
};
use ports::{Error, PatientRefKey, Result};
use serde::Deserialize;

use crate::{MessageRow, json, time};

/// A room as both engines answer it to one of its participants, in this order of columns.
#[derive(Clone, Debug, Queryable)]
#[allow(missing_docs, reason = "the names are the columns'")]
pub struct RoomRow {
    pub id: i64,
    pub patient_id: Option<i64>,
    /// Whether it is the room of one pair.
    pub is_direct: bool,
    pub title: Option<String>,
    /// JSON text: `[{"id":1,"name":"…","specialty":null,"grade":null,"joined_at":null}]`, oldest
    /// first.
    pub participants: Option<String>,
    /// JSON text: a [`MessageRow`] as an object.
    pub last_message: Option<String>,
    pub unread: i64,
    /// When the room was last active; with the id, where the next page of rooms starts.
    pub active_at: i64,
    /// Whether an urgent message waits for the reader's acknowledgement.
    pub urgent: bool,
    /// Whether an unread message mentions the reader.
    pub mentioned: bool,
}

#[derive(Deserialize)]
pub(crate) struct ParticipantJson {
    id: i64,
    name: String,
    specialty: Option<String>,
    grade: Option<String>,
    joined_at: Option<i64>,
}

/// The start of the page after a cursor: the activity of the room before it, in microseconds, and its id.
///
/// # Errors
/// `Invalid` when the room can be none of ours.
pub fn place(cursor: &RoomCursor) -> Result<(i64, i64)> {
    let room = cursor.room().as_i64();
    let room = room.ok_or_else(|| Error::invalid("cursor", InvalidPage::Cursor.to_string()))?;
    Ok((cursor.active_at().as_microsecond(), room))
}

impl RoomRow {
    /// The room, its patient under the pseudonym of `key`.
    ///
    /// # Errors
    /// `Internal` when the row holds what our SQL never answers.
    pub fn into_room(self, key: &PatientRefKey) -> Result<Room> {
        let participants = json::<ParticipantJson>(self.participants.as_deref())?;
        let last_message = self.last_message.as_deref().map(last_message).transpose()?;
        Ok(Room {
            id: RoomId::from(self.id),
            kind: match self.patient_id {
                Some(patient) => RoomKind::Patient(key.reference(&PatientId::from(patient))),
                None if self.is_direct => RoomKind::Direct,
                None => RoomKind::Group,
            },
            title: self
                .title
                .filter(|title| !is_blank(title))
                .map(RoomTitle::stored),
            participants: participants
                .into_iter()
                .map(participant)
                .collect::<Result<_>>()?,
            last_message: last_message.map(MessageRow::into_message).transpose()?,
            active_at: time(self.active_at)?,
            unread: u32::try_from(self.unread).unwrap_or(0),
            urgent: self.urgent,
            mentioned: self.mentioned,
        })
    }
}

fn last_message(text: &str) -> Result<MessageRow> {
    serde_json::from_str(text).map_err(|_| Error::internal("a stored message cannot be read"))
}

pub(crate) fn participant(json: ParticipantJson) -> Result<Participant> {
    Ok(Participant {
        doctor: Profile {
            id: StaffId::from(json.id),
            name: one_line(&json.name).into(),
            specialty: json.specialty.map(Into::into),
            grade: json.grade.map(Into::into),
        },
        joined_at: json.joined_at.map(time).transpose()?,
    })
}
