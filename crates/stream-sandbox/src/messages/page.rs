//! A stretch of a list of messages, by limits and marks.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::{Message, World};

/// The messages of a channel a request asks for, oldest first; the newest when it does not say.
pub(crate) fn channel_page(
    world: &World,
    cid: &str,
    asked: &Object,
    viewer: Option<&str>,
) -> Result<Vec<Value>, Failure> {
    let channel = world.channel(cid)?;
    let hidden_before = viewer.and_then(|viewer| channel.members.get(viewer)?.hide_messages_before);
    let shown = |message: &&Message| {
        message.visible_to(viewer) && hidden_before.is_none_or(|before| message.created_at > before)
    };
    let all: Vec<&Message> = world.visible_messages(cid).filter(shown).collect();
    let page = stretch(world, &all, asked, 100, 300)?;
    Ok(page
        .into_iter()
        .map(|message| world.message_json(message, viewer))
        .collect())
}

/// The stretch of `all`, which is sorted, that the marks in `asked` describe.
pub(crate) fn stretch<'a>(
    world: &World,
    all: &[&'a Message],
    asked: &Object,
    usual: usize,
    most: usize,
) -> Result<Vec<&'a Message>, Failure> {
    let limit = json::count(asked, "limit", usual, most)?;
    let offset = json::count(asked, "offset", 0, 1000)?;
    if let Some(around) = mark(world, asked, "id_around", "created_at_around")? {
        let at = all.partition_point(|message| message.created_at < around);
        let from = at
            .saturating_sub(limit / 2)
            .min(all.len().saturating_sub(limit));
        return Ok(all.iter().skip(from).take(limit).copied().collect());
    }
    let below = mark(world, asked, "id_lt", "created_at_before")?;
    let not_above = mark(world, asked, "id_lte", "created_at_before_or_equal")?;
    let above = mark(world, asked, "id_gt", "created_at_after")?;
    let not_below = mark(world, asked, "id_gte", "created_at_after_or_equal")?;
    let inside = |at: Timestamp| {
        below.is_none_or(|mark| at < mark)
            && not_above.is_none_or(|mark| at <= mark)
            && above.is_none_or(|mark| at > mark)
            && not_below.is_none_or(|mark| at >= mark)
    };
    let fitting: Vec<&Message> = all
        .iter()
        .copied()
        .filter(|message| inside(message.created_at))
        .collect();
    let forwards = above.is_some() || not_below.is_some();
    if forwards {
        return Ok(fitting.into_iter().skip(offset).take(limit).collect());
    }
    let end = fitting.len().saturating_sub(offset);
    Ok(fitting[end.saturating_sub(limit)..end].to_vec())
}

/// An instant, given itself or as the id of a message.
fn mark(world: &World, asked: &Object, id: &str, at: &str) -> Result<Option<Timestamp>, Failure> {
    if let Some(id) = json::text(asked, id)? {
        return Ok(Some(world.message(id)?.created_at));
    }
    json::instant(asked, at)
}

/// Tells of a reply: the parent has changed, and those who wrote in the thread hear of it.
pub(super) fn tell_thread(world: &mut World, reply: &Message) {
    let Some(parent) = reply
        .parent_id
        .as_ref()
        .and_then(|id| world.messages.get(id))
    else {
        return;
    };
    let cid = reply.cid.clone();
    let mut people: Vec<String> = world
        .replies(&parent.id)
        .map(|message| message.user_id.clone())
        .collect();
    people.push(parent.user_id.clone());
    people.sort_unstable();
    people.dedup();
    let fields = json!({
        "message": world.message_json(reply, Some("")), "message_id": reply.id, "thread_id": parent.id,
        "channel": world.channels.get(&cid).map(|channel| world.channel_json(channel, None)),
        "watcher_count": world.connections.watcher_count(&cid), "unread_threads": 0, "unread_thread_messages": 0,
    });
    let event = world.event("notification.thread_message_new", Some(&cid), fields);
    for user in people.iter().filter(|user| **user != reply.user_id) {
        world.tell_user_elsewhere(user, &cid, &event);
    }
}
