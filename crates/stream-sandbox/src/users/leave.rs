use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::{World, uuid};

/// POST `/users/{id}/deactivate`
pub(crate) fn deactivate(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let id = call.path("id").to_owned();
    switch_off(world, call, &id)?;
    Ok(json!({ "user": world.user_json(&id) }))
}

/// POST `/users/{id}/reactivate`
pub(crate) fn reactivate(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let id = call.path("id").to_owned();
    switch_on(world, call, &id)?;
    if let Some(name) = json::text(&call.body, "name")? {
        world.user_mut(&id)?.name = Some(name.to_owned());
    }
    Ok(json!({ "user": world.user_json(&id) }))
}

/// POST `/users/deactivate`
pub(crate) fn deactivate_many(world: &mut World, call: &Call) -> Result<Value, Failure> {
    many(world, call, switch_off)
}

/// POST `/users/reactivate`
pub(crate) fn reactivate_many(world: &mut World, call: &Call) -> Result<Value, Failure> {
    many(world, call, switch_on)
}

/// POST `/users/restore`
pub(crate) fn restore(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    for id in json::few_texts(&call.body, "user_ids", super::MOST)? {
        world.user_mut(&id)?.deleted_at = None;
    }
    Ok(json!({}))
}

/// POST `/users/delete`
pub(crate) fn delete_many(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let hard = |name: &str| Ok::<_, Failure>(json::text(&call.body, name)? == Some("hard"));
    let (user, messages, conversations) =
        (hard("user")?, hard("messages")?, hard("conversations")?);
    if user && !(messages && conversations) {
        return Err(Failure::input(
            "a hard deleted user needs messages and conversations hard deleted too",
        ));
    }
    let also_messages = json::text(&call.body, "messages")?.is_some();
    many(world, call, |world, call, id| {
        remove(world, call, id, user, also_messages)
    })
}

/// DELETE `/users/{id}`
pub(crate) fn delete(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let id = call.path("id").to_owned();
    let user = world.user_json(&id);
    world.user(&id)?;
    let hard = call.query_flag("hard_delete");
    remove(
        world,
        call,
        &id,
        hard,
        hard || call.query_flag("mark_messages_deleted"),
    )?;
    Ok(json!({ "user": user }))
}

/// GET `/users/{id}/export`
pub(crate) fn export(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let id = call.path("id");
    world.user(id)?;
    let own = world
        .messages
        .values()
        .filter(|message| message.user_id == id);
    let messages: Vec<Value> = own
        .map(|message| world.message_json(message, None))
        .collect();
    let reactions: Vec<Value> = world
        .messages
        .values()
        .flat_map(|message| {
            message
                .reactions
                .iter()
                .map(move |reaction| (message, reaction))
        })
        .filter(|(_, reaction)| reaction.user_id == id)
        .map(|(message, reaction)| world.reaction_json(&message.id, reaction))
        .collect();
    Ok(json!({ "user": world.full_user_json(id), "messages": messages, "reactions": reactions }))
}

type Step<'a> = &'a dyn Fn(&mut World, &Call, &str) -> Result<(), Failure>;

/// Does a thing to each user of `user_ids`, as a task that is finished at once.
fn many(
    world: &mut World,
    call: &Call,
    step: impl Fn(&mut World, &Call, &str) -> Result<(), Failure>,
) -> Result<Value, Failure> {
    call.server_only()?;
    let step: Step<'_> = &step;
    let ids = json::few_texts(&call.body, "user_ids", super::MOST)?;
    if ids.is_empty() {
        return Err(Failure::input("user_ids is required"));
    }
    world.known_users(&ids)?;
    let mut result = Object::new();
    for id in &ids {
        let outcome = match step(world, call, id) {
            Ok(()) => json!({ "status": "ok" }),
            Err(failure) => json!({ "status": "error", "error": failure.reason }),
        };
        result.insert(id.clone(), outcome);
    }
    Ok(json!({ "task_id": world.finished_task(result) }))
}

impl World {
    /// Notes a task that is done; says its id.
    pub(crate) fn finished_task(&mut self, result: Object) -> String {
        let id = uuid();
        let now = self.now();
        self.tasks.insert(id.clone(), (now, result));
        id
    }
}

fn switch_off(world: &mut World, call: &Call, id: &str) -> Result<(), Failure> {
    let now = world.now();
    let user = world.user_mut(id)?;
    if user.deactivated_at.is_some() {
        return Err(Failure::input(format!(
            "the user {id} is already deactivated"
        )));
    }
    user.deactivated_at = Some(now);
    user.updated_at = now;
    tell(world, call, "user.deactivated", id);
    Ok(())
}

fn switch_on(world: &mut World, call: &Call, id: &str) -> Result<(), Failure> {
    let now = world.now();
    let user = world.user_mut(id)?;
    if user.deactivated_at.is_none() {
        return Err(Failure::input(format!("the user {id} is not deactivated")));
    }
    user.deactivated_at = None;
    user.updated_at = now;
    tell(world, call, "user.reactivated", id);
    Ok(())
}

fn remove(
    world: &mut World,
    call: &Call,
    id: &str,
    hard: bool,
    messages: bool,
) -> Result<(), Failure> {
    let now = world.now();
    world.user_mut(id)?.deleted_at = Some(now);
    tell(world, call, "user.deleted", id);
    let theirs: Vec<String> = world
        .messages
        .values()
        .filter(|message| message.user_id == id)
        .map(|message| message.id.clone())
        .collect();
    for message in theirs.iter().filter(|_| messages) {
        if hard {
            world.forget_message(message);
        } else if let Some(message) = world.messages.get_mut(message) {
            message.deleted_at = Some(now);
        }
    }
    for channel in world.channels.values_mut() {
        channel.members.remove(id);
    }
    world.connections.cut(Some(id));
    if hard {
        world.users.remove(id);
        world.gone_users.insert(id.to_owned());
    }
    Ok(())
}

fn tell(world: &mut World, call: &Call, kind: &str, id: &str) {
    let fields = json!({ "user": world.user_json(id) });
    let event = world.event(kind, None, fields);
    world.tell_presence(id, &event);
    world.call_hooks(Some(call), None, &event);
}
