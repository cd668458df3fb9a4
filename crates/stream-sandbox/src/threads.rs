//! Threads: a message and what was said under it.

use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json;
use crate::world::{Message, Subject, World};

/// POST `/threads`: those the user writes in, the liveliest first.
pub(crate) fn query(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    let limit = json::count(&call.body, "limit", 10, 25)?;
    let replies = json::count(&call.body, "reply_limit", 2, 10)?;
    let from = json::text(&call.body, "next")?.map_or(Ok(0), str::parse::<usize>);
    let from = from.map_err(|_| Failure::input("next is no mark of a page"))?;
    let takes_part = |parent: &&Message| {
        let mut people = world
            .replies(&parent.id)
            .map(|reply| reply.user_id.as_str());
        let any = world.replies(&parent.id).next().is_some();
        any && (parent.user_id == actor || people.any(|user| user == actor))
    };
    let may_read = |parent: &&Message| {
        world
            .channel(&parent.cid)
            .is_ok_and(|channel| world.may(channel, &actor, "read-channel", Subject::Channel))
    };
    let mut parents: Vec<&Message> = world
        .messages
        .values()
        .filter(takes_part)
        .filter(may_read)
        .collect();
    parents.sort_by_key(|parent| {
        std::cmp::Reverse(
            world
                .replies(&parent.id)
                .next_back()
                .map(|reply| reply.created_at),
        )
    });
    let more = parents.len() > from + limit;
    let page = parents.into_iter().skip(from).take(limit);
    let mut out = json!({ "threads": page.map(|parent| thread(world, parent, &actor, replies)).collect::<Vec<_>>() });
    if more {
        out["next"] = json!((from + limit).to_string());
    }
    Ok(out)
}

/// GET `/threads/{id}`
pub(crate) fn get(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let parent = world.message(call.path("id"))?;
    world.demand(
        call,
        world.channel(&parent.cid)?,
        "read-channel",
        Subject::Channel,
    )?;
    let viewer = call.viewer()?.unwrap_or_default();
    Ok(json!({ "thread": thread(world, parent, &viewer, 10) }))
}

fn thread(world: &World, parent: &Message, viewer: &str, replies: usize) -> Value {
    let all: Vec<&Message> = world
        .replies(&parent.id)
        .filter(|reply| reply.visible_to(Some(viewer)))
        .collect();
    let latest = all[all.len().saturating_sub(replies)..].iter();
    let mut people: Vec<&str> = all
        .iter()
        .map(|reply| reply.user_id.as_str())
        .chain([parent.user_id.as_str()])
        .collect();
    people.sort_unstable();
    people.dedup();
    let last = all
        .last()
        .map_or(parent.created_at, |reply| reply.created_at);
    let participant = |user: &&str| {
        json!({
            "user_id": user, "user": world.user_json(user), "thread_id": parent.id, "channel_cid": parent.cid,
            "created_at": parent.created_at, "last_read_at": last,
        })
    };
    let read = |user: &&str| json!({ "user": world.user_json(user), "last_read": last, "unread_messages": 0 });
    json!({
        "channel_cid": parent.cid,
        "channel": world.channels.get(&parent.cid).map(|channel| world.channel_json(channel, Some(viewer))),
        "parent_message_id": parent.id,
        "parent_message": world.message_json(parent, Some(viewer)),
        "latest_replies": latest.map(|reply| world.message_json(reply, Some(viewer))).collect::<Vec<_>>(),
        "thread_participants": people.iter().map(participant).collect::<Vec<_>>(),
        "read": people.iter().map(read).collect::<Vec<_>>(),
        "created_by_user_id": parent.user_id, "created_by": world.user_json(&parent.user_id),
        "title": "", "reply_count": all.len(), "participant_count": people.len(),
        "active_participant_count": people.len(), "last_message_at": last,
        "created_at": parent.created_at, "updated_at": last,
    })
}
