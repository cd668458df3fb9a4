use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::{Subject, World, cid_parts};

/// DELETE `/channels/{type}/{id}`
pub(crate) fn delete(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let cid = call.cid();
    let channel = world.channel(&cid)?;
    world.demand(call, channel, "delete-channel", Subject::Channel)?;
    let shown = remove(world, call, &cid, call.query_flag("hard_delete"))?;
    Ok(json!({ "channel": shown }))
}

/// POST `/channels/delete`
pub(crate) fn delete_many(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let hard = json::flag(&call.body, "hard_delete")?.unwrap_or(false);
    let cids = json::few_texts(&call.body, "cids", 100)?;
    if cids.is_empty() || cids.iter().any(|cid| cid_parts(cid).is_none()) {
        return Err(Failure::input("cids must name channels as type:id"));
    }
    let mut result = Object::new();
    for cid in &cids {
        let outcome = match remove(world, call, cid, hard) {
            Ok(_) => json!({ "status": "ok" }),
            Err(failure) => json!({ "status": "error", "error": failure.reason }),
        };
        result.insert(cid.clone(), outcome);
    }
    Ok(json!({ "task_id": world.finished_task(result.clone()), "result": result }))
}

fn remove(world: &mut World, call: &Call, cid: &str, hard: bool) -> Result<Value, Failure> {
    let now = world.now();
    world.channel(cid)?;
    let actor = call.actor(&[])?;
    let mut shown = world.channel_json(world.channel(cid)?, None);
    shown["deleted_at"] = json!(now);
    let mut fields = json!({ "channel": shown });
    if let Some(actor) = actor {
        fields["user"] = world.user_json(&actor);
    }
    let event = world.event("channel.deleted", Some(cid), fields.clone());
    world.tell_watchers(Some(call), cid, &event);
    let event = world.event("notification.channel_deleted", Some(cid), fields);
    world.tell_members_elsewhere(cid, &event);
    for connection in world.connections.watching(cid) {
        world.connections.unwatch(&connection, cid);
    }
    let timeline = world.channel(cid)?.timeline.clone();
    if hard {
        for id in timeline {
            world.forget_message(&id);
        }
        world.channels.remove(cid);
    } else {
        world.channel_mut(cid)?.deleted_at = Some(now);
    }
    Ok(shown)
}
