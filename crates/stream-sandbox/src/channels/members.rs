use jiff::Timestamp;
use serde_json::{Value, json};

use super::query::join;
use super::requested_members::Requested;
use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::{Subject, World};

/// Adds people; who is in already stays as they are. History before `from` is hidden from new ones.
pub(super) fn add(
    world: &mut World,
    call: &Call,
    cid: &str,
    members: &[Requested],
    invited: bool,
    from: Option<Timestamp>,
) -> Result<(), Failure> {
    world.known_users(members.iter().map(|member| &member.user_id))?;
    for role in members
        .iter()
        .filter_map(|member| member.channel_role.as_deref())
    {
        world.known_role(role)?;
    }
    for requested in members {
        let now = world.now();
        let channel = world.channel_mut(cid)?;
        if channel.members.contains_key(&requested.user_id) {
            continue;
        }
        join(channel, requested, now);
        channel.updated_at = now;
        if let Some(member) = channel.members.get_mut(&requested.user_id) {
            member.invited = invited;
            member.hide_messages_before = from;
        }
        tell(world, call, cid, "member.added", &requested.user_id);
        let notice = if invited {
            "notification.invited"
        } else {
            "notification.added_to_channel"
        };
        notify(world, cid, notice, &requested.user_id);
    }
    Ok(())
}

/// Removes people; their connections stop watching what they can no longer read.
pub(super) fn remove(
    world: &mut World,
    call: &Call,
    cid: &str,
    users: &[String],
) -> Result<(), Failure> {
    for user in users {
        let now = world.now();
        let channel = world.channel_mut(cid)?;
        let owner = channel.created_by == *user;
        let Some(member) = channel.members.remove(user) else {
            continue;
        };
        channel.updated_at = now;
        let fields = fields(world, cid, user, world.member_json(&member, owner));
        let event = world.event("member.removed", Some(cid), fields.clone());
        world.tell_watchers(Some(call), cid, &event);
        let channel = world.channel(cid)?;
        if !world.may(channel, user, "read-channel", Subject::Channel) {
            for connection in world.connections.of(user) {
                world.connections.unwatch(&connection, cid);
            }
        }
        let event = world.event("notification.removed_from_channel", Some(cid), fields);
        world.tell_user(user, &event);
    }
    Ok(())
}

/// Gives a member another role in the channel.
pub(super) fn assign(
    world: &mut World,
    call: &Call,
    cid: &str,
    user: &str,
    role: &str,
) -> Result<(), Failure> {
    world.known_role(role)?;
    let now = world.now();
    let member = world.channel_mut(cid)?.members.get_mut(user);
    let member =
        member.ok_or_else(|| Failure::input(format!("user {user} is no member of {cid}")))?;
    role.clone_into(&mut member.channel_role);
    member.updated_at = now;
    tell(world, call, cid, "member.updated", user);
    Ok(())
}

/// PATCH `/channels/{type}/{id}/member/{user_id}`
pub(crate) fn update_member(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let cid = call.cid();
    let named = Some(call.path("user_id"))
        .filter(|id| !id.is_empty())
        .map(str::to_owned);
    let user = match named {
        Some(user) => user,
        None => call.need_actor(&[])?,
    };
    if !call.server() && call.actor(&[])?.as_deref() != Some(user.as_str()) {
        return Err(Failure::forbidden(
            "a client may only update its own membership",
        ));
    }
    let empty = Object::new();
    let set = json::object(&call.body, "set")?.unwrap_or(&empty);
    let unset = json::texts(&call.body, "unset")?;
    if !call.server() && set.contains_key("channel_role") {
        return Err(Failure::forbidden(
            "the role of a member may only be set by a server",
        ));
    }
    if let Some(role) = json::text(set, "channel_role")? {
        world.known_role(role)?;
    }
    let now = world.now();
    let missing = || Failure::missing(format!("user {user} is no member of {cid}"));
    let member = world
        .channel_mut(&cid)?
        .members
        .get_mut(&user)
        .ok_or_else(missing)?;
    for (name, since) in [
        ("archived", &mut member.archived_at),
        ("pinned", &mut member.pinned_at),
    ] {
        match json::flag(set, name)? {
            Some(true) => *since = Some(now),
            Some(false) => *since = None,
            None if unset.iter().any(|field| field == name) => *since = None,
            None => {}
        }
    }
    if let Some(role) = json::text(set, "channel_role")? {
        role.clone_into(&mut member.channel_role);
    }
    let custom = json::custom(set, &["archived", "pinned", "channel_role"])?;
    json::patch(&mut member.custom, &custom, &unset)?;
    member.updated_at = now;
    tell(world, call, &cid, "member.updated", &user);
    let channel = world.channel(&cid)?;
    let member = channel.members.get(&user).ok_or_else(missing)?;
    Ok(json!({ "channel_member": world.member_json(member, user == channel.created_by) }))
}

fn fields(world: &World, cid: &str, user: &str, member: Value) -> Value {
    let channel = world
        .channels
        .get(cid)
        .map(|channel| world.channel_json(channel, None));
    json!({ "member": member, "user": world.user_json(user), "channel": channel })
}

fn current(world: &World, cid: &str, user: &str) -> Option<Value> {
    let channel = world.channel(cid).ok()?;
    let member = channel.members.get(user)?;
    Some(fields(
        world,
        cid,
        user,
        world.member_json(member, channel.created_by == user),
    ))
}

fn tell(world: &mut World, call: &Call, cid: &str, kind: &str, user: &str) {
    if let Some(fields) = current(world, cid, user) {
        let event = world.event(kind, Some(cid), fields);
        world.tell_watchers(Some(call), cid, &event);
    }
}

fn notify(world: &mut World, cid: &str, kind: &str, user: &str) {
    if let Some(fields) = current(world, cid, user) {
        let event = world.event(kind, Some(cid), fields);
        world.tell_user_elsewhere(user, cid, &event);
    }
}
