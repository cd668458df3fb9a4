use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json;
use crate::world::World;

/// POST `/channels/delivered`. Channels that keep no delivery receipts are passed over.
pub(crate) fn delivered(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    let items = json::list(&call.body, "latest_delivered_messages")?;
    if items.len() > 100 {
        return Err(Failure::input(
            "at most 100 deliveries may be told in one call",
        ));
    }
    for item in items {
        let item = item
            .as_object()
            .ok_or_else(|| Failure::input("a delivery must be an object"))?;
        let cid = json::text(item, "cid")?.ok_or_else(|| Failure::input("cid is required"))?;
        let id = json::text(item, "id")?.ok_or_else(|| Failure::input("id is required"))?;
        one(world, call, &actor, cid, id)?;
    }
    Ok(json!({}))
}

fn one(world: &mut World, call: &Call, actor: &str, cid: &str, id: &str) -> Result<(), Failure> {
    let channel = world.channel(cid)?;
    if !world.config_flag(channel, "delivery_events") {
        return Ok(());
    }
    let message = world.message(id)?;
    if message.cid != cid {
        return Err(Failure::input(format!(
            "message {id} is not in channel {cid}"
        )));
    }
    let at = message.created_at;
    let member = world.channel_mut(cid)?.members.get_mut(actor);
    let member =
        member.ok_or_else(|| Failure::forbidden(format!("user {actor} is no member of {cid}")))?;
    if member.last_delivered_at.is_some_and(|before| before >= at) {
        return Ok(());
    }
    member.last_delivered_at = Some(at);
    member.last_delivered_message_id = Some(id.to_owned());
    let fields = json!({
        "user": world.user_json(actor), "last_delivered_at": at, "last_delivered_message_id": id,
    });
    let event = world.event("message.delivered", Some(cid), fields);
    world.tell_watchers(Some(call), cid, &event);
    Ok(())
}
