use serde_json::{Value, json};

use super::send::fill;
use crate::call::Call;
use crate::failure::Failure;
use crate::json;
use crate::world::{Message, Subject, World};

/// POST `/messages/{id}`: replaces the message.
pub(crate) fn update(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let given = json::object(&call.body, "message")?
        .ok_or_else(|| Failure::input("message is required"))?;
    let actor = call.need_actor(&[given])?;
    let mut message = changeable(world, call, call.path("id"), "update-message")?;
    let before = message.text.clone();
    message.updated_at = world.now();
    let parent = message.parent_id.clone();
    let kind = message.kind.clone();
    fill(world, call, &mut message, given)?;
    // A message stays in its thread, and of its kind, whatever the new body leaves out.
    message.parent_id = parent;
    message.kind = kind;
    put(world, call, message, &before, &actor)
}

/// A copy of a message the caller may change.
pub(super) fn changeable(
    world: &World,
    call: &Call,
    id: &str,
    permission: &str,
) -> Result<Message, Failure> {
    let message = super::get::readable(world, call, id)?;
    let channel = world.channel(&message.cid)?;
    world.demand(call, channel, permission, Subject::Of(&message.user_id))?;
    if message.deleted_at.is_some() {
        return Err(Failure::input(format!("message {id} is deleted")));
    }
    Ok(message.clone())
}

/// Puts the changed message in the place of the old one, and tells of it.
pub(super) fn put(
    world: &mut World,
    call: &Call,
    mut message: Message,
    before: &str,
    actor: &str,
) -> Result<Value, Failure> {
    if message.text != before {
        message.text_updated_at = Some(message.updated_at);
        message
            .history
            .push((before.to_owned(), message.updated_at));
    }
    let id = message.id.clone();
    world.messages.insert(id.clone(), message);
    world.tell_changed(call, "message.updated", &id, actor);
    let message = world.message(&id)?;
    Ok(json!({ "message": world.message_json(message, Some(actor)) }))
}

impl World {
    /// Tells that a message is not what it was.
    pub(crate) fn tell_changed(&mut self, call: &Call, kind: &str, id: &str, actor: &str) {
        let Some(message) = self.messages.get(id) else {
            return;
        };
        if message.pending.is_some() {
            return;
        }
        let cid = message.cid.clone();
        let mut fields =
            json!({ "message": self.message_json(message, Some("")), "message_id": id });
        if !actor.is_empty() {
            fields["user"] = self.user_json(actor);
        }
        if kind == "message.deleted" {
            fields["hard_delete"] = json!(false);
        }
        let event = self.event(kind, Some(&cid), fields);
        self.tell_watchers(Some(call), &cid, &event);
    }
}

/// POST `/messages/{id}/undelete`
pub(crate) fn undelete(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let by = json::text(&call.body, "undeleted_by")?
        .ok_or_else(|| Failure::input("undeleted_by is required"))?
        .to_owned();
    let id = call.path("id").to_owned();
    let now = world.now();
    let message = world.message_mut(&id)?;
    if message.deleted_at.take().is_none() {
        return Err(Failure::input(format!("message {id} is not deleted")));
    }
    message.updated_at = now;
    world.tell_changed(call, "message.undeleted", &id, &by);
    Ok(json!({ "message": world.message_json(world.message(&id)?, None) }))
}
