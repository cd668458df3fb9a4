//! Changes of a room since it was shipped, brought one by one.

use std::{
    collections::HashMap,
    sync::{MutexGuard, PoisonError},
};

use domain::{MessageId, RoomId, StaffId};
use ports::{Error, Looked, MessageRecord, Result, RoomImporter, RoomRecord};
use serde_json::json;

use super::{
    StreamImporter,
    batch::{is_made_from, waits},
    compared::Compared,
    lines::ImportMessage,
    people::People,
    people_marks::PeopleMarks,
};
use crate::{
    asked::{addressed, plain_change, plainly, quietly},
    client::{ChannelState, Deletion, Message, NewMessage, Sent},
    convert::MENTIONS_SET_AT,
    failure::Told,
    ids,
    store::member,
};

/// Messages Stream is asked for at once.
const AT_ONCE: usize = 100;

/// The text of a message that was recalled before it came; it is recalled at once.
const RECALLED: &str = "(recalled)";

/// Whether what is there is put right as well.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    All,
    Missing,
}

impl StreamImporter {
    pub(super) async fn bring_the_rest(&self, room: &RoomRecord, looked: &Looked) -> Result<()> {
        let id = self.room_for(room)?;
        self.compared().begin(&id);
        let state = self.store.any_state(&id).await?;
        let state = state.ok_or_else(|| Error::not_found("room"))?;
        let is_ours = is_made_from(&state, &room.id);
        let mut people = People::default();
        people.of_room(room);
        self.write_unknown(&mut people).await?;
        if is_ours {
            self.bring_people(room, &id, &state).await?;
        }
        let marks = self
            .bring_messages(room, &id, people, Of::All, looked)
            .await?;
        if is_ours {
            self.bring_marks(room, &id, &marks).await?;
        }
        Ok(())
    }

    pub(super) async fn bring_what_is_missing(&self, room: &RoomRecord) -> Result<()> {
        let id = self.room_for(room)?;
        let people = People::default();
        let looked = Looked::default();
        let brought = self
            .bring_messages(room, &id, people, Of::Missing, &looked)
            .await;
        brought.map(drop)
    }

    async fn bring_messages(
        &self,
        room: &RoomRecord,
        id: &RoomId,
        mut people: People,
        of: Of,
        looked: &Looked,
    ) -> Result<PeopleMarks> {
        let mut marks = PeopleMarks::new(room);
        let mut after: Option<MessageId> = None;
        loop {
            let records = self.from.messages(&room.id, after.as_ref()).await?;
            let is_last = records.len() < ports::RECORDS_AT_ONCE;
            after = records.last().map(|record| record.message.id.clone());
            for some in records.chunks(AT_ONCE) {
                let asked = self
                    .bring_some(room, id, some, of, &mut people, &mut marks)
                    .await?;
                looked.add(asked);
            }
            if is_last {
                return Ok(marks);
            }
        }
    }

    /// Brings what is missing of some messages; how many Stream was asked for.
    async fn bring_some(
        &self,
        room: &RoomRecord,
        id: &RoomId,
        records: &[MessageRecord],
        of: Of,
        people: &mut People,
        marks: &mut PeopleMarks,
    ) -> Result<usize> {
        let kind = &self.store.channel_type;
        let (mut names, mut known) = (Vec::new(), Vec::new());
        {
            let compared = self.compared();
            for record in records {
                names.push(ids::name_of(record)?);
                let found = compared.find(id, record);
                known.push(found.filter(|_| of == Of::All));
            }
        }
        let unknown = names
            .iter()
            .zip(&known)
            .filter(|(_, known)| known.is_none());
        let asked: Vec<&str> = unknown.map(|(name, _)| name.as_str()).collect();
        let there = if asked.is_empty() {
            Vec::new()
        } else {
            let client = &self.store.client;
            client.messages(kind, id.as_str(), &asked).await.told()?
        };
        let there: HashMap<&str, &Message> =
            there.iter().map(|wire| (wire.id.as_str(), wire)).collect();
        for ((record, name), known) in records.iter().zip(&names).zip(&known) {
            if let Some(created_at) = known {
                marks.pass(record, *created_at);
                continue;
            }
            let created_at = match there.get(name.as_str()) {
                Some(wire) => {
                    if of == Of::All {
                        self.mend(record, wire).await?;
                    }
                    wire.created_at
                }
                None => {
                    people.of_message(record);
                    self.write_unknown(people).await?;
                    self.bring_late(room, id, name, record).await?
                }
            };
            if of == Of::All {
                self.compared().keep(id, record, created_at);
            }
            marks.pass(record, created_at);
        }
        Ok(asked.len())
    }

    fn compared(&self) -> MutexGuard<'_, Compared> {
        self.compared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn write_unknown(&self, people: &mut People) -> Result<()> {
        let client = &self.store.client;
        let unknown = people.take_unknown(client).await?;
        if !unknown.is_empty() {
            client.upsert_users(&unknown).await.told()?;
        }
        Ok(())
    }

    /// Brings a message that is not there: it comes last, as all that are there were before it.
    async fn bring_late(
        &self,
        room: &RoomRecord,
        id: &RoomId,
        name: &MessageId,
        record: &MessageRecord,
    ) -> Result<jiff::Timestamp> {
        let message = &record.message;
        let reply_to = record.answered_there();
        let said = ImportMessage {
            id: name.clone(),
            record,
            text: self.text_for(record),
            files: self.files_of(id, name, record).await?,
            reply_to,
        };
        if waits(room, record) {
            let state = self.store.any_state(id).await?;
            let state = state.ok_or_else(|| Error::not_found("room"))?;
            self.store.note_urgent(&state, name).await?;
        }
        let text = if message.is_recalled() {
            RECALLED
        } else {
            &said.text
        };
        let author = message.author.id.as_str();
        let new = NewMessage::new(name.as_str(), author, text)
            .attachments(said.files.clone())
            .with_all(said.custom(None));
        let new = addressed(new, said.reply_to.as_ref(), message.mentions.iter());
        let plainly = &plainly();
        let (kind, client) = (&self.store.channel_type, &self.store.client);
        let (Sent::Now(wire) | Sent::Before(wire)) = client
            .send_message_as(kind, id.as_str(), &new, plainly)
            .await
            .told()?;
        self.mend(record, &wire).await?;
        Ok(wire.created_at)
    }

    /// Puts right what differs in a message that is there.
    async fn mend(&self, record: &MessageRecord, wire: &Message) -> Result<()> {
        let message = &record.message;
        let client = &self.store.client;
        let author = message.author.id.as_str();
        if message.is_recalled() {
            if wire.deleted_at.is_none() {
                client
                    .delete_message(&wire.id, author, Deletion::Soft)
                    .await
                    .told()?;
            }
            return Ok(());
        }
        let text = self.text_for(record);
        if wire.text != text {
            let edited = message.edited_at.unwrap_or(message.sent_at);
            let set = json!({
                "text": text, "mentioned_users": message.mentions,
                MENTIONS_SET_AT: edited.as_microsecond(),
            });
            let change = plain_change(author, set);
            client.update_message(&wire.id, &change).await.told()?;
        }
        if !message.receipts.acknowledged.is_empty() {
            let there = self.store.acknowledgements(wire).await?;
            let is_new = |id: &StaffId| there.iter().all(|other| other.user_id != id.as_str());
            let marks = message.receipts.acknowledged.iter();
            for mark in marks.filter(|mark| is_new(&mark.doctor)) {
                let (by, kind) = (mark.doctor.as_str(), crate::convert::ACKNOWLEDGED);
                let (reaction, quiet) = quietly(kind, by);
                client
                    .add_reaction(&wire.id, &reaction, &quiet)
                    .await
                    .told()?;
            }
        }
        Ok(())
    }

    /// Makes the members at Stream those of the legacy room, and nobody else.
    async fn bring_people(
        &self,
        room: &RoomRecord,
        id: &RoomId,
        state: &ChannelState,
    ) -> Result<()> {
        let (kind, client) = (&self.store.channel_type, &self.store.client);
        let people = room.participants.iter().map(|(one, _)| &one.doctor.id);
        let new: Vec<&str> = people
            .filter(|id| member(state, id).is_none())
            .map(StaffId::as_str)
            .collect();
        client.add_members(kind, id.as_str(), &new).await.told()?;
        let gone = state.members.iter().map(|member| member.user_id());
        let gone: Vec<&str> = gone
            .filter(|id| {
                !room
                    .participants
                    .iter()
                    .any(|(one, _)| one.doctor.id.as_str() == *id)
            })
            .collect();
        client
            .remove_members(kind, id.as_str(), &gone)
            .await
            .told()?;
        Ok(())
    }

    async fn bring_marks(&self, room: &RoomRecord, id: &RoomId, marks: &PeopleMarks) -> Result<()> {
        let now = self.store.clock.now();
        let state = self.store.any_state(id).await?;
        let state = state.ok_or_else(|| Error::not_found("room"))?;
        for (participant, _) in &room.participants {
            let doctor = &participant.doctor.id;
            let Some(there) = member(&state, doctor) else {
                continue;
            };
            let wanted = marks.custom(doctor, there.created_at, now);
            let is_mark = |name: &str| {
                ["read_", "delivered_", "own_read"]
                    .iter()
                    .any(|mark| name.starts_with(mark))
            };
            let old = there.custom.keys().filter(|name| is_mark(name));
            let unset: Vec<String> = old
                .filter(|name| !wanted.contains_key(*name))
                .cloned()
                .collect();
            let mut set = wanted;
            set.retain(|name, value| there.custom.get(name) != Some(value));
            if set.is_empty() && unset.is_empty() {
                continue;
            }
            let client = &self.store.client;
            let (kind, room) = (&self.store.channel_type, id.as_str());
            let who = doctor.as_str();
            client
                .update_member(kind, room, who, &set.into(), &unset)
                .await
                .told()?;
        }
        Ok(())
    }
}
