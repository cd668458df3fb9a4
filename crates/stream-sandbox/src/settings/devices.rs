use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::World;

/// POST `/devices`: kept, and never pushed to.
pub(crate) fn add_device(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    let id = json::text(&call.body, "id")?
        .ok_or_else(|| Failure::input("id is required"))?
        .to_owned();
    let provider = json::text(&call.body, "push_provider")?.unwrap_or_default();
    if id.len() > 255 || !["firebase", "apn", "huawei", "xiaomi"].contains(&provider) {
        return Err(Failure::input(
            "push_provider must be firebase, apn, huawei or xiaomi, and id at most 255 long",
        ));
    }
    let mut device = Object::new();
    for name in ["id", "push_provider", "push_provider_name"] {
        if let Some(value) = call.body.get(name) {
            device.insert(name.to_owned(), value.clone());
        }
    }
    device.insert("user_id".into(), json!(actor));
    device.insert("created_at".into(), json!(world.now()));
    let devices = &mut world.user_mut(&actor)?.devices;
    devices.retain(|other| other.get("id") != device.get("id"));
    devices.push(device);
    Ok(json!({}))
}

/// GET `/devices`
pub(crate) fn devices(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    Ok(json!({ "devices": world.user(&actor)?.devices }))
}

/// DELETE `/devices`
pub(crate) fn remove_device(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    let id = json!(call.query("id"));
    world
        .user_mut(&actor)?
        .devices
        .retain(|device| device.get("id") != Some(&id));
    Ok(json!({}))
}
