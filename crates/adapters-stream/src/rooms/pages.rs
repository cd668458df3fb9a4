//! Going through rooms oldest first, a page at a time, also where many were made in the same moment,
//! as an import makes them.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::client::ChannelState;

/// The position in a list of channels from which the next page is asked for.
#[derive(Default)]
pub(crate) struct RoomPages {
    /// When the last room that was seen was made.
    reached: Option<Timestamp>,
    /// How many of that moment were seen.
    seen: usize,
}

impl RoomPages {
    /// Most rooms Stream tells at once.
    pub(crate) const AT_ONCE: usize = 30;

    /// Begins with rooms of a moment.
    pub(crate) fn from(moment: Timestamp) -> Self {
        Self {
            reached: Some(moment),
            seen: 0,
        }
    }

    /// Narrows a filter to what was not seen, but for the [`Self::offset`] first.
    pub(crate) fn narrow(&self, filter: &mut Value) {
        if let Some(reached) = self.reached {
            filter["created_at"] = json!({ "$gte": reached.to_string() });
        }
    }

    pub(crate) fn offset(&self) -> usize {
        self.seen
    }

    /// Takes note of a page; whether there may be another.
    pub(crate) fn saw(&mut self, page: &[ChannelState]) -> bool {
        let Some(last) = page.last().map(|room| room.channel.created_at) else {
            return false;
        };
        let newest = page.iter().rev();
        let of_moment = newest.take_while(|room| room.channel.created_at == last);
        let before = if self.reached == Some(last) {
            self.seen
        } else {
            0
        };
        self.seen = before + of_moment.count();
        self.reached = Some(last);
        page.len() == Self::AT_ONCE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rooms made at these seconds, in their order.
    fn made_at(seconds: &[i64]) -> Vec<ChannelState> {
        let rooms = seconds.iter().enumerate().map(|(number, second)| {
            let created_at = Timestamp::from_second(*second).unwrap().to_string();
            let id = format!("r{number}");
            let channel = json!({ "id": id, "type": "t", "cid": format!("t:{id}"), "created_at": created_at });
            serde_json::from_value(json!({ "channel": channel })).unwrap()
        });
        rooms.collect()
    }

    /// The page that Stream would answer.
    fn answer<'a>(all: &'a [ChannelState], pages: &RoomPages) -> &'a [ChannelState] {
        let mut filter = json!({});
        pages.narrow(&mut filter);
        let from = filter["created_at"]["$gte"].as_str();
        let from = from.map_or(Timestamp::MIN, |from| from.parse().unwrap());
        let first = all.partition_point(|room| room.channel.created_at < from);
        let rest = all.get(first + pages.offset()..).unwrap_or_default();
        &rest[..rest.len().min(RoomPages::AT_ONCE)]
    }

    #[test]
    fn every_room_is_seen_once_whatever_moments_they_share() {
        let ties: Vec<i64> = (0..200).map(|number| number / 70).collect();
        let mixed: Vec<i64> = (0..95)
            .map(|number| if number < 40 { number } else { 40 })
            .collect();
        for seconds in [vec![], vec![1; 30], vec![1; 31], ties, mixed] {
            let all = made_at(&seconds);
            let mut pages = RoomPages::default();
            let mut seen = Vec::new();
            loop {
                let page = answer(&all, &pages);
                seen.extend(page.iter().map(|room| room.channel.id.clone()));
                if !pages.saw(page) {
                    break;
                }
            }
            let expected: Vec<String> = all.iter().map(|room| room.channel.id.clone()).collect();
            assert_eq!(seen, expected);
        }
    }
}
