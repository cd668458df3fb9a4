use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json;
use crate::world::World;

fn key(call: &Call, parent: Option<&str>) -> Result<(String, String), Failure> {
    Ok((
        call.need_actor(&[])?,
        format!("{}/{}", call.cid(), parent.unwrap_or_default()),
    ))
}

/// POST `/channels/{type}/{id}/draft`
pub(crate) fn set_draft(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let cid = call.cid();
    world.channel(&cid)?;
    let message = json::object(&call.body, "message")?
        .ok_or_else(|| Failure::input("message is required"))?;
    let key = key(call, json::text(message, "parent_id")?)?;
    let draft = json!({ "channel_cid": cid, "created_at": world.now(), "message": message });
    world.drafts.insert(key, draft.clone());
    Ok(json!({ "draft": draft }))
}

/// GET `/channels/{type}/{id}/draft`
pub(crate) fn draft(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let draft = world.drafts.get(&key(call, call.query("parent_id"))?);
    draft
        .map(|draft| json!({ "draft": draft }))
        .ok_or_else(|| Failure::missing("there is no draft"))
}

/// DELETE `/channels/{type}/{id}/draft`
pub(crate) fn delete_draft(world: &mut World, call: &Call) -> Result<Value, Failure> {
    world.drafts.remove(&key(call, call.query("parent_id"))?);
    Ok(json!({}))
}
