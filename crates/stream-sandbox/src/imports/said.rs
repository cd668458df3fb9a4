//! Messages and reactions of an import.

use super::Mode;
use super::fields::{at, cid, text};
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::{MESSAGE_FIELDS, Message, Reaction, World};

pub(super) fn message(world: &mut World, data: &Object, mode: Mode) -> Result<(), Failure> {
    let cid = cid(data, "channel_type", "channel_id", "channel_member_ids");
    let id = text(data, "id");
    let old = world.messages.get(&id).cloned();
    if old.is_some() && mode == Mode::Insert {
        return Ok(());
    }
    let now = world.now();
    let created = at(data, "created_at", now)?;
    let mut message = Message::new(id.clone(), &cid, &text(data, "user"), created);
    message.text = text(data, "text");
    let kind = json::text(data, "type")?.unwrap_or("regular");
    if kind != "deleted" {
        kind.clone_into(&mut message.kind);
    }
    message.parent_id = json::text(data, "parent_id")?
        .filter(|id| !id.is_empty())
        .map(str::to_owned);
    message.show_in_channel = json::flag(data, "show_in_channel")?.unwrap_or(false);
    message.attachments = json::list(data, "attachments")?.to_vec();
    message.mentioned_users = json::texts(data, "mentioned_users_ids")?;
    message.quoted_message_id = json::text(data, "quoted_message_id")?.map(str::to_owned);
    message.restricted_visibility = json::texts(data, "restricted_visibility")?;
    message.pinned_at = json::instant(data, "pinned_at")?;
    message.pinned_by = json::text(data, "pinned_by_id")?.map(str::to_owned);
    message.deleted_at = json::instant(data, "deleted_at")?;
    message.reactions = old.map(|old| old.reactions).unwrap_or_default();
    let places = [
        "channel_type",
        "channel_id",
        "channel_member_ids",
        "mentioned_users_ids",
        "pinned_by_id",
    ];
    message.custom = json::custom(data, &[MESSAGE_FIELDS, &places].concat())?;
    place(world, &cid, message)
}

/// Puts a message where its time says: nearly always last.
fn place(world: &mut World, cid: &str, message: Message) -> Result<(), Failure> {
    let (id, created, in_channel) = (message.id.clone(), message.created_at, message.in_channel());
    let old = world.messages.get(&id);
    let stays = old.is_some_and(|old| old.cid == cid && old.created_at == created);
    if let Some(left) = old.filter(|_| !stays).map(|old| old.cid.clone())
        && let Some(left) = world.channels.get_mut(&left)
    {
        left.timeline.retain(|other| *other != id);
    }
    world.keep_message(message);
    let messages = &world.messages;
    let channel = world
        .channels
        .get_mut(cid)
        .ok_or_else(|| Failure::missing("no channel"))?;
    if !stays {
        let earlier = |other: &String| {
            let other = messages.get(other);
            other.is_none_or(|other| other.created_at <= created)
        };
        let at = channel.timeline.partition_point(earlier);
        channel.timeline.insert(at, id);
    }
    if in_channel {
        channel.last_message_at = channel.last_message_at.max(Some(created));
    }
    Ok(())
}

pub(super) fn reaction(world: &mut World, data: &Object, mode: Mode) -> Result<(), Failure> {
    let (user_id, kind) = (text(data, "user_id"), text(data, "type"));
    let now = world.now();
    let created = at(data, "created_at", now)?;
    let custom = json::custom(
        data,
        &[
            "message_id",
            "type",
            "user_id",
            "created_at",
            "updated_at",
            "score",
        ],
    )?;
    let score = json::int(data, "score")?.unwrap_or(1);
    let message = world.message_mut(&text(data, "message_id"))?;
    let old = message
        .reactions
        .iter()
        .position(|other| other.user_id == user_id && other.kind == kind);
    match old {
        Some(_) if mode == Mode::Insert => return Ok(()),
        Some(at) => drop(message.reactions.remove(at)),
        None => {}
    }
    message.reactions.push(Reaction {
        user_id,
        kind,
        score,
        custom,
        created_at: created,
        updated_at: created,
    });
    Ok(())
}
