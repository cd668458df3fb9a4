//! Muting and banning.

use jiff::ToSpan;
use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json;
use crate::world::World;

fn targets(call: &Call) -> Result<Vec<String>, Failure> {
    let mut targets = json::few_texts(&call.body, "target_ids", 100)?;
    targets.extend(json::text(&call.body, "target_id")?.map(str::to_owned));
    if targets.is_empty() {
        return Err(Failure::input("target_ids is required"));
    }
    Ok(targets)
}

/// POST `/moderation/mute`
pub(crate) fn mute(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    let targets = targets(call)?;
    world.known_users(&targets)?;
    let now = world.now();
    let user = world.user_mut(&actor)?;
    user.mutes.retain(|(id, _)| !targets.contains(id));
    user.mutes
        .extend(targets.iter().map(|id| (id.clone(), now)));
    tell_mutes(world, "notification.mutes_updated", &actor);
    let mutes = world.mutes_json(&actor);
    let last = mutes.as_array().and_then(|mutes| mutes.last()).cloned();
    Ok(json!({ "mute": last, "mutes": mutes, "own_user": world.me_json(&actor) }))
}

/// POST `/moderation/unmute`
pub(crate) fn unmute(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    let targets = targets(call)?;
    world
        .user_mut(&actor)?
        .mutes
        .retain(|(id, _)| !targets.contains(id));
    tell_mutes(world, "notification.mutes_updated", &actor);
    Ok(json!({}))
}

fn tell_mutes(world: &mut World, kind: &str, actor: &str) {
    let fields = json!({ "me": world.me_json(actor) });
    let event = world.event(kind, None, fields);
    world.tell_user(actor, &event);
}

fn cids(call: &Call) -> Result<Vec<String>, Failure> {
    let mut cids = json::few_texts(&call.body, "channel_cids", 25)?;
    cids.extend(json::text(&call.body, "channel_cid")?.map(str::to_owned));
    if cids.is_empty() {
        return Err(Failure::input("channel_cids is required"));
    }
    Ok(cids)
}

/// POST `/moderation/mute/channel`
pub(crate) fn mute_channel(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    let cids = cids(call)?;
    for cid in &cids {
        world.channel(cid)?;
    }
    let now = world.now();
    let until = json::int(&call.body, "expiration")?.map(|ms| now + ms.milliseconds());
    let user = world.user_mut(&actor)?;
    user.channel_mutes.retain(|(cid, ..)| !cids.contains(cid));
    user.channel_mutes
        .extend(cids.into_iter().map(|cid| (cid, now, until)));
    tell_mutes(world, "notification.channel_mutes_updated", &actor);
    let mutes = world.channel_mutes_json(&actor);
    let last = mutes.as_array().and_then(|mutes| mutes.last()).cloned();
    Ok(json!({ "channel_mute": last, "channel_mutes": mutes, "own_user": world.me_json(&actor) }))
}

/// POST `/moderation/unmute/channel`
pub(crate) fn unmute_channel(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    let cids = cids(call)?;
    world
        .user_mut(&actor)?
        .channel_mutes
        .retain(|(cid, ..)| !cids.contains(cid));
    tell_mutes(world, "notification.channel_mutes_updated", &actor);
    Ok(json!({}))
}

/// POST `/moderation/ban`: from one channel, or from the app.
pub(crate) fn ban(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let target = json::text(&call.body, "target_user_id")?;
    let target = target
        .ok_or_else(|| Failure::input("target_user_id is required"))?
        .to_owned();
    let cid = channel_of_ban(call)?;
    set_banned(world, call, &target, cid.as_deref(), true)
}

/// DELETE `/moderation/ban`
pub(crate) fn unban(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let target = call
        .query("target_user_id")
        .ok_or_else(|| Failure::input("target_user_id is required"))?
        .to_owned();
    let parts = call
        .query("type")
        .zip(call.query("id"))
        .map(|(kind, id)| format!("{kind}:{id}"));
    let cid = call.query("channel_cid").map(str::to_owned).or(parts);
    set_banned(world, call, &target, cid.as_deref(), false)
}

fn channel_of_ban(call: &Call) -> Result<Option<String>, Failure> {
    let parts = json::text(&call.body, "type")?.zip(json::text(&call.body, "id")?);
    let parts = parts.map(|(kind, id)| format!("{kind}:{id}"));
    Ok(json::text(&call.body, "channel_cid")?
        .map(str::to_owned)
        .or(parts))
}

fn set_banned(
    world: &mut World,
    call: &Call,
    target: &str,
    cid: Option<&str>,
    banned: bool,
) -> Result<Value, Failure> {
    world.user(target)?;
    match cid {
        Some(cid) => {
            let channel = world.channel(cid)?;
            world.demand(
                call,
                channel,
                "ban-channel-member",
                crate::world::Subject::Channel,
            )?;
            if let Some(member) = world.channel_mut(cid)?.members.get_mut(target) {
                member.banned = banned;
            }
        }
        None => {
            call.server_only()?;
            world.user_mut(target)?.banned = banned;
        }
    }
    let fields = json!({ "user": world.user_json(target), "shadow": false });
    let event = world.event(
        if banned {
            "user.banned"
        } else {
            "user.unbanned"
        },
        cid,
        fields,
    );
    world.tell_user(target, &event);
    world.call_hooks(Some(call), cid, &event);
    Ok(json!({}))
}

/// POST `/moderation/flag`: taken note of, and nobody reads it.
pub(crate) fn flag(world: &mut World, call: &Call) -> Result<Value, Failure> {
    if let Some(id) = json::text(&call.body, "target_message_id")? {
        world.message(id)?;
    }
    if let Some(id) = json::text(&call.body, "target_user_id")? {
        world.user(id)?;
    }
    Ok(json!({ "flag": { "created_at": world.now() } }))
}
