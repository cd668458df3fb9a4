use std::{sync::Arc, time::Duration};

use domain::{Doctor, RoomId, StaffId};
use moka::sync::Cache;
use ports::{Clock, Error, Result, hub::Hub};
use serde_json::json;

use crate::{
    client::{ChannelQuery, ChannelState, Client, Member, Signer, Sort, UserToken},
    failure::Told,
    live::Sessions,
    rooms::RoomPages,
    users::KnownUsers,
};

/// Most members Stream tells with a channel, and most participants of a room.
pub(crate) const MEMBERS: usize = domain::Room::MAX_PARTICIPANTS;

/// The state that all ports of this adapter share.
pub(crate) struct Store {
    /// A reference to itself, for tasks that run by themselves as long as the store exists.
    pub(crate) me: std::sync::Weak<Self>,
    pub(crate) client: Client,
    pub(crate) signer: Signer,
    /// The time that the token of a doctor holds.
    pub(crate) life_of_tokens: Duration,
    pub(crate) channel_type: String,
    pub(crate) app_id: String,
    pub(crate) api_key: String,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) users: KnownUsers,
    pub(crate) sessions: Sessions,
    /// Memberships of doctors in rooms, kept for two seconds, which the ports allow.
    pub(crate) standings: Cache<(StaffId, RoomId), domain::Standing>,
    pub(crate) max_attachment_bytes: u64,
}

impl Store {
    /// A token for a doctor's client libraries and socket.
    pub(crate) fn token(&self, doctor: &str) -> UserToken {
        let token = self.signer.token(doctor).at(self.clock.now());
        token.lives_for(self.life_of_tokens).sign()
    }

    /// A room of the doctor's with its newest messages. Asked anew every time: nobody who is not
    /// in the room now gets past this.
    pub(crate) async fn state(
        &self,
        doctor: &Doctor,
        room: &RoomId,
        messages: usize,
    ) -> Result<ChannelState> {
        let filter = json!({ "cid": self.cid(room), "members": { "$in": [doctor.id()] } });
        let state = self.one(filter, messages).await?;
        state
            .filter(|state| {
                state.channel.id == room.as_str()
                    && member(state, doctor.id()).is_some()
                    && !is_on_its_way(state)
            })
            .ok_or_else(|| Error::not_found("room"))
    }

    /// A room, without asking whether a doctor takes part in it.
    pub(crate) async fn any_state(&self, room: &RoomId) -> Result<Option<ChannelState>> {
        self.one(json!({ "cid": self.cid(room) }), 1).await
    }

    /// All rooms of a doctor, oldest first, each with its newest messages, so many at most.
    pub(crate) async fn all_rooms(
        &self,
        doctor: &Doctor,
        messages: usize,
    ) -> Result<Vec<ChannelState>> {
        let mut pages = RoomPages::default();
        let mut rooms: Vec<ChannelState> = Vec::new();
        loop {
            let mut filter = json!({
                "type": self.channel_type,
                "members": { "$in": [doctor.id()] },
            });
            pages.narrow(&mut filter);
            let query = ChannelQuery::new(filter)
                .sort(Sort::ascending("created_at"))
                .limit(RoomPages::AT_ONCE)
                .offset(pages.offset())
                .messages(messages)
                .members(MEMBERS);
            let found = self.client.query_channels(&query).await.told()?;
            let goes_on = pages.saw(&found);
            rooms.extend(found.into_iter().filter(|state| !is_on_its_way(state)));
            if !goes_on {
                return Ok(rooms);
            }
        }
    }

    async fn one(
        &self,
        filter: serde_json::Value,
        messages: usize,
    ) -> Result<Option<ChannelState>> {
        let query = ChannelQuery::new(filter)
            .sort(Sort::descending("created_at"))
            .limit(1)
            .offset(0)
            .messages(messages)
            .members(MEMBERS);
        Ok(self
            .client
            .query_channels(&query)
            .await
            .told()?
            .into_iter()
            .next())
    }

    /// Stream's name for a room.
    pub(crate) fn cid(&self, room: &RoomId) -> String {
        format!("{}:{room}", self.channel_type)
    }
}

/// The field of a channel whose room does not live here: it is on its way here, or went back. For
/// doctors there is none.
pub(crate) const ON_ITS_WAY: &str = "on_its_way";

/// Whether the room does not live here, yet or any more.
pub(crate) fn is_on_its_way(state: &ChannelState) -> bool {
    state.channel.custom.contains_key(ON_ITS_WAY)
}

/// Somebody's place in a room.
pub(crate) fn member<'a>(state: &'a ChannelState, id: &StaffId) -> Option<&'a Member> {
    state
        .members
        .iter()
        .find(|member| member.user_id() == id.as_str())
}
