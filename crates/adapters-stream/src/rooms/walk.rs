//! All rooms, whoever takes part, in the order in which they were made.

use domain::RoomId;
use jiff::Timestamp;
use ports::Result;
use serde_json::json;

use super::RoomPages;
use crate::{
    attachments::is_of_files,
    client::{ChannelQuery, ChannelState, Sort},
    failure::Told,
    store::Store,
};

/// The place of a room in the walk: when it was made, and its id among those of one moment.
pub(crate) type RoomPlace = (Timestamp, String);

/// The place of a room.
pub(crate) fn place(state: &ChannelState) -> RoomPlace {
    (state.channel.created_at, state.channel.id.clone())
}

impl Store {
    /// The next rooms behind a place, at most so many, each with at most `members` of its members.
    pub(crate) async fn rooms_after(
        &self,
        start: Option<RoomPlace>,
        most: usize,
        members: usize,
    ) -> Result<Vec<ChannelState>> {
        let mut pages = start
            .as_ref()
            .map_or_else(RoomPages::default, |(at, _)| RoomPages::from(*at));
        let mut rooms: Vec<ChannelState> = Vec::new();
        loop {
            let mut filter = json!({ "type": self.channel_type });
            pages.narrow(&mut filter);
            let query = ChannelQuery::new(filter)
                .sort(Sort::ascending("created_at"))
                .limit(RoomPages::AT_ONCE)
                .offset(pages.offset())
                .messages(0)
                .members(members);
            let found = self.client.query_channels(&query).await.told()?;
            let goes_on = pages.saw(&found);
            let is_next = |state: &ChannelState| {
                !is_of_files(&state.channel.id)
                    && RoomId::parse(&state.channel.id).is_ok()
                    && Some(place(state)) > start
            };
            rooms.extend(found.into_iter().filter(is_next));
            // Rooms of one moment come in any order, so all of the last one's moment are needed.
            let last = rooms.get(most - 1).map(|room| room.channel.created_at);
            let newest = rooms.last().map(|room| room.channel.created_at);
            let is_enough = last.is_some_and(|last| newest > Some(last));
            if !goes_on || is_enough {
                break;
            }
        }
        rooms.sort_by_cached_key(place);
        rooms.truncate(most);
        Ok(rooms)
    }
}
