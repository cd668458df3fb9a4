use serde_json::{Value, json};

use super::members::{self, add, remove};
use super::query::apply_data;
use super::requested_members;
use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::messages::send::system_message;
use crate::world::{Subject, World};

/// POST `/channels/{type}/{id}`: replaces the data, or changes who is in.
pub(crate) fn update(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let cid = call.cid();
    world.channel(&cid)?;
    let actor = call.actor(&[])?;
    let body = &call.body;
    if let Some(data) = json::object(body, "data")? {
        replace_data(world, call, &cid, data)?;
    }
    change_members(world, call, &cid)?;
    answer_invite(world, call, &cid, actor.as_deref())?;
    if let Some(cooldown) = json::int(body, "cooldown")? {
        if !(0..=120).contains(&cooldown) {
            return Err(Failure::input("cooldown must be between 0 and 120 seconds"));
        }
        world.demand(
            call,
            world.channel(&cid)?,
            "update-channel-cooldown",
            Subject::Channel,
        )?;
        world.channel_mut(&cid)?.cooldown = cooldown;
    }
    change_tags(world, call, &cid)?;
    let message = system_message(world, call, &cid)?;
    tell_updated(world, call, &cid, actor.as_deref(), message.as_ref());
    answer(world, call, &cid, message)
}

/// The answer every change of a channel gives.
pub(super) fn answer(
    world: &World,
    call: &Call,
    cid: &str,
    message: Option<Value>,
) -> Result<Value, Failure> {
    let channel = world.channel(cid)?;
    let mut out = json!({
        "channel": world.channel_json(channel, call.viewer()?.as_deref()),
        "members": world.members_json(channel, 100),
    });
    if let Some(message) = message {
        out["message"] = message;
    }
    Ok(out)
}

pub(super) fn tell_updated(
    world: &mut World,
    call: &Call,
    cid: &str,
    actor: Option<&str>,
    message: Option<&Value>,
) {
    let Ok(channel) = world.channel(cid) else {
        return;
    };
    let mut shown = world.channel_json(channel, None);
    shown["members"] = json!(world.members_json(channel, 100));
    let mut fields = json!({ "channel": shown });
    if let Some(actor) = actor {
        fields["user"] = world.user_json(actor);
    }
    if let Some(message) = message {
        fields["message"] = message.clone();
    }
    let event = world.event("channel.updated", Some(cid), fields);
    world.tell_watchers(Some(call), cid, &event);
}

fn replace_data(world: &mut World, call: &Call, cid: &str, data: &Object) -> Result<(), Failure> {
    let channel = world.channel(cid)?;
    world.demand(call, channel, "update-channel", Subject::Channel)?;
    let team = json::text(data, "team")?;
    if team.is_some() && team != channel.team.as_deref() {
        return Err(Failure::input("the team of a channel cannot be changed"));
    }
    let now = world.now();
    let channel = world.channel_mut(cid)?;
    apply_data(channel, data)?;
    channel.updated_at = now;
    Ok(())
}

fn change_members(world: &mut World, call: &Call, cid: &str) -> Result<(), Failure> {
    let body = &call.body;
    let added = requested_members::read(body, "add_members")?;
    let invited = requested_members::read(body, "invites")?;
    let removed = json::few_texts(body, "remove_members", 100)?;
    let promoted = json::few_texts(body, "add_moderators", 100)?;
    let demoted = json::few_texts(body, "demote_moderators", 100)?;
    let assigned = requested_members::read(body, "assign_roles")?;
    let changes = !(added.is_empty() && invited.is_empty() && removed.is_empty());
    let roles = !(promoted.is_empty() && demoted.is_empty() && assigned.is_empty());
    if !changes && !roles {
        return Ok(());
    }
    let channel = world.channel(cid)?;
    if channel.distinct() && changes {
        return Err(Failure::input(
            "the members of a distinct channel cannot be changed",
        ));
    }
    let actor = call.actor(&[])?.unwrap_or_default();
    let alone = |named: &[String]| named.iter().all(|id| *id == actor);
    let joins = added
        .iter()
        .map(|member| member.user_id.clone())
        .collect::<Vec<_>>();
    let permission = match () {
        () if !roles && invited.is_empty() && added.is_empty() && alone(&removed) => {
            "remove-own-channel-membership"
        }
        () if !roles && invited.is_empty() && removed.is_empty() && alone(&joins) => {
            "add-own-channel-membership"
        }
        () => "update-channel-members",
    };
    let enough = world.demand(call, channel, permission, Subject::Channel);
    enough.or_else(|_| world.demand(call, channel, "update-channel-members", Subject::Channel))?;
    let from = if json::flag(body, "hide_history")?.unwrap_or(false) {
        Some(world.now())
    } else {
        None
    };
    let from = json::instant(body, "hide_history_before")?.or(from);
    add(world, call, cid, &added, false, from)?;
    add(world, call, cid, &invited, true, from)?;
    remove(world, call, cid, &removed)?;
    let moderators = promoted
        .iter()
        .map(|id| (id.clone(), "channel_moderator".to_owned()));
    let members = demoted
        .iter()
        .map(|id| (id.clone(), "channel_member".to_owned()));
    let others = assigned
        .into_iter()
        .filter_map(|member| Some((member.user_id, member.channel_role?)));
    for (user, role) in moderators.chain(members).chain(others) {
        members::assign(world, call, cid, &user, &role)?;
    }
    Ok(())
}

fn answer_invite(
    world: &mut World,
    call: &Call,
    cid: &str,
    actor: Option<&str>,
) -> Result<(), Failure> {
    let accept = json::flag(&call.body, "accept_invite")?.unwrap_or(false);
    let reject = json::flag(&call.body, "reject_invite")?.unwrap_or(false);
    if !accept && !reject {
        return Ok(());
    }
    let actor = actor
        .ok_or_else(|| Failure::input("an invitation is answered by a user"))?
        .to_owned();
    let now = world.now();
    let member = world
        .channel_mut(cid)?
        .members
        .get_mut(&actor)
        .filter(|member| member.invited);
    let member = member.ok_or_else(|| Failure::input("there is no invitation to answer"))?;
    (member.invite_accepted_at, member.invite_rejected_at) = if accept {
        (Some(now), None)
    } else {
        (None, Some(now))
    };
    let kind = if accept {
        "notification.invite_accepted"
    } else {
        "notification.invite_rejected"
    };
    let channel = world.channel(cid)?;
    let member = channel
        .members
        .get(&actor)
        .map(|member| world.member_json(member, false));
    let fields = json!({
        "user": world.user_json(&actor), "member": member, "channel": world.channel_json(channel, None),
    });
    let event = world.event(kind, Some(cid), fields);
    world.tell_user(&actor, &event);
    Ok(())
}

fn change_tags(world: &mut World, call: &Call, cid: &str) -> Result<(), Failure> {
    let added = json::texts(&call.body, "add_filter_tags")?;
    let removed = json::texts(&call.body, "remove_filter_tags")?;
    if added.is_empty() && removed.is_empty() {
        return Ok(());
    }
    world.demand(
        call,
        world.channel(cid)?,
        "update-channel",
        Subject::Channel,
    )?;
    let channel = world.channel_mut(cid)?;
    channel.filter_tags.extend(added);
    channel.filter_tags.sort();
    channel.filter_tags.dedup();
    channel.filter_tags.retain(|tag| !removed.contains(tag));
    Ok(())
}
