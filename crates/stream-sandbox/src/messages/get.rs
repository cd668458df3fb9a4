use serde_json::{Value, json};

use super::page::stretch;
use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::{Message, Subject, World};

/// A message the caller may read.
pub(super) fn readable<'a>(
    world: &'a World,
    call: &Call,
    id: &str,
) -> Result<&'a Message, Failure> {
    let message = world.message(id)?;
    let viewer = call.viewer()?;
    if !message.visible_to(viewer.as_deref()) {
        return world
            .message("")
            .map_err(|_| Failure::missing(format!("Message with id {id} doesn't exist")));
    }
    world.demand(
        call,
        world.channel(&message.cid)?,
        "read-channel",
        Subject::Channel,
    )?;
    Ok(message)
}

/// GET `/messages/{id}`
pub(crate) fn get(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let message = readable(world, call, call.path("id"))?;
    let viewer = call.viewer()?;
    let seen_by = if call.query_flag("show_deleted_message") && call.server() {
        None
    } else {
        viewer.as_deref()
    };
    let mut shown = world.message_json(message, seen_by);
    shown["channel"] = world.channel_json(world.channel(&message.cid)?, viewer.as_deref());
    let mut out = json!({ "message": shown });
    if let Some(metadata) = &message.pending {
        out["pending_message_metadata"] = json!(metadata);
    }
    Ok(out)
}

/// GET `/channels/{type}/{id}/messages?ids=`
pub(crate) fn get_many(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let cid = call.cid();
    world.demand(call, world.channel(&cid)?, "read-channel", Subject::Channel)?;
    let viewer = call.viewer()?;
    let ids = call.query("ids").unwrap_or_default();
    let found = ids
        .split(',')
        .filter_map(|id| world.messages.get(id))
        .filter(|message| message.cid == cid);
    let found = found.filter(|message| message.visible_to(viewer.as_deref()));
    Ok(
        json!({ "messages": found.map(|message| world.message_json(message, viewer.as_deref())).collect::<Vec<_>>() }),
    )
}

/// GET `/messages/{id}/replies`
pub(crate) fn replies(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let parent = readable(world, call, call.path("id"))?.id.clone();
    let viewer = call.viewer()?;
    let all: Vec<&Message> = world
        .replies(&parent)
        .filter(|reply| reply.visible_to(viewer.as_deref()))
        .collect();
    let page = stretch(
        world,
        &all,
        |reply| Some((*reply, true)),
        &marks(call)?,
        (25, 300),
    )?;
    Ok(
        json!({ "messages": page.into_iter().map(|m| world.message_json(m, viewer.as_deref())).collect::<Vec<_>>() }),
    )
}

/// The marks of a page, given as query parameters.
fn marks(call: &Call) -> Result<Object, Failure> {
    let mut marks = Object::new();
    for (name, value) in &call.query {
        if name == "limit" || name == "offset" {
            let number: u64 = value
                .parse()
                .map_err(|_| Failure::input(format!("{name} must be a number")))?;
            marks.insert(name.clone(), json!(number));
        } else {
            marks.insert(name.clone(), json!(value));
        }
    }
    Ok(marks)
}

/// GET `/channels/{type}/{id}/pinned_messages?payload=`
pub(crate) fn pinned(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let cid = call.cid();
    world.demand(call, world.channel(&cid)?, "read-channel", Subject::Channel)?;
    let payload = call.payload()?;
    let viewer = call.viewer()?;
    let limit = json::count(&payload, "limit", 10, 300)?;
    let mut all: Vec<&Message> = world
        .visible_messages(&cid)
        .filter(|message| message.pinned_at.is_some())
        .collect();
    all.sort_by_key(|message| std::cmp::Reverse(message.pinned_at));
    let page = all
        .into_iter()
        .filter(|message| message.visible_to(viewer.as_deref()))
        .take(limit);
    Ok(
        json!({ "messages": page.map(|m| world.message_json(m, viewer.as_deref())).collect::<Vec<_>>() }),
    )
}

/// POST `/messages/history`
pub(crate) fn history(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let empty = Object::new();
    let filter = json::object(&call.body, "filter")?.unwrap_or(&empty);
    let id = json::text(filter, "message_id")?
        .ok_or_else(|| Failure::input("filter.message_id is required"))?;
    let message = world.message(id)?;
    let entry = |(text, at): &(String, jiff::Timestamp)| {
        json!({
            "message_id": id, "text": text, "attachments": [], "is_deleted": false,
            "message_updated_at": at, "message_updated_by_id": message.user_id,
        })
    };
    Ok(json!({ "message_history": message.history.iter().rev().map(entry).collect::<Vec<_>>() }))
}
