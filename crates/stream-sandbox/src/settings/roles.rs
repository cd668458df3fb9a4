use jiff::Timestamp;
use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::grants::{self, BUILT_IN_ROLES};
use crate::json;
use crate::world::World;

const MOST: usize = 25;

/// GET `/roles`
pub(crate) fn roles(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let scopes: Vec<&String> = world.kinds.keys().collect();
    let role = |name: &str, custom: bool, at: Timestamp| json!({ "name": name, "custom": custom, "scopes": scopes, "created_at": at, "updated_at": at });
    let built_in = BUILT_IN_ROLES
        .iter()
        .map(|name| role(name, false, Timestamp::UNIX_EPOCH));
    let own = world.roles.iter().map(|(name, at)| role(name, true, *at));
    Ok(json!({ "roles": built_in.chain(own).collect::<Vec<_>>() }))
}

/// POST `/roles`
pub(crate) fn create_role(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let name = json::text(&call.body, "name")?
        .unwrap_or_default()
        .to_owned();
    let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    if name.is_empty() || name.len() > 64 || !name.chars().all(fits) {
        return Err(Failure::input(
            "the name of a role may have letters, digits, _ and -, at most 64",
        ));
    }
    if BUILT_IN_ROLES.contains(&name.as_str()) || world.roles.contains_key(&name) {
        return Err(Failure::input(format!("role {name} already exists")));
    }
    if world.roles.len() >= MOST {
        return Err(Failure::input(format!(
            "an app may have at most {MOST} roles of its own"
        )));
    }
    let now = world.now();
    world.roles.insert(name.clone(), now);
    Ok(
        json!({ "role": { "name": name, "custom": true, "scopes": [], "created_at": now, "updated_at": now } }),
    )
}

/// DELETE `/roles/{name}`
pub(crate) fn delete_role(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let name = call.path("name").to_owned();
    if world.users.values().any(|user| user.role == name) {
        return Err(Failure::input(format!(
            "role {name} is still the role of some users"
        )));
    }
    world
        .roles
        .remove(&name)
        .ok_or_else(|| Failure::missing(format!("role {name} does not exist")))?;
    for kind in world.kinds.values_mut() {
        kind.grants.remove(&name);
    }
    Ok(json!({}))
}

fn shown(id: &str) -> Value {
    json!({
        "id": id, "name": grants::action(id), "action": grants::action(id.trim_end_matches("-owner")),
        "description": "", "owner": id.ends_with("-owner"), "same_team": true, "custom": false, "level": "channel",
        "tags": [], "owner_resource": "",
    })
}

/// GET `/permissions`
pub(crate) fn permissions(_: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    Ok(json!({ "permissions": grants::all().into_iter().map(shown).collect::<Vec<_>>() }))
}

/// GET `/permissions/{id}`
pub(crate) fn permission(_: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let id = call.path("id");
    if !grants::all().contains(&id) {
        return Err(Failure::missing(format!("permission {id} does not exist")));
    }
    Ok(json!({ "permission": shown(id) }))
}
