use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json;
use crate::world::World;

/// POST `/messages/{id}/commit`: a pending message becomes one everybody sees.
pub(crate) fn commit(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let id = call.path("id").to_owned();
    let message = world.message_mut(&id)?;
    if message.pending.take().is_none() {
        return Err(Failure::input(format!("message {id} is not pending")));
    }
    let message = message.clone();
    world.tell_new_message(Some(call), &message);
    Ok(json!({ "message": world.message_json(&message, None) }))
}

/// POST `/messages/{id}/action`: no command has actions here, so there is nothing to run.
pub(crate) fn act(world: &mut World, call: &Call) -> Result<Value, Failure> {
    super::get::readable(world, call, call.path("id"))?;
    json::object(&call.body, "form_data")?
        .ok_or_else(|| Failure::input("form_data is required"))?;
    Err(Failure::input("the message has no such action"))
}
