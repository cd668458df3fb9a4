use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json;
use crate::world::{Subject, World};

/// POST `/channels/{type}/{id}/hide`: until the next message.
pub(crate) fn hide(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let clear = json::flag(&call.body, "clear_history")?.unwrap_or(false);
    change(world, call, true, clear)
}

/// POST `/channels/{type}/{id}/show`
pub(crate) fn show(world: &mut World, call: &Call) -> Result<Value, Failure> {
    change(world, call, false, false)
}

fn change(world: &mut World, call: &Call, hidden: bool, clear: bool) -> Result<Value, Failure> {
    let cid = call.cid();
    let actor = call.need_actor(&[])?;
    world.demand(call, world.channel(&cid)?, "read-channel", Subject::Channel)?;
    let now = world.now();
    let member = world.channel_mut(&cid)?.members.get_mut(&actor);
    let member =
        member.ok_or_else(|| Failure::input(format!("user {actor} is no member of {cid}")))?;
    member.hidden = hidden;
    if clear {
        member.hide_messages_before = Some(now);
    }
    let channel = world.channel(&cid)?;
    let mut fields = json!({ "channel": world.channel_json(channel, Some(&actor)), "user": world.user_json(&actor) });
    if hidden {
        fields["clear_history"] = json!(clear);
    }
    let event = world.event(
        if hidden {
            "channel.hidden"
        } else {
            "channel.visible"
        },
        Some(&cid),
        fields,
    );
    world.tell_user(&actor, &event);
    world.call_hooks(Some(call), Some(&cid), &event);
    Ok(json!({}))
}

/// POST `/channels/{type}/{id}/stop-watching`
pub(crate) fn stop_watching(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let cid = call.cid();
    world.channel(&cid)?;
    let connection = world.need_connection(call)?;
    world.connections.unwatch(&connection, &cid);
    if let Some(user) = world.connections.user(&connection) {
        world.tell_watching("user.watching.stop", &cid, &user);
    }
    Ok(json!({}))
}
