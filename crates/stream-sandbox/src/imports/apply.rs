use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::line::{Item, read};
use crate::channels::distinct_id;
use crate::json::{self, Object};
use crate::users::apply_details;
use crate::world::{
    CHANNEL_FIELDS, Channel, MESSAGE_FIELDS, Member, Message, Reaction, User, World,
};

/// What happens to what is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// It becomes what the file says.
    Upsert,
    /// It stays.
    Insert,
}

/// The analysis stops after so many wrong lines.
const MOST_ERRORS: usize = 25;

/// Applies a whole file, or nothing of it.
pub(super) fn run(
    world: &mut World,
    file: &[u8],
    mode: Mode,
    merge: bool,
) -> Result<Value, Vec<Value>> {
    let lines = file
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.iter().all(u8::is_ascii_whitespace));
    let mut items = Vec::new();
    let mut errors = Vec::new();
    for line in lines {
        match read(line) {
            Ok(item) => items.push(item),
            Err(error) => errors.push(error),
        }
        if errors.len() == MOST_ERRORS {
            return Err(errors);
        }
    }
    errors.extend(references(world, &items));
    if !errors.is_empty() {
        errors.truncate(MOST_ERRORS);
        return Err(errors);
    }
    let mut counts = [0_usize; 5];
    for (item, data) in &items {
        let column = match item {
            Item::User => 0,
            Item::Channel => 1,
            Item::Member => 2,
            Item::Message => 3,
            Item::Reaction => 4,
            Item::Device | Item::FutureBan => continue,
        };
        counts[column] += 1;
        let done = match item {
            Item::User => user(world, data, mode, merge),
            Item::Channel => channel(world, data, mode),
            Item::Member => member(world, data, mode),
            Item::Message => message(world, data, mode),
            _ => reaction(world, data, mode),
        };
        if let Err(failure) = done {
            tracing::debug!(
                reason = failure.reason,
                "a line of an import was passed over"
            );
        }
    }
    let [users, channels, members, messages, reactions] = counts;
    Ok(json!({ "total": {
        "users": users, "channels": channels, "members": members, "messages": messages, "reactions": reactions,
    } }))
}

/// The channel a line is about.
fn cid(data: &Object, kind: &str, id: &str, members: &str) -> String {
    let kind = text(data, kind);
    if let Some(id) = data.get(id).and_then(Value::as_str) {
        return format!("{kind}:{id}");
    }
    let mut ids = json::texts(data, members).unwrap_or_default();
    ids.sort_unstable();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    format!("{kind}:{}", distinct_id(&ids))
}

fn text(data: &Object, name: &str) -> String {
    data.get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// Wrong order, doubles, and names of what is nowhere.
fn references(world: &World, items: &[(Item, Object)]) -> Vec<Value> {
    let mut seen: HashSet<(Item, String)> = HashSet::new();
    let mut last = Item::User;
    let mut errors = Vec::new();
    for (item, data) in items {
        let mut wrong = |error: String| {
            errors.push(json!({ "error": error, "item_type": format!("{item:?}").to_lowercase(), "item": data }))
        };
        if *item < last {
            wrong("items are out of order".to_owned());
        }
        last = last.max(*item);
        let user =
            |id: &str| world.users.contains_key(id) || seen.contains(&(Item::User, id.to_owned()));
        let channel = |cid: &str| {
            world.channels.contains_key(cid) || seen.contains(&(Item::Channel, cid.to_owned()))
        };
        let said = |id: &str| {
            world.messages.contains_key(id) || seen.contains(&(Item::Message, id.to_owned()))
        };
        let (key, people, place) = match item {
            Item::User => (text(data, "id"), vec![], None),
            Item::Device => (text(data, "id"), vec![text(data, "user_id")], None),
            Item::FutureBan => (
                text(data, "target_id"),
                vec![text(data, "created_by")],
                None,
            ),
            Item::Channel => (
                cid(data, "type", "id", "member_ids"),
                vec![text(data, "created_by")],
                None,
            ),
            Item::Member => {
                let cid = cid(data, "channel_type", "channel_id", "channel_member_ids");
                (
                    format!("{cid} {}", text(data, "user_id")),
                    vec![text(data, "user_id")],
                    Some(cid),
                )
            }
            Item::Message => {
                let cid = cid(data, "channel_type", "channel_id", "channel_member_ids");
                (text(data, "id"), vec![text(data, "user")], Some(cid))
            }
            Item::Reaction => {
                let key = format!(
                    "{} {} {}",
                    text(data, "message_id"),
                    text(data, "user_id"),
                    text(data, "type")
                );
                (key, vec![text(data, "user_id")], None)
            }
        };
        if let Some(missing) = people.iter().find(|id| !user(id)) {
            wrong(format!("user {missing} does not exist"));
        }
        if let Some(missing) = place.filter(|cid| !channel(cid)) {
            wrong(format!("channel {missing} does not exist"));
        }
        let parent = if *item == Item::Reaction {
            text(data, "message_id")
        } else {
            text(data, "parent_id")
        };
        if !parent.is_empty() && !said(&parent) {
            wrong(format!("message {parent} does not exist"));
        }
        if !seen.insert((*item, key)) {
            wrong("duplicate item".to_owned());
        }
    }
    errors
}

type Done = Result<(), crate::failure::Failure>;

fn at(
    data: &Object,
    name: &str,
    otherwise: Timestamp,
) -> Result<Timestamp, crate::failure::Failure> {
    Ok(json::instant(data, name)?.unwrap_or(otherwise))
}

fn user(world: &mut World, data: &Object, mode: Mode, merge: bool) -> Done {
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

fn channel(world: &mut World, data: &Object, mode: Mode) -> Done {
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

fn member(world: &mut World, data: &Object, mode: Mode) -> Done {
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

fn message(world: &mut World, data: &Object, mode: Mode) -> Done {
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

/// Puts a message where its time says.
fn place(world: &mut World, cid: &str, message: Message) -> Done {
    let (id, created) = (message.id.clone(), message.created_at);
    let earlier = |other: &String| {
        world
            .messages
            .get(other)
            .is_none_or(|other| other.created_at <= created)
    };
    let channel = world
        .channels
        .get(cid)
        .ok_or_else(|| crate::failure::Failure::missing("no channel"))?;
    let mut timeline: Vec<String> = channel
        .timeline
        .iter()
        .filter(|other| **other != id)
        .cloned()
        .collect();
    let at = timeline.partition_point(earlier);
    timeline.insert(at, id.clone());
    let in_channel = message.in_channel();
    world.messages.insert(id, message);
    let channel = world.channel_mut(cid)?;
    channel.timeline = timeline;
    if in_channel {
        channel.last_message_at = channel.last_message_at.max(Some(created));
    }
    Ok(())
}

fn reaction(world: &mut World, data: &Object, mode: Mode) -> Done {
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
