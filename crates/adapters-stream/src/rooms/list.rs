use domain::{Doctor, PageSize, RoomCursor, RoomId, RoomPage};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use ports::Result;
use serde_json::json;

use crate::{
    client::{ChannelQuery, ChannelState, Sort},
    failure::Told,
    store::{MEMBERS, Store, is_on_its_way},
};

/// Messages asked for with each room.
const WINDOW: usize = 25;

/// The place of a room in the list.
fn place(state: &ChannelState) -> Option<RoomCursor> {
    let room = RoomId::parse(&state.channel.id).ok()?;
    Some(RoomCursor::at(activity(state), room))
}

/// Whether a room comes after the place in the list.
fn comes_after(place: &RoomCursor, state: &ChannelState) -> bool {
    let (other, activity) = (activity(state), place.active_at());
    other < activity || other == activity && state.channel.id.as_str() > place.room().as_str()
}

/// A room's newest message, or its opening.
pub(crate) fn activity(state: &ChannelState) -> Timestamp {
    let channel = &state.channel;
    channel.last_message_at.unwrap_or(channel.created_at)
}

impl Store {
    pub(super) async fn list_rooms(
        &self,
        doctor: &Doctor,
        cursor: Option<RoomCursor>,
        size: PageSize,
    ) -> Result<RoomPage> {
        // One more than the page holds tells whether there are more.
        let mut states = self.newest_rooms(doctor, cursor, size.get() + 1).await?;
        let more = states.len() > size.get();
        states.truncate(size.get());
        let rooms = states.iter().map(|state| self.room(doctor, state, WINDOW));
        let rooms = try_join_all(rooms).await?;
        Ok(RoomPage {
            next: rooms.last().filter(|_| more).map(RoomCursor::after),
            rooms,
        })
    }

    async fn newest_rooms(
        &self,
        doctor: &Doctor,
        mut start: Option<RoomCursor>,
        most: usize,
    ) -> Result<Vec<ChannelState>> {
        // Stream tells 30 channels at once.
        const AT_ONCE: usize = 30;
        let mut states: Vec<ChannelState> = Vec::new();
        loop {
            let mut filter = json!({
                "type": self.channel_type,
                "members": { "$in": [doctor.id()] },
            });
            if let Some(start) = &start {
                filter["last_updated"] = json!({ "$lte": start.active_at().to_string() });
            }
            let query = ChannelQuery::new(filter)
                .sort(Sort::descending("last_updated"))
                .limit(AT_ONCE)
                .offset(0)
                .messages(WINDOW)
                .members(MEMBERS);
            let mut found = self.client.query_channels(&query).await.told()?;
            let is_last = found.len() < AT_ONCE;
            found.sort_by(|one, other| {
                (activity(other), &one.channel.id).cmp(&(activity(one), &other.channel.id))
            });
            if let Some(start) = &start {
                found.retain(|state| comes_after(start, state));
            }
            let last = found.last().and_then(place);
            states.extend(found.into_iter().filter(|state| !is_on_its_way(state)));
            if is_last || last.is_none() || states.len() >= most {
                states.truncate(most);
                return Ok(states);
            }
            // Of all that were found: rooms on their way here are no part of the list, and no end of it.
            start = last;
        }
    }
}
