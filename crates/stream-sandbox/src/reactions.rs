//! Reactions: one of a type from each person.

use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::filter::matches;
use crate::json::{self, Object};
use crate::world::{Message, Reaction, Subject, World};

const FIELDS: &[&str] = &[
    "type",
    "score",
    "user",
    "user_id",
    "message_id",
    "created_at",
    "updated_at",
    "custom",
];

fn open<'a>(world: &'a World, call: &Call) -> Result<&'a Message, Failure> {
    let message = world.message(call.path("id"))?;
    let channel = world.channel(&message.cid)?;
    if !world.config_flag(channel, "reactions") {
        return Err(Failure::switched_off("reactions", &channel.kind));
    }
    if message.deleted_at.is_some() || !message.visible_to(call.viewer()?.as_deref()) {
        return Err(Failure::missing(format!(
            "Message with id {} doesn't exist",
            message.id
        )));
    }
    Ok(message)
}

/// POST `/messages/{id}/reaction`
pub(crate) fn send(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let given = json::object(&call.body, "reaction")?
        .ok_or_else(|| Failure::input("reaction is required"))?;
    let kind = json::text(given, "type")?
        .ok_or_else(|| Failure::input("reaction.type is required"))?
        .to_owned();
    let fits =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '+' | ':' | '.' | '-');
    if kind.is_empty() || kind.len() > 30 || !kind.chars().all(fits) {
        return Err(Failure::input(
            "reaction.type may have at most 30 letters, digits, and _+:.-",
        ));
    }
    let actor = call.need_actor(&[given])?;
    world.known_users([&actor])?;
    let message = open(world, call)?;
    let channel = world.channel(&message.cid)?;
    world.demand(call, channel, "create-reaction", Subject::Channel)?;
    if channel.frozen {
        return Err(Failure::forbidden("the channel is frozen"));
    }
    let unique = json::flag(&call.body, "enforce_unique")?.unwrap_or(false);
    let score = json::int(given, "score")?.unwrap_or(1);
    let custom = json::custom(given, FIELDS)?;
    let (id, now) = (message.id.clone(), world.now());
    let message = world.message_mut(&id)?;
    let old = message
        .reactions
        .iter()
        .position(|reaction| reaction.user_id == actor && reaction.kind == kind);
    let first = old.map(|at| message.reactions.remove(at).created_at);
    if unique {
        message
            .reactions
            .retain(|reaction| reaction.user_id != actor);
    }
    let reaction = Reaction {
        user_id: actor.clone(),
        kind,
        score,
        custom,
        created_at: first.unwrap_or(now),
        updated_at: now,
    };
    message.reactions.push(reaction.clone());
    tell(
        world,
        call,
        if first.is_some() {
            "reaction.updated"
        } else {
            "reaction.new"
        },
        &id,
        &reaction,
    );
    answer(world, &id, &reaction)
}

/// DELETE `/messages/{id}/reaction/{type}`
pub(crate) fn delete(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    let kind = call.path("kind").to_owned();
    let message = open(world, call)?;
    world.demand(
        call,
        world.channel(&message.cid)?,
        "delete-reaction",
        Subject::Of(&actor),
    )?;
    let id = message.id.clone();
    let message = world.message_mut(&id)?;
    let at = message
        .reactions
        .iter()
        .position(|reaction| reaction.user_id == actor && reaction.kind == kind);
    let at =
        at.ok_or_else(|| Failure::missing(format!("reaction {kind} of {actor} doesn't exist")))?;
    let reaction = message.reactions.remove(at);
    tell(world, call, "reaction.deleted", &id, &reaction);
    answer(world, &id, &reaction)
}

fn answer(world: &World, id: &str, reaction: &Reaction) -> Result<Value, Failure> {
    Ok(json!({
        "message": world.message_json(world.message(id)?, Some(&reaction.user_id)),
        "reaction": world.reaction_json(id, reaction),
    }))
}

fn tell(world: &mut World, call: &Call, kind: &str, id: &str, reaction: &Reaction) {
    let Some(message) = world.messages.get(id) else {
        return;
    };
    let cid = message.cid.clone();
    let fields = json!({
        "message": world.message_json(message, Some("")), "message_id": id,
        "reaction": world.reaction_json(id, reaction), "user": world.user_json(&reaction.user_id),
        "channel": world.channels.get(&cid).map(|channel| world.channel_json(channel, None)),
    });
    let event = world.event(kind, Some(&cid), fields);
    world.tell_watchers(Some(call), &cid, &event);
}

/// GET `/messages/{id}/reactions`
pub(crate) fn list(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let number = |name: &str, usual: usize, most: usize| match call.query(name) {
        None => Ok(usual),
        Some(text) => text
            .parse::<usize>()
            .ok()
            .filter(|number| *number <= most)
            .ok_or_else(|| Failure::input(format!("{name} must be between 0 and {most}"))),
    };
    page(
        world,
        call,
        &Object::new(),
        number("offset", 0, 1000)?,
        number("limit", 10, 300)?,
    )
}

/// POST `/messages/{id}/reactions`
pub(crate) fn query(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let empty = Object::new();
    let filter = json::object(&call.body, "filter")?.unwrap_or(&empty);
    let limit = json::count(&call.body, "limit", 10, 300)?;
    let from = json::text(&call.body, "next")?.map_or(Ok(0), str::parse::<usize>);
    page(
        world,
        call,
        filter,
        from.map_err(|_| Failure::input("next is no mark of a page"))?,
        limit,
    )
}

fn page(
    world: &World,
    call: &Call,
    filter: &Object,
    from: usize,
    limit: usize,
) -> Result<Value, Failure> {
    let message = open(world, call)?;
    world.demand(
        call,
        world.channel(&message.cid)?,
        "read-channel",
        Subject::Channel,
    )?;
    let mut found = Vec::new();
    for reaction in message.reactions.iter().rev() {
        let shown = world.reaction_json(&message.id, reaction);
        if matches(filter, &shown)? {
            found.push(shown);
        }
    }
    let more = found.len() > from + limit;
    let page: Vec<Value> = found.into_iter().skip(from).take(limit).collect();
    let mut out = json!({ "reactions": page });
    if more {
        out["next"] = json!((from + limit).to_string());
    }
    Ok(out)
}
