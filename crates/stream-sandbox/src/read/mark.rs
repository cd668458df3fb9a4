use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::{Subject, World};

/// POST `/channels/{type}/{id}/read`
pub(crate) fn read(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let cid = call.cid();
    let actor = call.need_actor(&[])?;
    let channel = world.channel(&cid)?;
    if !world.config_flag(channel, "read_events") {
        return Err(Failure::switched_off("read events", &channel.kind));
    }
    world.demand(call, channel, "read-channel", Subject::Channel)?;
    if json::text(&call.body, "thread_id")?.is_some() {
        return Ok(json!({ "event": null }));
    }
    let upto = json::text(&call.body, "message_id")?
        .filter(|id| !id.is_empty())
        .map(str::to_owned);
    let event = mark(world, call, &cid, &actor, upto.as_deref())?;
    Ok(json!({ "event": event }))
}

/// POST `/channels/read`: the channels named, or all.
pub(crate) fn read_all(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    let empty = Object::new();
    let named = json::object(&call.body, "read_by_channel")?
        .unwrap_or(&empty)
        .clone();
    let mine = world
        .channels
        .values()
        .filter(|channel| channel.deleted_at.is_none());
    let mine: Vec<String> = mine
        .filter(|channel| channel.members.contains_key(&actor))
        .map(|channel| channel.cid.clone())
        .collect();
    for cid in mine
        .iter()
        .filter(|cid| named.is_empty() || named.contains_key(*cid))
    {
        let upto = json::text(&named, cid)?
            .filter(|id| !id.is_empty())
            .map(str::to_owned);
        mark(world, call, cid, &actor, upto.as_deref())?;
    }
    Ok(json!({ "event": null }))
}

fn mark(
    world: &mut World,
    call: &Call,
    cid: &str,
    actor: &str,
    upto: Option<&str>,
) -> Result<Object, Failure> {
    let now = world.now();
    let last = match upto {
        Some(id) => Some((id.to_owned(), in_channel(world, cid, id)?)),
        None => world
            .visible_messages(cid)
            .next_back()
            .map(|message| (message.id.clone(), message.created_at)),
    };
    // Without a mark all is read, whatever clocks say.
    let at = match (&last, upto) {
        (Some((_, at)), Some(_)) => *at,
        _ => now,
    };
    let member = world.channel_mut(cid)?.members.get_mut(actor);
    let member =
        member.ok_or_else(|| Failure::forbidden(format!("user {actor} is no member of {cid}")))?;
    member.last_read = member.last_read.max(at);
    if let Some((id, at)) = last.clone() {
        member.last_read_message_id = Some(id.clone());
        if member
            .last_delivered_at
            .is_some_and(|delivered| delivered < at)
        {
            member.last_delivered_at = Some(at);
            member.last_delivered_message_id = Some(id);
        }
    }
    tell(world, call, cid, actor, last.map(|(id, _)| id))
}

fn in_channel(world: &World, cid: &str, id: &str) -> Result<Timestamp, Failure> {
    let message = world.message(id)?;
    if message.cid != cid {
        return Err(Failure::input(format!(
            "message {id} is not in channel {cid}"
        )));
    }
    Ok(message.created_at)
}

fn tell(
    world: &mut World,
    call: &Call,
    cid: &str,
    actor: &str,
    last: Option<String>,
) -> Result<Object, Failure> {
    let mut fields = json!({ "user": world.user_json(actor) });
    if let Some(last) = last {
        fields["last_read_message_id"] = json!(last);
    }
    let event = world.event("message.read", Some(cid), fields.clone());
    world.tell_watchers(Some(call), cid, &event);
    let totals = world.unread_totals(actor);
    fields["total_unread_count"] = json!(totals.messages);
    fields["unread_count"] = json!(totals.messages);
    fields["unread_channels"] = json!(totals.channels);
    fields["unread_threads"] = json!(0);
    fields["channel"] = world.channel_json(world.channel(cid)?, Some(actor));
    let notice = world.event("notification.mark_read", Some(cid), fields);
    world.tell_user(actor, &notice);
    Ok(event)
}

/// POST `/channels/{type}/{id}/unread`: from one message on.
pub(crate) fn unread(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let cid = call.cid();
    let actor = call.need_actor(&[])?;
    world.demand(call, world.channel(&cid)?, "read-channel", Subject::Channel)?;
    if json::text(&call.body, "thread_id")?.is_some() {
        return Ok(json!({}));
    }
    let from = match json::text(&call.body, "message_id")? {
        Some(id) => in_channel(world, &cid, id)?,
        None => json::instant(&call.body, "message_timestamp")?
            .ok_or_else(|| Failure::input("message_id or message_timestamp is required"))?,
    };
    let earlier = world
        .visible_messages(&cid)
        .rev()
        .find(|message| message.created_at < from);
    let (last_id, last_at) = match earlier {
        Some(message) => (Some(message.id.clone()), message.created_at),
        None => (None, from - 1.microsecond()),
    };
    let first = world
        .visible_messages(&cid)
        .find(|message| message.created_at >= from)
        .map(|m| m.id.clone());
    let member = world.channel_mut(&cid)?.members.get_mut(&actor);
    let member =
        member.ok_or_else(|| Failure::forbidden(format!("user {actor} is no member of {cid}")))?;
    member.last_read = last_at;
    member.last_read_message_id.clone_from(&last_id);
    let totals = world.unread_totals(&actor);
    let fields = json!({
        "user": world.user_json(&actor), "first_unread_message_id": first, "last_read_at": last_at,
        "last_read_message_id": last_id, "unread_messages": world.unread_in(&cid, &actor),
        "total_unread_count": totals.messages, "unread_count": totals.messages, "unread_channels": totals.channels,
        "channel": world.channel_json(world.channel(&cid)?, Some(&actor)),
    });
    let event = world.event("notification.mark_unread", Some(&cid), fields);
    world.tell_user(&actor, &event);
    Ok(json!({}))
}
