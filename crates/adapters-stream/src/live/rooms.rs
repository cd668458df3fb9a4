use std::collections::{HashMap, HashSet};

use domain::{Event, RoomId, StaffId};
use ports::ErrorKind;
use serde_json::{Value, json};

use super::session::Session;
use crate::{
    client::{ChannelQuery, ChannelState, Sort, Watching},
    failure::Told,
    rooms::{RoomPages, WINDOW},
    store::{MEMBERS, member},
};

/// The rooms a doctor is told of, with who was in each as the doctor was told.
#[derive(Default)]
pub(super) struct Joined {
    pub(super) known: HashMap<RoomId, HashSet<StaffId>>,
}

/// The members of a room.
pub(super) fn people(state: &ChannelState) -> HashSet<StaffId> {
    let ids = state
        .members
        .iter()
        .map(|member| StaffId::parse(member.user_id()));
    ids.filter_map(Result::ok).collect()
}

impl Session {
    /// Some of the doctor's rooms, which are watched from then on while there is a socket.
    pub(super) async fn watch(
        &self,
        mut filter: Value,
        pages: &RoomPages,
        messages: usize,
    ) -> ports::Result<Vec<ChannelState>> {
        let store = &self.store;
        filter["type"] = json!(store.channel_type);
        filter["members"] = json!({ "$in": [self.memory.doctor.id()] });
        pages.narrow(&mut filter);
        // The token that the socket was opened with may have ended since; the socket goes on.
        let token = store.token(self.memory.doctor.id().as_str());
        let query = ChannelQuery::new(filter)
            .sort(Sort::ascending("created_at"))
            .limit(RoomPages::AT_ONCE)
            .offset(pages.offset())
            .messages(messages)
            .members(MEMBERS);
        let found = match self.memory.connection.as_deref() {
            Some(connection_id) => {
                let watching = Watching {
                    token: &token,
                    connection_id,
                };
                store.client.watch_channels(&query, watching).await
            }
            None => store.client.query_channels(&query).await,
        };
        found.told()
    }

    /// The doctor may have come into a room: it is watched, and told with what was said meanwhile.
    pub(super) async fn join(&mut self, room: &RoomId) {
        if self.memory.rooms.known.contains_key(room) {
            return;
        }
        // Watched first: what is said between the two is told by the socket.
        let filter = json!({ "cid": self.store.cid(room) });
        let watching = async {
            self.watch(filter, &RoomPages::default(), 1).await?;
            self.store.state(&self.memory.doctor, room, WINDOW).await
        };
        let state = match watching.await {
            Ok(state) => state,
            Err(error) if error.kind() == ErrorKind::NotFound => return,
            Err(error) => {
                tracing::warn!(%error, "a new room at Stream cannot be watched; connecting anew");
                self.memory.has_missed = true;
                return;
            }
        };
        let own = member(&state, self.memory.doctor.id());
        let Some(joined) = own.map(|own| own.created_at) else {
            return;
        };
        self.memory.rooms.known.insert(room.clone(), people(&state));
        self.tell_room(&state).await;
        self.note_online(&state);
        self.tell_messages_since(&state, joined);
    }

    /// A room that is new to the doctor. `state` is as a server sees it.
    pub(super) async fn tell_room(&mut self, state: &ChannelState) {
        match self.store.room(&self.memory.doctor, state, WINDOW).await {
            Ok(seen) => self.publish(Event::Room(seen)),
            Err(error) => {
                tracing::warn!(%error, "a new room at Stream could not be told; connecting anew");
                self.memory.has_missed = true;
            }
        }
    }

    /// The doctor is not in the room any more: this is the last they are told of it, also by a page
    /// that comes back later.
    pub(super) fn leave(&mut self, room: &RoomId) {
        if self.memory.rooms.known.remove(room).is_none() {
            self.memory.going.ends(room);
            return;
        }
        let doctor = self.memory.doctor.profile();
        self.store.hub.left(room, &doctor.id);
        self.memory.going.ends(room);
        let room = room.clone();
        self.publish(Event::ParticipantRemoved { room, doctor });
    }

    /// The room lives elsewhere now: pages load afresh and are led there.
    pub(super) fn let_go(&mut self, room: &RoomId) {
        if self.memory.rooms.known.remove(room).is_some() {
            let doctor = self.memory.doctor.id();
            self.store.hub.left(room, doctor);
            self.store.hub.resync(doctor);
        }
    }

    /// Watches a room again when somebody joined: Stream tells the presence of those only who were
    /// in the room when it was watched.
    pub(super) async fn see_newcomers(&mut self, room: &RoomId) {
        if !self.memory.rooms.known.contains_key(room) {
            return;
        }
        let filter = json!({ "cid": self.store.cid(room) });
        let states = match self.watch(filter, &RoomPages::default(), 1).await {
            Ok(states) => states,
            Err(error) => {
                tracing::warn!(%error, "whether a newcomer is online is not known");
                return;
            }
        };
        let own = self.memory.doctor.id().clone();
        let members = states.iter().flat_map(|state| &state.members);
        let users = members.filter_map(|member| member.user.as_ref());
        for user in users.filter(|user| user.id != own.as_str()) {
            if let Some(presence) = self.memory.online.set(user) {
                self.publish(Event::Presence(presence));
            }
        }
    }

    pub(super) fn note_online(&mut self, state: &ChannelState) {
        let own = self.memory.doctor.id().clone();
        for user in state
            .members
            .iter()
            .filter_map(|member| member.user.as_ref())
        {
            if user.id != own.as_str() {
                let _ = self.memory.online.set(user);
            }
        }
    }
}
