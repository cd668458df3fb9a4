use serde_json::Value;

use super::change::{changeable, put};
use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::{MESSAGE_FIELDS, Subject, World};

/// PUT `/messages/{id}`
pub(crate) fn update_partial(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    let empty = Object::new();
    let set = json::object(&call.body, "set")?.unwrap_or(&empty);
    let unset = json::texts(&call.body, "unset")?;
    let only_pins = set
        .keys()
        .chain(&unset)
        .all(|name| name == "pinned" || name == "pin_expires");
    let mut message = match only_pins {
        true => {
            let message = super::get::readable(world, call, call.path("id"))?;
            world.demand(
                call,
                world.channel(&message.cid)?,
                "pin-message",
                Subject::Channel,
            )?;
            message.clone()
        }
        false => changeable(world, call, call.path("id"), "update-message")?,
    };
    let reserved = [
        "id",
        "cid",
        "user",
        "user_id",
        "created_at",
        "updated_at",
        "deleted_at",
        "parent_id",
        "type",
    ];
    if let Some(name) = set
        .keys()
        .chain(&unset)
        .find(|name| reserved.contains(&name.as_str()))
    {
        return Err(Failure::input(format!(
            "field {name} is reserved and cannot be changed"
        )));
    }
    let before = message.text.clone();
    message.updated_at = world.now();
    if let Some(text) = json::text(set, "text")? {
        text.clone_into(&mut message.text);
    }
    if set.contains_key("attachments") {
        message.attachments = json::list(set, "attachments")?.to_vec();
    }
    if set.contains_key("mentioned_users") {
        message.mentioned_users = super::send::mentioned(set)?;
    }
    if let Some(silent) = json::flag(set, "silent")? {
        message.silent = silent;
    }
    match json::flag(set, "pinned")? {
        Some(true) => {
            message.pinned_at = Some(message.updated_at);
            message.pinned_by = Some(actor.clone());
            message.pin_expires = json::instant(set, "pin_expires")?;
        }
        Some(false) => message.pinned_at = None,
        None if unset.iter().any(|name| name == "pinned") => message.pinned_at = None,
        None => {}
    }
    if message.pinned_at.is_none() {
        message.pinned_by = None;
        message.pin_expires = None;
    }
    if unset.iter().any(|name| name == "attachments") {
        message.attachments.clear();
    }
    let custom: Object = set
        .iter()
        .filter(|(name, _)| !MESSAGE_FIELDS.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    json::patch(&mut message.custom, &custom, &unset)?;
    put(world, call, message, &before, &actor)
}
