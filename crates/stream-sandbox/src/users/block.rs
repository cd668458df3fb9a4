use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json;
use crate::world::World;

fn who(call: &Call) -> Result<(String, String), Failure> {
    let target = json::text(&call.body, "blocked_user_id")?;
    let target = target.ok_or_else(|| Failure::input("blocked_user_id is required"))?;
    Ok((call.need_actor(&[])?, target.to_owned()))
}

/// POST `/users/block`
pub(crate) fn block(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let (actor, target) = who(call)?;
    world.known_users([&target])?;
    let now = world.now();
    let user = world.user_mut(&actor)?;
    user.blocked.retain(|(id, _)| *id != target);
    user.blocked.push((target.clone(), now));
    Ok(json!({ "blocked_by_user_id": actor, "blocked_user_id": target, "created_at": now }))
}

/// POST `/users/unblock`
pub(crate) fn unblock(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let (actor, target) = who(call)?;
    world
        .user_mut(&actor)?
        .blocked
        .retain(|(id, _)| *id != target);
    Ok(json!({}))
}

/// GET `/users/block`
pub(crate) fn blocked(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    let blocks = world.user(&actor)?.blocked.iter().map(|(id, at)| {
        json!({
            "user_id": actor, "user": world.user_json(&actor),
            "blocked_user_id": id, "blocked_user": world.user_json(id), "created_at": at,
        })
    });
    Ok(json!({ "blocks": blocks.collect::<Vec<_>>() }))
}
