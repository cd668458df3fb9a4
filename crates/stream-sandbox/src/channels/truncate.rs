use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json;
use crate::messages::send::system_message;
use crate::world::{Subject, World};

/// POST `/channels/{type}/{id}/truncate`
pub(crate) fn truncate(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let cid = call.cid();
    world.demand(
        call,
        world.channel(&cid)?,
        "truncate-channel",
        Subject::Channel,
    )?;
    let hard = json::flag(&call.body, "hard_delete")?.unwrap_or(false);
    let now = world.now();
    let before = json::instant(&call.body, "truncated_at")?.unwrap_or(now);
    let only_for = json::few_texts(&call.body, "member_ids", 100)?;
    let actor = call.actor(&[])?;
    if only_for.is_empty() {
        empty(world, &cid, before, hard)?;
        let channel = world.channel_mut(&cid)?;
        channel.truncated_at = Some(before);
        channel.truncated_by.clone_from(&actor);
    } else {
        let channel = world.channel_mut(&cid)?;
        for user in &only_for {
            if let Some(member) = channel.members.get_mut(user) {
                member.hide_messages_before = Some(before);
            }
        }
    }
    let mut fields = json!({ "channel": world.channel_json(world.channel(&cid)?, None) });
    if let Some(actor) = &actor {
        fields["user"] = world.user_json(actor);
    }
    let event = world.event("channel.truncated", Some(&cid), fields.clone());
    world.tell_watchers(Some(call), &cid, &event);
    let event = world.event("notification.channel_truncated", Some(&cid), fields);
    world.tell_members_elsewhere(&cid, &event);
    let message = system_message(world, call, &cid)?;
    let mut out = json!({ "channel": world.channel_json(world.channel(&cid)?, actor.as_deref()) });
    if let Some(message) = message {
        out["message"] = message;
    }
    Ok(out)
}

/// Takes what was said before an instant out of the channel. Hard: out of the app too.
fn empty(world: &mut World, cid: &str, before: jiff::Timestamp, hard: bool) -> Result<(), Failure> {
    let timeline = world.channel(cid)?.timeline.clone();
    let old = |world: &World, id: &String| {
        world
            .messages
            .get(id)
            .is_none_or(|message| message.created_at <= before)
    };
    let gone: Vec<String> = timeline.into_iter().filter(|id| old(world, id)).collect();
    for id in &gone {
        if hard {
            world.forget_message(id);
        }
    }
    let last = {
        let channel = world.channel_mut(cid)?;
        channel.timeline.retain(|id| !gone.contains(id));
        channel.timeline.last().cloned()
    };
    let last = last
        .and_then(|id| world.messages.get(&id))
        .map(|message| message.created_at);
    world.channel_mut(cid)?.last_message_at = last;
    Ok(())
}
