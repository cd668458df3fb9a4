//! Users, channels and members of an import.

use super::Mode;
use super::fields::{at, cid, text};
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::users::apply_details;
use crate::world::{CHANNEL_FIELDS, Channel, Member, User, World};

pub(super) fn user(
    world: &mut World,
    data: &Object,
    mode: Mode,
    merge: bool,
) -> Result<(), Failure> {
    let id = text(data, "id");
    let now = world.now();
    let old = world.users.get(&id).cloned();
    if old.is_some() && mode == Mode::Insert {
        return Ok(());
    }
    let mut user = old.unwrap_or_else(|| User::new(&id, now));
    if !merge {
        user.custom.clear();
    }
    let mut data = data.clone();
    let dates = (
        at(&data, "created_at", user.created_at)?,
        json::instant(&data, "deactivated_at")?,
    );
    for name in [
        "created_at",
        "deleted_at",
        "deactivated_at",
        "user_mutes",
        "channel_mutes",
        "push_preferences",
    ] {
        data.remove(name);
    }
    apply_details(&mut user, &data, true)?;
    (user.created_at, user.deactivated_at) = dates;
    user.updated_at = now;
    world.users.insert(id, user);
    Ok(())
}

pub(super) fn channel(world: &mut World, data: &Object, mode: Mode) -> Result<(), Failure> {
    let cid = cid(data, "type", "id", "member_ids");
    if world.channels.contains_key(&cid) && mode == Mode::Insert {
        return Ok(());
    }
    let now = world.now();
    let created = at(data, "created_at", now)?;
    let (kind, id) = cid.split_once(':').unwrap_or_default();
    let mut channel = world
        .channels
        .remove(&cid)
        .unwrap_or_else(|| Channel::new(kind, id, &text(data, "created_by"), created));
    channel.created_at = created;
    channel.custom = json::custom(
        data,
        &[CHANNEL_FIELDS, &["member_ids", "banned_users"]].concat(),
    )?;
    if let Some(custom) = json::object(data, "custom")? {
        channel.custom.extend(custom.clone());
    }
    channel.frozen = json::flag(data, "frozen")?.unwrap_or(false);
    channel.disabled = json::flag(data, "disabled")?.unwrap_or(false);
    channel.team = json::text(data, "team")?.map(str::to_owned);
    for member in json::texts(data, "member_ids")? {
        channel
            .members
            .entry(member.clone())
            .or_insert_with(|| Member::new(&member, created));
    }
    world.channels.insert(cid, channel);
    Ok(())
}

pub(super) fn member(world: &mut World, data: &Object, mode: Mode) -> Result<(), Failure> {
    let cid = cid(data, "channel_type", "channel_id", "channel_member_ids");
    let id = text(data, "user_id");
    let now = world.now();
    let channel = world.channel_mut(&cid)?;
    if channel.members.contains_key(&id) && mode == Mode::Insert {
        return Ok(());
    }
    let mut member = Member::new(&id, at(data, "created_at", now)?);
    if let Some(role) = json::text(data, "channel_role")? {
        role.clone_into(&mut member.channel_role);
    }
    // Without a mark of its own, everything imported counts as read.
    member.last_read = at(data, "last_read", now)?;
    member.hidden = json::flag(data, "hide_channel")?.unwrap_or(false);
    member.hide_messages_before = json::instant(data, "hide_messages_before")?;
    member.archived_at = json::instant(data, "archived_at")?;
    member.invited = json::flag(data, "invited")?.unwrap_or(false);
    let known = [
        "user_id",
        "channel_type",
        "channel_id",
        "channel_member_ids",
        "channel_role",
        "is_moderator",
        "created_at",
        "invited",
        "invited_accepted_at",
        "invited_rejected_at",
        "invite_accepted_at",
        "invite_rejected_at",
        "last_read",
        "hide_channel",
        "hide_messages_before",
        "archived_at",
    ];
    member.custom = json::custom(data, &known)?;
    channel.members.insert(id, member);
    Ok(())
}
