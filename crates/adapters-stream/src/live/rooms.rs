use std::collections::HashSet;

use domain::{Event, RoomId};
use ports::Result;
use serde_json::{Value, json};

use super::session::Session;
use crate::{
    client::{ChannelQuery, ChannelState, Sort, Watching},
    rooms::WINDOW,
    store::{MEMBERS, member},
};

/// The rooms a doctor is told of.
#[derive(Default)]
pub(super) struct Joined {
    pub(super) known: HashSet<RoomId>,
}

impl Session {
    /// Some of the doctor's rooms, which are watched from then on while there is a socket.
    pub(super) async fn watch(
        &self,
        mut filter: Value,
        limit: usize,
        messages: usize,
    ) -> Result<Vec<ChannelState>> {
        let store = &self.store;
        filter["type"] = json!(store.channel_type);
        filter["members"] = json!({ "$in": [self.memory.doctor.id()] });
        let connection = self.memory.connection.as_ref();
        let query = ChannelQuery {
            filter,
            sort: Sort::Ascending("created_at"),
            limit,
            messages,
            members: MEMBERS,
            watching: connection.map(|(connection_id, token)| Watching { token, connection_id }),
        };
        Ok(store.client.query_channels(&query).await?)
    }

    /// The doctor may have come into a room: it is watched, and told with what was said meanwhile.
    pub(super) async fn join(&mut self, room: &RoomId) {
        if self.memory.rooms.known.contains(room) {
            return;
        }
        let filter = json!({ "cid": self.store.cid(room) });
        let state = match self.watch(filter, 1, WINDOW).await {
            Ok(states) => states.into_iter().next(),
            Err(error) => {
                tracing::warn!(%error, "a new room at Stream could not be read; it is when the page asks");
                return;
            }
        };
        let own = |state: &ChannelState| member(state, self.memory.doctor.id()).map(|own| own.created_at);
        let Some((state, joined)) = state.and_then(|state| own(&state).map(|joined| (state, joined)))
        else {
            return;
        };
        self.memory.rooms.known.insert(room.clone());
        match self.store.room(&self.memory.doctor, &state, WINDOW).await {
            Ok(seen) => self.publish(Event::Room(seen)),
            Err(error) => tracing::warn!(%error, "a new room at Stream could not be told"),
        }
        self.note_online(&state);
        self.tell_messages_since(&state, joined).await;
    }

    /// The doctor is not in the room any more: this is the last they are told of it, also by a page
    /// that comes back later.
    pub(super) fn leave(&mut self, room: &RoomId) {
        if !self.memory.rooms.known.remove(room) {
            return;
        }
        let doctor = self.memory.doctor.profile();
        self.store.hub.forbid_replay(&doctor.id);
        let room = room.clone();
        self.publish(Event::ParticipantRemoved { room, doctor });
    }

    pub(super) fn note_online(&mut self, state: &ChannelState) {
        let own = self.memory.doctor.id().clone();
        for user in state.members.iter().filter_map(|member| member.user.as_ref()) {
            if user.id != own.as_str() {
                let _ = self.memory.online.set(user);
            }
        }
    }
}
