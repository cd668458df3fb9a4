use serde_json::Value;

use super::change::{answer, tell_updated};
use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::{CHANNEL_FIELDS, Subject, World};

/// PATCH `/channels/{type}/{id}`
pub(crate) fn update_partial(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let cid = call.cid();
    let empty = Object::new();
    let set = json::object(&call.body, "set")?.unwrap_or(&empty);
    let unset = json::texts(&call.body, "unset")?;
    if set.is_empty() && unset.is_empty() {
        return Err(Failure::input("set or unset must name at least one field"));
    }
    let channel = world.channel(&cid)?;
    world.demand(call, channel, "update-channel", Subject::Channel)?;
    let changeable = [
        "frozen",
        "disabled",
        "cooldown",
        "config_overrides",
        "filter_tags",
        "team",
    ];
    let root = |path: &String| path.split('.').next().unwrap_or_default().to_owned();
    let reserved = set.keys().chain(&unset).map(root).find(|name| {
        CHANNEL_FIELDS.contains(&name.as_str()) && !changeable.contains(&name.as_str())
    });
    if let Some(name) = reserved {
        return Err(Failure::input(format!(
            "field {name} is reserved and cannot be changed"
        )));
    }
    let mut changed = channel.clone();
    if let Some(frozen) = json::flag(set, "frozen")? {
        changed.frozen = frozen;
    }
    if let Some(disabled) = json::flag(set, "disabled")? {
        changed.disabled = disabled;
    }
    if let Some(cooldown) = json::int(set, "cooldown")? {
        changed.cooldown = cooldown;
    }
    if set.contains_key("filter_tags") {
        changed.filter_tags = json::texts(set, "filter_tags")?;
    }
    if let Some(overrides) = json::object(set, "config_overrides")? {
        changed.config_overrides = overrides.clone();
    }
    if unset.iter().any(|name| name == "config_overrides") {
        changed.config_overrides.clear();
    }
    let custom: Object = set
        .iter()
        .filter(|(name, _)| !CHANNEL_FIELDS.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    json::patch(&mut changed.custom, &custom, &unset)?;
    changed.updated_at = world.now();
    world.channels.insert(cid.clone(), changed);
    tell_updated(world, call, &cid, call.actor(&[])?.as_deref(), None);
    answer(world, call, &cid, None)
}
