use std::collections::HashSet;

use serde_json::{Value, json};

use super::fields::{cid, text};
use super::line::Item;
use crate::json::Object;
use crate::world::World;

/// Wrong order, doubles, and names of what is nowhere.
pub(super) fn references(world: &World, items: &[(Item, Object)]) -> Vec<Value> {
    let mut seen: HashSet<(Item, String)> = HashSet::new();
    let mut last = Item::User;
    let mut errors = Vec::new();
    for (item, data) in items {
        let mut wrong = |error: String| {
            errors.push(json!({ "error": error, "item_type": item.name(), "item": data }))
        };
        if *item < last {
            wrong("items are out of order".to_owned());
        }
        last = last.max(*item);
        let user =
            |id: &str| world.users.contains_key(id) || seen.contains(&(Item::User, id.to_owned()));
        let channel = |cid: &str| {
            world.channels.contains_key(cid) || seen.contains(&(Item::Channel, cid.to_owned()))
        };
        let said = |id: &str| {
            world.messages.contains_key(id) || seen.contains(&(Item::Message, id.to_owned()))
        };
        let (key, people, place) = match item {
            Item::User => (text(data, "id"), vec![], None),
            Item::Device => (text(data, "id"), vec![text(data, "user_id")], None),
            Item::FutureBan => (
                text(data, "target_id"),
                vec![text(data, "created_by")],
                None,
            ),
            Item::Channel => (
                cid(data, "type", "id", "member_ids"),
                vec![text(data, "created_by")],
                None,
            ),
            Item::Member => {
                let cid = cid(data, "channel_type", "channel_id", "channel_member_ids");
                (
                    format!("{cid} {}", text(data, "user_id")),
                    vec![text(data, "user_id")],
                    Some(cid),
                )
            }
            Item::Message => {
                let cid = cid(data, "channel_type", "channel_id", "channel_member_ids");
                (text(data, "id"), vec![text(data, "user")], Some(cid))
            }
            Item::Reaction => {
                let key = format!(
                    "{} {} {}",
                    text(data, "message_id"),
                    text(data, "user_id"),
                    text(data, "type")
                );
                (key, vec![text(data, "user_id")], None)
            }
        };
        if let Some(missing) = people.iter().find(|id| !user(id)) {
            wrong(format!("user {missing} does not exist"));
        }
        if let Some(missing) = place.filter(|cid| !channel(cid)) {
            wrong(format!("channel {missing} does not exist"));
        }
        let parent = if *item == Item::Reaction {
            text(data, "message_id")
        } else {
            text(data, "parent_id")
        };
        if !parent.is_empty() && !said(&parent) {
            wrong(format!("message {parent} does not exist"));
        }
        if !seen.insert((*item, key)) {
            wrong("duplicate item".to_owned());
        }
    }
    errors
}
