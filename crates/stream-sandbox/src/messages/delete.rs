use serde_json::{Value, json};

use super::change::changeable;
use crate::call::Call;
use crate::failure::Failure;
use crate::world::World;

/// DELETE `/messages/{id}`
pub(crate) fn delete(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let id = call.path("id").to_owned();
    let hard = call.query_flag("hard");
    let by = call.query("deleted_by").map(str::to_owned);
    let actor = match call.actor(&[])? {
        Some(actor) => actor,
        None => by.unwrap_or_default(),
    };
    if call.query_flag("delete_for_me") {
        return for_me(world, call, &id, &actor);
    }
    if hard {
        // What was deleted softly may be deleted for ever afterwards.
        let message = world.message(&id)?.clone();
        call.server_only()
            .or_else(|_| changeable(world, call, &id, "delete-message").map(drop))?;
        let cid = message.cid.clone();
        let mut shown = world.message_json(&message, Some(""));
        shown["type"] = json!("deleted");
        shown["deleted_at"] = json!(world.now());
        let mut fields = json!({ "message": shown, "message_id": id, "hard_delete": true });
        if !actor.is_empty() {
            fields["user"] = world.user_json(&actor);
        }
        world.forget_message(&id);
        let event = world.event("message.deleted", Some(&cid), fields);
        world.tell_watchers(Some(call), &cid, &event);
        return Ok(json!({ "message": shown }));
    }
    changeable(world, call, &id, "delete-message")?;
    let now = world.now();
    let message = world.message_mut(&id)?;
    message.deleted_at = Some(now);
    message.updated_at = now;
    world.tell_changed(call, "message.deleted", &id, &actor);
    let viewer = call.viewer()?;
    Ok(json!({ "message": world.message_json(world.message(&id)?, viewer.as_deref()) }))
}

fn for_me(world: &mut World, call: &Call, id: &str, actor: &str) -> Result<Value, Failure> {
    let message = super::get::readable(world, call, id)?;
    let (cid, mut shown) = (
        message.cid.clone(),
        world.message_json(message, Some(actor)),
    );
    shown["deleted_for_me"] = json!(true);
    world.message_mut(id)?.deleted_for.insert(actor.to_owned());
    let fields = json!({
        "message": shown, "message_id": id, "hard_delete": false, "deleted_for_me": true, "user": world.user_json(actor),
    });
    let event = world.event("message.deleted", Some(&cid), fields);
    world.tell_user(actor, &event);
    Ok(json!({ "message": shown }))
}

impl World {
    /// Removes a message for ever, with its replies. The id may be used again.
    pub(crate) fn forget_message(&mut self, id: &str) {
        let replies: Vec<String> = self.replies(id).map(|reply| reply.id.clone()).collect();
        let Some(message) = self.messages.remove(id) else {
            return;
        };
        for reply in &replies {
            self.messages.remove(reply);
        }
        if let Some(channel) = self.channels.get_mut(&message.cid) {
            channel
                .timeline
                .retain(|other| other != id && !replies.contains(other));
        }
    }
}
