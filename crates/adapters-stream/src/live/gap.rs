//! Events missed while there was no socket, told afterwards.

use std::collections::HashSet;

use domain::{Event, MessageId, Profile, ReceiptKind, RoomId, StaffId};
use jiff::{SignedDuration, Timestamp};
use ports::Result;
use serde_json::json;

use super::{rooms::people, session::Session};
use crate::{
    asked::found_by,
    client::{ChannelState, Message},
    convert::{ACKNOWLEDGED, edited_at},
    marks::{self, Marks},
    rooms::{RoomPages, WINDOW},
    users::profile,
};

/// The time looked back before the last event heard, which may have overtaken others by this much;
/// each is told once all the same.
const OVERLAP: SignedDuration = SignedDuration::from_secs(5);

/// Newest messages of a room that are looked through.
const MESSAGES: usize = 30;

impl Session {
    /// Watches all rooms of the doctor and tells what was missed since the last socket. Where that is
    /// more than can be seen from here, the doctor's pages load afresh.
    pub(super) async fn catch_up(&mut self) -> Result<()> {
        self.memory.has_missed = false;
        let since = self
            .memory
            .heard
            .map(|heard| heard.checked_sub(OVERLAP).unwrap_or(Timestamp::MIN));
        let mut gone: HashSet<RoomId> = self.memory.rooms.known.keys().cloned().collect();
        let mut pages = RoomPages::default();
        loop {
            let states = self.watch(json!({}), &pages, MESSAGES).await?;
            for state in &states {
                if let Ok(room) = RoomId::parse(&state.channel.id) {
                    gone.remove(&room);
                    self.catch_up_in(&room, state, since).await;
                }
            }
            if !pages.saw(&states) {
                break;
            }
        }
        for room in gone {
            self.leave(&room);
        }
        self.memory.going.all_end();
        if std::mem::take(&mut self.memory.has_missed) {
            self.store.hub.resync(self.memory.doctor.id());
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
                Err(error) => {
                    tracing::warn!(%error, "a new room at Stream could not be told");
                    self.memory.has_missed = true;
                }
            }
        }
        self.tell_people_since(room, state, before.as_ref()).await;
        // Before the new messages, which are told as they are now.
        self.tell_changes_since(room, state, since).await;
        self.tell_messages_since(state, since);
        self.tell_marks_since(room, state, since);
        self.tell_acknowledgements_since(room, state, since);
        // Of older messages it is not known what became of them: Stream tells no list of changes.
        self.memory.has_missed |= state.messages.len() >= MESSAGES;
    }

    /// Tells the messages of a state that were said since.
    pub(super) fn tell_messages_since(&mut self, state: &ChannelState, since: Timestamp) {
        for message in &state.messages {
            if message.created_at >= since {
                self.tell_posted(message);
            }
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

    /// Tells who joined and who left. In a room that is new to the doctor, that is told with the
    /// room.
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
        let gone = self.profiles(&gone).await;
        for doctor in gone {
            let room = room.clone();
            self.publish(Event::ParticipantRemoved { room, doctor });
        }
    }

    async fn profiles(&mut self, of: &[&StaffId]) -> Vec<Profile> {
        if of.is_empty() {
            return Vec::new();
        }
        let found = self
            .store
            .client
            .query_users(&found_by(json!({ "id": { "$in": of } })))
            .await;
        match found {
            Ok(users) => users.iter().filter_map(profile).collect(),
            Err(error) => {
                tracing::warn!(%error, "who left a room at Stream could not be read");
                self.memory.has_missed = true;
                Vec::new()
            }
        }
    }

    fn tell_marks_since(&mut self, room: &RoomId, state: &ChannelState, since: Timestamp) {
        let own = self.memory.doctor.id().clone();
        for member in &state.members {
            let Ok(doctor) = StaffId::parse(member.user_id()) else {
                continue;
            };
            for (kind, position, at) in Marks::of(member).since(since) {
                // What one has read on another device is news here, what arrived there is not.
                if doctor == own && kind == ReceiptKind::Delivered {
                    continue;
                }
                let marked = |message: &&Message| marks::position(message) == position;
                if let Some(message) = state.messages.iter().find(marked) {
                    self.tell_mark(room, &message.id, &doctor, kind, at);
                }
            }
        }
    }

    fn tell_acknowledgements_since(
        &mut self,
        room: &RoomId,
        state: &ChannelState,
        since: Timestamp,
    ) {
        for message in &state.messages {
            let reactions = message.latest_reactions.iter();
            let acknowledged = reactions.filter(|reaction| reaction.reaction_type == ACKNOWLEDGED);
            for reaction in acknowledged.filter(|reaction| reaction.created_at >= since) {
                if let Ok(doctor) = StaffId::parse(&reaction.user_id) {
                    let kind = ReceiptKind::Acknowledged;
                    self.tell_mark(room, &message.id, &doctor, kind, reaction.created_at);
                }
            }
            let told = message.latest_reactions.len() as u64;
            let count = message.reaction_counts.get(ACKNOWLEDGED).copied();
            self.memory.has_missed |= count.unwrap_or(0) > told;
        }
    }

    fn tell_mark(
        &mut self,
        room: &RoomId,
        message: &str,
        doctor: &StaffId,
        kind: ReceiptKind,
        at: Timestamp,
    ) {
        let Ok(message) = MessageId::parse(message) else {
            return;
        };
        let key = format!("{} {message} {doctor}", kind.as_str());
        let (room, doctor) = (room.clone(), doctor.clone());
        let receipt = Event::Receipt {
            room,
            message,
            doctor,
            kind,
            at,
        };
        self.publish_once(key, receipt);
    }
}
