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
    let in_flow = |id: &String| {
        let message = world.messages.get(id)?;
        Some((message, message.in_channel() && shown(&message)))
    };
    let page = stretch(world, &channel.timeline, in_flow, asked, (100, 300))?;
    Ok(page
        .into_iter()
        .map(|message| world.message_json(message, viewer))
        .collect())
}

/// The stretch of `all`, which is sorted by time, that the marks in `asked` describe; `look` finds a message and
/// says whether it counts. It looks at little more than the page: a long room costs what a short one does.
/// `limits` are how many when it does not say, and how many at most.
pub(crate) fn stretch<'a, T>(
    world: &World,
    all: &[T],
    look: impl Fn(&T) -> Option<(&'a Message, bool)>,
    asked: &Object,
    limits: (usize, usize),
) -> Result<Vec<&'a Message>, Failure> {
    let limit = json::count(asked, "limit", limits.0, limits.1)?;
    let offset = json::count(asked, "offset", 0, 1000)?;
    let before = |mark: Timestamp| position(all, &look, |at| at < mark);
    let until = |mark: Timestamp| position(all, &look, |at| at <= mark);
    let counted = |item: &T| {
        look(item)
            .filter(|(_, counts)| *counts)
            .map(|found| found.0)
    };
    if let Some(around) = mark(world, asked, "id_around", "created_at_around")? {
        let (earlier, later) = all.split_at(before(around));
        let earlier: Vec<_> = earlier
            .iter()
            .rev()
            .filter_map(counted)
            .take(limit)
            .collect();
        let later: Vec<_> = later.iter().filter_map(counted).take(limit).collect();
        let first = (limit / 2).max(limit - later.len()).min(earlier.len());
        let page = earlier.into_iter().take(first).rev();
        return Ok(page.chain(later.into_iter().take(limit - first)).collect());
    }
    let below = mark(world, asked, "id_lt", "created_at_before")?.map(before);
    let not_above = mark(world, asked, "id_lte", "created_at_before_or_equal")?.map(until);
    let above = mark(world, asked, "id_gt", "created_at_after")?.map(until);
    let not_below = mark(world, asked, "id_gte", "created_at_after_or_equal")?.map(before);
    let end = [below, not_above]
        .into_iter()
        .flatten()
        .min()
        .unwrap_or(all.len());
    let start = above.max(not_below);
    let inside = all.get(start.unwrap_or(0)..end).unwrap_or_default();
    let inside = inside.iter().filter_map(counted);
    if start.is_some() {
        return Ok(inside.skip(offset).take(limit).collect());
    }
    let mut page: Vec<_> = inside.rev().skip(offset).take(limit).collect();
    page.reverse();
    Ok(page)
}

/// How many at the beginning of a sorted list have a time that fits.
fn position<'a, T>(
    all: &[T],
    look: impl Fn(&T) -> Option<(&'a Message, bool)>,
    fits: impl Fn(Timestamp) -> bool,
) -> usize {
    all.partition_point(|item| look(item).is_none_or(|(message, _)| fits(message.created_at)))
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
