//! Rooms gathered into an import file.

use std::time::Duration;

use async_trait::async_trait;
use domain::{MessageId, RoomId};
use jiff::{SignedDuration, Timestamp};
use ports::{Error, ImportBatch, MessageRecord, Result, RoomImporter, RoomRecord, retry_temporary};
use tokio::time::{Instant, sleep_until};

use super::{
    StreamImporter,
    lines::{self, ImportMessage},
    people::People,
    people_marks::PeopleMarks,
    sections::{Section, Sections},
};
use crate::{
    client::{ChannelState, Custom, ImportMode},
    failure::{self, Told},
    ids,
    rooms::{changes, participants},
    store::{ON_ITS_WAY, member},
    urgent,
    users::SERVICE,
};

/// The field of a channel that says which room of the legacy chat it was made from.
const MADE_FROM: &str = "moved_from";

/// Whether a channel was made by moving this room, not by doctors at Stream.
pub(super) fn is_made_from(state: &ChannelState, room: &RoomId) -> bool {
    let from = state.channel.custom.get(MADE_FROM);
    from.and_then(|from| from.as_str()) == Some(room.as_str())
}

/// How often an import is asked for, at most.
const ASK_EVERY: Duration = Duration::from_secs(10);

pub(super) struct StreamBatch {
    importer: StreamImporter,
    sections: Sections,
    people: People,
    room: Option<RoomInBatch>,
}

/// The room that is being packed.
struct RoomInBatch {
    record: RoomRecord,
    id: RoomId,
    /// As it is at Stream already.
    there: Option<ChannelState>,
    marks: PeopleMarks,
    /// Urgent messages and who still waits.
    waiting: Vec<(MessageId, Timestamp)>,
    /// The time of the last message, as Stream orders them.
    last: Option<Timestamp>,
    is_announced: bool,
}

impl StreamBatch {
    pub(super) fn new(importer: StreamImporter) -> Result<Self> {
        Ok(Self {
            importer,
            sections: Sections::new()?,
            people: People::default(),
            room: None,
        })
    }

    fn room(&mut self) -> Result<&mut RoomInBatch> {
        let none = || Error::internal("a shipment has no room");
        self.room.as_mut().ok_or_else(none)
    }

    /// Writes the channel and its members; the marks are those that passed by so far.
    fn announce(&mut self) -> Result<()> {
        let now = self.importer.store.clock.now();
        let channel_type = &self.importer.store.channel_type;
        let Some(room) = &mut self.room else {
            return Ok(());
        };
        room.is_announced = true;
        if room.is_ours() {
            let by = room.record.participants.first();
            let by = by.map_or(SERVICE, |(one, _)| one.doctor.id.as_str());
            let custom = room.channel_custom();
            let line = lines::channel(channel_type, &room.id, by, room.record.opened_at, custom)?;
            self.sections.write(Section::Channels, &line)?;
        }
        for (participant, _) in &room.record.participants {
            let id = &participant.doctor.id;
            // Whoever is in a room that doctors made at Stream themselves stays there as they are.
            if !room.is_ours()
                && room
                    .there
                    .as_ref()
                    .is_some_and(|there| member(there, id).is_some())
            {
                continue;
            }
            let joined = participant.joined_at.unwrap_or(room.record.opened_at);
            let custom = room.marks.custom(id, joined, now);
            let last_read = room.marks.last_read(id, joined);
            let line = lines::member(channel_type, &room.id, id, joined, last_read, custom)?;
            self.sections.write(Section::Members, &line)?;
        }
        Ok(())
    }
}

impl RoomInBatch {
    /// Whether the channel is made by moving the room, not by doctors at Stream.
    fn is_ours(&self) -> bool {
        let there = self.there.as_ref();
        there.is_none_or(|there| is_made_from(there, &self.record.id))
    }

    fn channel_custom(&self) -> Custom {
        let mut custom = Custom::new();
        custom.insert(MADE_FROM.to_owned(), self.record.id.as_str().into());
        custom.insert(ON_ITS_WAY.to_owned(), true.into());
        if let Some(title) = &self.record.title {
            custom.insert("name".to_owned(), title.as_str().into());
        }
        custom.extend(changes::carried(&self.record.changes));
        custom.extend(participants::carried(gone(&self.record)));
        custom.extend(urgent::carried(&self.waiting));
        custom
    }

    /// Stream orders messages by their times, so each has one of its own, a microsecond after the
    /// one before at least.
    fn place(&mut self, sent_at: Timestamp) -> Timestamp {
        let next = self
            .last
            .map(|last| last.saturating_add(SignedDuration::from_micros(1)));
        let next = next.and_then(std::result::Result::ok);
        let place = sent_at.max(next.unwrap_or(Timestamp::UNIX_EPOCH));
        self.last = Some(place);
        place
    }
}

/// The participants who left the room and did not come back, and when.
fn gone(room: &RoomRecord) -> Vec<(domain::StaffId, Timestamp)> {
    let mut gone: Vec<(domain::StaffId, Timestamp)> = Vec::new();
    for change in &room.changes {
        let id = &change.doctor.id;
        gone.retain(|(other, _)| other != id);
        if change.change != domain::Participation::Joined && !room.has(id) {
            gone.push((id.clone(), change.at));
        }
    }
    gone
}

/// Whether somebody in the room has still to acknowledge the message.
pub(super) fn waits(room: &RoomRecord, record: &MessageRecord) -> bool {
    let message = &record.message;
    let is_done = |id: &domain::StaffId| {
        *id == message.author.id
            || message
                .receipts
                .acknowledged
                .iter()
                .any(|mark| mark.doctor == *id)
    };
    message.urgency == domain::Urgency::Urgent
        && !message.is_recalled()
        && !room
            .participants
            .iter()
            .all(|(one, _)| is_done(&one.doctor.id))
}

#[async_trait]
impl ImportBatch for StreamBatch {
    async fn begin(&mut self, record: &RoomRecord) -> Result<()> {
        let id = self.importer.room_for(record)?;
        let there = retry_temporary(|| self.importer.store.any_state(&id)).await?;
        self.people.of_room(record);
        self.room = Some(RoomInBatch {
            marks: PeopleMarks::new(record),
            record: record.clone(),
            id,
            there,
            waiting: Vec::new(),
            last: None,
            is_announced: false,
        });
        Ok(())
    }

    async fn messages(&mut self, messages: &[MessageRecord]) -> Result<()> {
        for record in messages {
            if record.written_as.is_some() {
                // It was written there, and stands there with its files.
                let packed = self.room()?;
                let place = packed.place(record.message.sent_at);
                packed.marks.pass(record, place);
                continue;
            }
            let id = ids::name_of(record)?;
            let room = self.room()?.id.clone();
            let said = ImportMessage {
                text: self.importer.text_for(record),
                files: retry_temporary(|| self.importer.files_of(&room, &id, record)).await?,
                reply_to: record.answered_there(),
                id,
                record,
            };
            let packed = self.room()?;
            let place = packed.place(record.message.sent_at);
            packed.marks.pass(record, place);
            if waits(&packed.record, record) {
                packed.waiting.push((said.id.clone(), place));
            }
            self.people.of_message(record);
            let line = said.line(&self.importer.store.channel_type, &room, place)?;
            self.sections.write(Section::Messages, &line)?;
            for line in said.acknowledgements() {
                self.sections.write(Section::Reactions, &line)?;
            }
        }
        Ok(())
    }

    async fn end(&mut self) -> Result<()> {
        self.announce()?;
        let Some(room) = self.room.take() else {
            return Ok(());
        };
        if !room.is_ours() && !room.waiting.is_empty() {
            let set: Custom = urgent::carried(&room.waiting).into_iter().collect();
            let (kind, id) = (&self.importer.store.channel_type, room.id.as_str());
            let client = &self.importer.store.client;
            client
                .update_channel(kind, id, &set.into(), &[])
                .await
                .told()?;
        }
        Ok(())
    }

    fn size(&self) -> u64 {
        self.sections.size()
    }

    async fn send(&mut self) -> Result<()> {
        if self.room.as_ref().is_some_and(|room| !room.is_announced) {
            self.announce()?;
        }
        let client = &self.importer.store.client;
        for user in self.people.take_unknown(client).await? {
            self.sections.write(Section::Users, &lines::user(&user)?)?;
        }
        if self.sections.size() == 0 {
            return Ok(());
        }
        let file = self.sections.take()?;
        let mut task = retry_temporary(async || {
            let started = client.start_import(file.path(), ImportMode::Upsert);
            started.await.map_err(failure::of_setup)
        })
        .await?;
        let mut pause = Duration::from_millis(50);
        loop {
            match task.is_over() {
                Some(true) => return Ok(()),
                Some(false) => return Err(refused(&task.result)),
                None => sleep_until(Instant::now() + pause).await,
            }
            pause = (pause * 2).min(ASK_EVERY);
            match client.import(&task.id).await.told() {
                Ok(asked) => task = asked,
                // Who asks for a long time may go unanswered for a moment.
                Err(error) if error.is_temporary() => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// The first reason only: it names a line of ours, whose words it must not repeat.
fn refused(result: &serde_json::Value) -> Error {
    let first = &result["errors"][0];
    let (what, item) = (first["error"].as_str(), first["item_type"].as_str());
    Error::conflict(format!(
        "Stream refuses the import: {} ({})",
        what.unwrap_or("it does not say why"),
        item.unwrap_or("no item")
    ))
}
