//! Whole rooms, whoever takes part in them.

use async_trait::async_trait;
use bytes::Bytes;
use domain::{AttachmentId, MessageId, PatientRef, RoomId, RoomTitle, is_blank};
use jiff::Timestamp;
use ports::{Error, MessageRecord, RECORDS_AT_ONCE, Records, Result, RoomRecord};

use crate::{
    attachments::is_of_files,
    client::{ChannelState, Member, Message, MessageRange},
    convert::participant,
    failure::{self, Told},
    ids,
    marks::{Marks, nanoseconds, position},
    rooms::{changes::read_notes, place},
    store::Store,
};

/// Messages of one answer; Stream tells 300 at most.
const PAGE: usize = 250;

#[async_trait]
impl Records for Store {
    async fn rooms<'a>(&self, after: Option<&'a RoomId>) -> Result<Vec<RoomId>> {
        let start = match after {
            None => None,
            Some(room) => Some(place(&self.found(room).await?)),
        };
        let rooms = self.rooms_after(start, RECORDS_AT_ONCE, 0).await?;
        let ids = rooms.iter().map(|room| RoomId::parse(&room.channel.id));
        Ok(ids.filter_map(std::result::Result::ok).collect())
    }

    async fn rooms_on_ward(&self, _: &str) -> Result<Vec<RoomId>> {
        Err(Error::unsupported("tell wards apart"))
    }

    async fn rooms_of_patient<'a>(
        &self,
        patient: &PatientRef,
        after: Option<&'a RoomId>,
    ) -> Result<Vec<RoomId>> {
        let room = ids::patient_room(patient);
        let is_there = after.is_none() && self.any_state(&room).await?.is_some();
        Ok(if is_there { vec![room] } else { Vec::new() })
    }

    async fn room(&self, room: &RoomId) -> Result<RoomRecord> {
        let state = self.found(room).await?;
        let mut participants = Vec::new();
        for member in &state.members {
            if let Some(participant) = participant(member) {
                participants.push((participant, self.read_through(room, member).await?));
            }
        }
        participants.sort_by_key(|(participant, _)| participant.joined_at);
        let title = state
            .channel
            .custom
            .get("name")
            .and_then(|name| name.as_str());
        Ok(RoomRecord {
            id: room.clone(),
            kind: ids::kind_of(room),
            is_first: ids::is_first(room),
            title: title
                .filter(|title| !is_blank(title))
                .map(RoomTitle::stored),
            opened_at: state.channel.created_at,
            participants,
            changes: read_notes(&self.client, &state.channel).await?,
            version: activity(&state),
        })
    }

    async fn size(&self, _: &RoomId) -> Result<Option<u64>> {
        Ok(None)
    }

    async fn messages<'a>(
        &self,
        room: &RoomId,
        after: Option<&'a MessageId>,
    ) -> Result<Vec<MessageRecord>> {
        let members = self.found(room).await?.members;
        if let Some(after) = after
            && self.find(room, after).await?.is_none()
        {
            return Err(Error::invalid("after", "must be a message of this room"));
        }
        let mut after = after.map(ToString::to_string);
        let mut records = Vec::new();
        loop {
            let range = match &after {
                None => MessageRange::Since(Timestamp::UNIX_EPOCH),
                Some(id) => MessageRange::After(id),
            };
            let (kind, id) = (&self.channel_type, room.as_str());
            let most = PAGE.min(RECORDS_AT_ONCE - records.len());
            let page = self
                .client
                .channel_messages(kind, id, range, most)
                .await
                .told()?;
            let wire: &[Message] = &page.messages;
            let messages = self.messages(wire, &members).await?;
            records.extend(messages.into_iter().map(record));
            if wire.len() < most || records.len() >= RECORDS_AT_ONCE {
                return Ok(records);
            }
            after = wire.last().map(|message| message.id.clone());
        }
    }

    async fn file(&self, file: &AttachmentId) -> Result<Bytes> {
        let record = self.record(file).await?;
        let record = record.ok_or_else(|| Error::not_found("file"))?;
        let most = self.max_attachment_bytes;
        let fetched = self.client.fetch_file(&record.url, most).await;
        fetched.map_err(failure::of("file"))
    }

    async fn thumbnail(&self, file: &AttachmentId) -> Result<Bytes> {
        let record = self.record(file).await?;
        let url = record.and_then(|record| record.thumbnail_url);
        self.bytes_at(&url.ok_or_else(|| Error::not_found("file"))?)
            .await
    }
}

impl Store {
    async fn found(&self, room: &RoomId) -> Result<ChannelState> {
        let found = self.any_state(room).await?;
        found
            .filter(|state| !is_of_files(&state.channel.id))
            .ok_or_else(|| Error::not_found("room"))
    }

    /// The last message at or before a member's own mark.
    async fn read_through(&self, room: &RoomId, member: &Member) -> Result<Option<MessageId>> {
        let own = Marks::of(member).own(nanoseconds(member.created_at));
        let Ok(own) = Timestamp::from_nanosecond(own.into()) else {
            return Ok(None);
        };
        let (kind, id) = (&self.channel_type, room.as_str());
        let range = MessageRange::UpTo(own);
        let page = self.client.channel_messages(kind, id, range, 1).await;
        let page = page.map_err(failure::of("room"))?;
        let last = page
            .messages
            .iter()
            .rev()
            .find(|message| position(message) <= nanoseconds(own));
        Ok(last.and_then(|message| MessageId::parse(&message.id).ok()))
    }
}

/// Stream keeps no earlier versions, and of a recalled message neither words nor files.
fn record(message: domain::Message) -> MessageRecord {
    MessageRecord {
        message,
        original: None,
        withdrawn: Vec::new(),
        versions: Vec::new(),
        written_as: None,
        answers_as: None,
    }
}

/// Stream counts no events of a room; its last message is the nearest thing to it.
fn activity(state: &ChannelState) -> u64 {
    let last = state
        .channel
        .last_message_at
        .unwrap_or(state.channel.created_at);
    u64::try_from(last.as_microsecond()).unwrap_or(0)
}
