//! Search in messages.

use serde_json::{Value, json};

use crate::call::{Call, Caller};
use crate::channels::channel_document;
use crate::failure::Failure;
use crate::filter::{Order, matches, sort};
use crate::json::{self, Object};
use crate::world::{Subject, World};

/// At most this many channels are searched.
const MOST_CHANNELS: usize = 500;

/// GET `/search?payload=`
pub(crate) fn search(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let payload = call.payload()?;
    let channels = json::object(&payload, "filter_conditions")?.filter(|filter| !filter.is_empty());
    let channels = channels.ok_or_else(|| Failure::input("filter_conditions is required"))?;
    let query = json::text(&payload, "query")?;
    let condition = json::object(&payload, "message_filter_conditions")?;
    let condition = match (query, condition) {
        (Some(query), None) => json!({ "text": { "$q": query } })
            .as_object()
            .cloned()
            .unwrap_or_default(),
        (None, Some(condition)) => condition.clone(),
        _ => {
            return Err(Failure::input(
                "exactly one of query and message_filter_conditions is required",
            ));
        }
    };
    let limit = json::count(&payload, "limit", 20, 100)?;
    let orders = Order::read(&payload, 5)?;
    let offset = json::count(&payload, "offset", 0, 1000)?;
    let next = json::text(&payload, "next")?;
    if offset > 0 && (next.is_some() || !orders.is_empty()) {
        return Err(Failure::input(
            "offset cannot be used together with next or sort",
        ));
    }
    let from = next
        .map_or(Ok(offset), str::parse::<usize>)
        .map_err(|_| Failure::input("next is no mark of a page"))?;
    let found = found(world, call, channels, &condition, &orders)?;
    let more = found.len() > from + limit;
    let page = found
        .into_iter()
        .skip(from)
        .take(limit)
        .map(|message| json!({ "message": message }));
    let mut out = json!({ "results": page.collect::<Vec<_>>() });
    if more && offset == 0 {
        out["next"] = json!((from + limit).to_string());
    }
    Ok(out)
}

fn searchable(world: &World, call: &Call, filter: &Object) -> Result<Vec<String>, Failure> {
    let viewer = call.viewer()?;
    let mut cids = Vec::new();
    for channel in world
        .channels
        .values()
        .filter(|channel| channel.deleted_at.is_none())
    {
        let readable = match &call.caller {
            Caller::User(user) => world.may(channel, user, "read-channel", Subject::Channel),
            Caller::Server => true,
            Caller::Anonymous => false,
        };
        let on = world.config_flag(channel, "search");
        if readable && on && matches(filter, &channel_document(world, channel, viewer.as_deref()))?
        {
            cids.push(channel.cid.clone());
        }
    }
    if cids.is_empty() {
        return Err(Failure::input("There are no searchable channels"));
    }
    cids.truncate(MOST_CHANNELS);
    Ok(cids)
}

fn found(
    world: &World,
    call: &Call,
    channels: &Object,
    condition: &Object,
    orders: &[Order],
) -> Result<Vec<Value>, Failure> {
    let viewer = call.viewer()?;
    let mut found = Vec::new();
    for cid in searchable(world, call, channels)? {
        let channel = world.channel(&cid)?;
        let shown_from = viewer
            .as_ref()
            .and_then(|viewer| channel.members.get(viewer)?.hide_messages_before);
        let messages = channel
            .timeline
            .iter()
            .filter_map(|id| world.messages.get(id));
        for message in
            messages.filter(|message| message.deleted_at.is_none() && message.pending.is_none())
        {
            let away = shown_from.is_some_and(|from| message.created_at <= from)
                || !message.visible_to(viewer.as_deref());
            if away {
                continue;
            }
            let mut document = world.message_json(message, viewer.as_deref());
            if matches(condition, &searched(&document))? {
                document["channel"] = world.channel_json(channel, viewer.as_deref());
                found.push(document);
            }
        }
    }
    let newest = [Order::descending("created_at")];
    sort(&mut found, if orders.is_empty() { &newest } else { orders });
    Ok(found)
}

/// A message as a filter sees it: what is empty does not exist.
fn searched(document: &Value) -> Value {
    let mut document = document.clone();
    if let Some(fields) = document.as_object_mut() {
        fields.retain(|_, value| value.as_array().is_none_or(|items| !items.is_empty()));
    }
    document
}
