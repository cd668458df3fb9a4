//! Stream's own search finds beginnings of words and knows nothing of accents or names of files. So
//! it is asked for what it is exact in (rooms, author, times, files, urgency), newest first, and the
//! words are looked for here, by the rules every backend has.

use std::collections::HashMap;

use domain::{Doctor, Filter, MessageId, RoomId, Search, SearchPage};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use ports::Result;
use serde_json::{Value, json};

use crate::{
    client::{self, ChannelQuery, ChannelState, Kind, MessageSearch, Sort},
    convert::message_from_wire,
    failure::{Told, told},
    ids,
    store::{MEMBERS, Store, is_on_its_way},
};

/// Most messages of one answer.
const AT_ONCE: usize = 100;

/// Answers looked through for one page. Behind them the page ends, full or not, and says from where
/// to go on.
const ANSWERS: usize = 10;

/// Channels told at once.
const CHANNELS: usize = 30;

/// The place where a page goes on: behind this message.
struct Place {
    at: Timestamp,
    id: String,
}

impl Place {
    fn of(message: &client::Message) -> Self {
        Self {
            at: message.created_at,
            id: message.id.clone(),
        }
    }

    fn is_before(&self, message: &client::Message) -> bool {
        (message.created_at, &message.id) < (self.at, &self.id)
    }
}

impl Store {
    pub(super) async fn search_messages(
        &self,
        doctor: &Doctor,
        search: &Search,
    ) -> Result<SearchPage> {
        let filter = search.filter();
        if let Some(room) = &filter.room {
            self.state(doctor, room, 1).await?;
        }
        let Some(channels) = self.searched(doctor, filter) else {
            return Ok(SearchPage::default());
        };
        let mut place = match &search.after_hit {
            None => None,
            Some(id) => match self.client.message(id.as_str()).await {
                Ok(message) => Some(Place::of(&message)),
                Err(error) if error.kind() == Kind::NotFound => return Ok(SearchPage::default()),
                Err(error) => return Err(told(error)),
            },
        };
        let size = search.size.get();
        let (mut hits, mut is_over) = (Vec::new(), false);
        for _ in 0..ANSWERS {
            let found = self
                .newest(&channels, &condition(filter, place.as_ref()))
                .await?;
            is_over = found.len() < AT_ONCE;
            let mut found: Vec<client::Message> = found
                .into_iter()
                .filter(|message| place.as_ref().is_none_or(|place| place.is_before(message)))
                .collect();
            found.sort_by(|one, other| {
                (other.created_at, &other.id).cmp(&(one.created_at, &one.id))
            });
            match found.last() {
                Some(last) => place = Some(Place::of(last)),
                None => is_over = true,
            }
            hits.extend(found.into_iter().filter(|wire| self.is_hit(search, wire)));
            if is_over || hits.len() > size {
                break;
            }
        }
        let next = if hits.len() > size {
            hits.truncate(size);
            hits.last().map(|last| last.id.clone())
        } else {
            place.filter(|_| !is_over).map(|place| place.id)
        };
        Ok(SearchPage {
            messages: self.of_own_rooms(doctor, &hits).await?,
            next: next.and_then(|id| MessageId::parse(id).ok()),
        })
    }

    /// The channels that are searched; `None` when there can be none.
    fn searched(&self, doctor: &Doctor, filter: &Filter) -> Option<Value> {
        let mut channels = json!({
            "type": self.channel_type,
            "members": { "$in": [doctor.id()] },
        });
        let of_patient: Vec<RoomId> = filter.patient.iter().map(ids::patient_room).collect();
        let only = match &filter.room {
            Some(room) if of_patient.is_empty() || of_patient.contains(room) => {
                vec![room.clone()]
            }
            Some(_) => return None,
            None => of_patient,
        };
        match only.as_slice() {
            [] => {}
            [room] => channels["cid"] = json!(self.cid(room)),
            rooms => {
                let cids: Vec<String> = rooms.iter().map(|room| self.cid(room)).collect();
                channels["cid"] = json!({ "$in": cids });
            }
        }
        Some(channels)
    }

    async fn newest(&self, channels: &Value, condition: &Value) -> Result<Vec<client::Message>> {
        let search = MessageSearch::new(channels.clone())
            .messages(condition.clone())
            .sort(Sort::descending("created_at"))
            .limit(AT_ONCE);
        match self.client.search(&search).await {
            Ok(found) => Ok(found.results.into_iter().map(|hit| hit.message).collect()),
            // That is Stream's answer when there is no channel to search.
            Err(error) if error.kind() == Kind::Invalid => {
                let query = ChannelQuery::new(channels.clone())
                    .sort(Sort::descending("created_at"))
                    .limit(1)
                    .offset(0)
                    .messages(1)
                    .members(1);
                if self.client.query_channels(&query).await.told()?.is_empty() {
                    Ok(Vec::new())
                } else {
                    Err(told(error))
                }
            }
            Err(error) => Err(told(error)),
        }
    }

    fn is_hit(&self, search: &Search, wire: &client::Message) -> bool {
        message_from_wire(&self.channel_type, wire).is_some_and(|message| {
            !message.is_recalled()
                && search.filter().lets_through(&message)
                && search.query().is_none_or(|query| query.is_in(&message))
        })
    }

    /// The messages with their receipts, those of rooms that the doctor is in now.
    async fn of_own_rooms(
        &self,
        doctor: &Doctor,
        hits: &[client::Message],
    ) -> Result<Vec<domain::Message>> {
        let mut cids: Vec<&str> = hits.iter().map(|hit| hit.cid.as_str()).collect();
        cids.sort_unstable();
        cids.dedup();
        let rooms = self.own_rooms(doctor, &cids, 1).await?;
        let rooms: HashMap<String, ChannelState> = rooms
            .into_iter()
            .filter_map(|state| Some((self.cid(&RoomId::parse(&state.channel.id).ok()?), state)))
            .collect();
        let shown = hits.iter().filter_map(|hit| {
            let state = rooms.get(&hit.cid)?;
            Some(self.message(hit, &state.members))
        });
        Ok(try_join_all(shown).await?.into_iter().flatten().collect())
    }

    /// Those of these channels that the doctor is in, each with so many messages.
    pub(crate) async fn own_rooms(
        &self,
        doctor: &Doctor,
        cids: &[&str],
        messages: usize,
    ) -> Result<Vec<ChannelState>> {
        let chunks = cids.chunks(CHANNELS).map(async |cids| {
            let query = ChannelQuery::new(
                json!({ "cid": { "$in": cids }, "members": { "$in": [doctor.id()] } }),
            )
            .sort(Sort::descending("created_at"))
            .limit(CHANNELS)
            .offset(0)
            .messages(messages)
            .members(MEMBERS);
            self.client.query_channels(&query).await
        });
        let found = try_join_all(chunks).await.told()?.into_iter().flatten();
        Ok(found.filter(|state| !is_on_its_way(state)).collect())
    }
}

/// The part of a filter that Stream itself can apply.
fn condition(filter: &Filter, place: Option<&Place>) -> Value {
    let mut sent = json!({ "$gte": filter.from.unwrap_or(Timestamp::UNIX_EPOCH).to_string() });
    match (filter.to, place) {
        (to, Some(place)) if to.is_none_or(|to| place.at < to) => {
            sent["$lte"] = json!(place.at.to_string());
        }
        (Some(to), _) => sent["$lt"] = json!(to.to_string()),
        (None, _) => {}
    }
    let mut condition = json!({ "created_at": sent });
    if let Some(author) = &filter.author {
        condition["user.id"] = json!(author);
    }
    if filter.has_file {
        condition["attachments"] = json!({ "$exists": true });
    }
    if filter.urgent {
        condition["urgency"] = json!("urgent");
    }
    condition
}
