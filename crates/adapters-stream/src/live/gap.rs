//! What happened while there was no socket.

use std::collections::HashSet;

use domain::{Event, Profile, RoomId, StaffId};
use jiff::{SignedDuration, Timestamp};
use ports::Result;
use serde_json::json;

use super::{rooms::people, session::Session};
use crate::{
    client::{ChannelState, Message, MessageRange},
    marks::{self, Marks},
    rooms::WINDOW,
    shown::edited_at,
    users::profile,
};

/// What was heard last may have overtaken something by this much; it is told once all the same.
const OVERLAP: SignedDuration = SignedDuration::from_secs(5);

/// Rooms and messages asked for at once.
const ROOMS: usize = 30;
const MESSAGES: usize = 30;
const PAGE: usize = 100;

/// Missed messages of a room that are told one by one: more than a feed holds, so that whoever
/// missed more is told to look for themselves.
const MOST: usize = 600;

impl Session {
    /// Watches all rooms of the doctor and tells what was missed since the last socket.
    pub(super) async fn catch_up(&mut self) -> Result<()> {
        let since = self
            .memory
            .heard
            .map(|heard| heard.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN));
        let mut gone: HashSet<RoomId> = self.memory.rooms.known.keys().cloned().collect();
        let mut filter = json!({});
        loop {
            let states = self.watch(filter, ROOMS, MESSAGES).await?;
            for state in &states {
                if let Ok(room) = RoomId::parse(&state.channel.id) {
                    gone.remove(&room);
                    self.catch_up_in(&room, state, since).await;
                }
            }
            match states.last() {
                Some(last) if states.len() == ROOMS => {
                    filter =
                        json!({ "created_at": { "$gt": last.channel.created_at.to_string() } });
                }
                _ => break,
            }
        }
        for room in gone {
            self.leave(&room);
        }
        Ok(())
    }

    async fn catch_up_in(&mut self, room: &RoomId, state: &ChannelState, since: Option<Timestamp>) {
        let before = self.memory.rooms.known.insert(room.clone(), people(state));
        let Some(since) = since else {
            // The first socket: the page has just read all this. The newest may come again.
            for message in state.messages.iter().rev().take(5) {
                let _ = self.memory.told.is_news(format!("posted {}", message.id));
                let _ = self.memory.reached.comes_next(room, message.created_at);
            }
            self.note_online(state);
            return;
        };
        if before.is_none() {
            match self.store.state(&self.memory.doctor, room, WINDOW).await {
                Ok(state) => self.tell_room(&state).await,
                Err(error) => tracing::warn!(%error, "a new room at Stream could not be told"),
            }
        }
        self.tell_people_since(room, state, before.as_ref()).await;
        // Before the new messages, which are told as they are now.
        self.tell_changes_since(room, state, since).await;
        self.tell_messages_since(state, since).await;
        self.tell_marks_since(room, state, since);
    }

    /// Tells the messages said since, further back than the state reaches if need be.
    pub(super) async fn tell_messages_since(&mut self, state: &ChannelState, since: Timestamp) {
        let mut messages = state.messages.clone();
        while let Some(oldest) = messages.first().filter(|oldest| oldest.created_at >= since)
            && messages.len() < MOST
        {
            let (kind, id) = (&state.channel.channel_type, &state.channel.id);
            let range = MessageRange::Before(&oldest.id);
            let older = self
                .store
                .client
                .channel_messages(kind, id, range, PAGE)
                .await;
            let mut older = match older {
                Ok(older) => older.messages,
                Err(error) => {
                    tracing::warn!(%error, "messages missed at Stream could not be read");
                    break;
                }
            };
            if older.is_empty() {
                break;
            }
            older.append(&mut messages);
            messages = older;
        }
        for message in messages
            .iter()
            .filter(|message| message.created_at >= since)
        {
            self.tell_posted(message);
        }
    }

    async fn tell_changes_since(&mut self, room: &RoomId, state: &ChannelState, since: Timestamp) {
        let after = |time: Option<Timestamp>| time.is_some_and(|time| time >= since);
        for message in &state.messages {
            let was_told = self.memory.told.knows(&format!("posted {}", message.id));
            if message.created_at >= since && !was_told {
                continue;
            }
            if after(message.deleted_at) {
                self.tell_recalled(room, message).await;
            } else if after(edited_at(message)) {
                self.tell_edited(room, message).await;
            }
        }
    }

    /// Who came and who went. Of a room that is new to the doctor that is told with the room.
    async fn tell_people_since(
        &mut self,
        room: &RoomId,
        state: &ChannelState,
        before: Option<&HashSet<StaffId>>,
    ) {
        let own = self.memory.doctor.id().clone();
        for user in state
            .members
            .iter()
            .filter_map(|member| member.user.as_ref())
        {
            if user.id == own.as_str() {
                continue;
            }
            if let Some(presence) = self.memory.online.set(user) {
                self.publish(Event::Presence(presence));
            }
            let is_new =
                |doctor: &Profile| before.is_some_and(|before| !before.contains(&doctor.id));
            if let Some(doctor) = profile(user).filter(is_new) {
                let room = room.clone();
                self.publish(Event::ParticipantAdded { room, doctor });
            }
        }
        let stays = |id: &&StaffId| crate::store::member(state, id).is_some();
        let gone: Vec<&StaffId> = before
            .into_iter()
            .flatten()
            .filter(|id| !stays(id))
            .collect();
        for doctor in self.profiles(&gone).await {
            let room = room.clone();
            self.publish(Event::ParticipantRemoved { room, doctor });
        }
    }

    async fn profiles(&self, of: &[&StaffId]) -> Vec<Profile> {
        if of.is_empty() {
            return Vec::new();
        }
        let found = self
            .store
            .client
            .query_users(&json!({ "id": { "$in": of } }), 0)
            .await;
        match found {
            Ok(users) => users.iter().filter_map(profile).collect(),
            Err(error) => {
                tracing::warn!(%error, "who left a room at Stream could not be read");
                Vec::new()
            }
        }
    }

    fn tell_marks_since(&mut self, room: &RoomId, state: &ChannelState, since: Timestamp) {
        let own = self.memory.doctor.id().clone();
        for member in state
            .members
            .iter()
            .filter(|member| member.user_id() != own.as_str())
        {
            let Ok(doctor) = StaffId::parse(member.user_id()) else {
                continue;
            };
            for (kind, position, at) in Marks::of(member).since(since) {
                let marked = |message: &&Message| marks::position(message) == position;
                let Some(message) = state.messages.iter().find(marked) else {
                    continue;
                };
                let Ok(message) = domain::MessageId::parse(&message.id) else {
                    continue;
                };
                let key = format!("{} {message} {doctor}", kind.as_str());
                let (room, doctor) = (room.clone(), doctor.clone());
                self.publish_once(
                    key,
                    Event::Receipt {
                        room,
                        message,
                        doctor,
                        kind,
                        at,
                    },
                );
            }
        }
    }
}
