use domain::{Doctor, PageSize, RoomCursor, RoomId, RoomPage};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use ports::{Error, Result};
use serde_json::json;

use crate::{
    client::{ChannelQuery, ChannelState, Sort},
    store::{MEMBERS, Store, is_on_its_way},
};

/// Messages asked for with each room.
const WINDOW: usize = 25;

/// Where a page starts: after this room, which was last active then.
struct Place {
    activity: Timestamp,
    room: RoomId,
}

impl Place {
    fn of(state: &ChannelState) -> Option<Self> {
        Some(Self {
            activity: activity(state),
            room: RoomId::parse(&state.channel.id).ok()?,
        })
    }

    fn parse(cursor: &RoomCursor) -> Result<Self> {
        let parts = cursor
            .as_str()
            .split_once('_')
            .and_then(|(activity, room)| {
                let activity: i64 = activity.parse().ok()?;
                let activity = Timestamp::from_nanosecond(activity.into()).ok()?;
                Some(Self {
                    activity,
                    room: RoomId::parse(room).ok()?,
                })
            });
        parts.ok_or_else(|| Error::invalid("cursor", "must be a cursor as an earlier page gave it"))
    }

    fn cursor(&self) -> Option<RoomCursor> {
        RoomCursor::parse(format!("{}_{}", self.activity.as_nanosecond(), self.room)).ok()
    }

    /// Whether a room comes after this place in the list.
    fn is_before(&self, state: &ChannelState) -> bool {
        let other = activity(state);
        other < self.activity
            || other == self.activity && state.channel.id.as_str() > self.room.as_str()
    }
}

/// A room's newest message, or its opening.
fn activity(state: &ChannelState) -> Timestamp {
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
        let start = cursor.as_ref().map(Place::parse).transpose()?;
        // One more than the page holds tells whether there are more.
        let mut states = self.newest_rooms(doctor, start, size.get() + 1).await?;
        let more = states.len() > size.get();
        states.truncate(size.get());
        let next = states.last().filter(|_| more).and_then(Place::of);
        let rooms = states.iter().map(|state| self.room(doctor, state, WINDOW));
        Ok(RoomPage {
            rooms: try_join_all(rooms).await?,
            next: next.as_ref().and_then(Place::cursor),
        })
    }

    async fn newest_rooms(
        &self,
        doctor: &Doctor,
        mut start: Option<Place>,
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
                filter["last_updated"] = json!({ "$lte": start.activity.to_string() });
            }
            let query = ChannelQuery {
                filter,
                sort: Sort::Descending("last_updated"),
                limit: AT_ONCE,
                offset: 0,
                messages: WINDOW,
                members: MEMBERS,
                watching: None,
            };
            let mut found = self.client.query_channels(&query).await?;
            let is_last = found.len() < AT_ONCE;
            found.sort_by(|one, other| {
                (activity(other), &one.channel.id).cmp(&(activity(one), &other.channel.id))
            });
            if let Some(start) = &start {
                found.retain(|state| start.is_before(state));
            }
            let nothing_new = found.is_empty();
            states.extend(found.into_iter().filter(|state| !is_on_its_way(state)));
            if is_last || nothing_new || states.len() >= most {
                states.truncate(most);
                return Ok(states);
            }
            start = states.last().and_then(Place::of);
        }
    }
}
