use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::time;
use crate::world::{USER_FIELDS, World};

/// PATCH `/users`: all of them, or none.
pub(crate) fn update_partial(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let changes = json::list(&call.body, "users")?;
    if changes.is_empty() || changes.len() > super::MOST {
        return Err(Failure::input(format!(
            "users must name between 1 and {} users",
            super::MOST
        )));
    }
    let mut ready = Vec::with_capacity(changes.len());
    for change in changes {
        let change = change
            .as_object()
            .ok_or_else(|| Failure::input("a change must be an object"))?;
        ready.push(changed(world, call, change)?);
    }
    let mut users = Object::new();
    for user in ready {
        let id = user.id.clone();
        world.users.insert(id.clone(), user);
        world.tell_user_updated(call, &id);
        users.insert(id.clone(), world.full_user_json(&id));
    }
    Ok(json!({ "users": users }))
}

fn changed(world: &mut World, call: &Call, change: &Object) -> Result<crate::world::User, Failure> {
    let id = json::text(change, "id")?.ok_or_else(|| Failure::input("id is required"))?;
    if !call.server() && call.actor(&[])?.as_deref() != Some(id) {
        return Err(Failure::forbidden("a client may only update its own user"));
    }
    let now = world.now();
    let mut user = world.user(id)?.clone();
    let empty = Object::new();
    let set = json::object(change, "set")?.unwrap_or(&empty);
    let unset = json::texts(change, "unset")?;
    let reserved = [
        "id",
        "created_at",
        "updated_at",
        "deleted_at",
        "online",
        "last_active",
        "devices",
        "banned",
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
    let for_servers = ["role", "teams", "revoke_tokens_issued_before"];
    if !call.server()
        && set
            .keys()
            .chain(&unset)
            .any(|name| for_servers.contains(&name.as_str()))
    {
        return Err(Failure::forbidden(
            "role, teams and revocation may only be set by a server",
        ));
    }
    if let Some(role) = json::text(set, "role")? {
        world.known_role(role)?;
    }
    super::apply_details(&mut user, &known(set), call.server())?;
    if let Some(value) = set.get("revoke_tokens_issued_before") {
        let limit = time::read(value);
        if limit.is_none() && !value.is_null() {
            return Err(Failure::input(
                "revoke_tokens_issued_before must be an RFC 3339 time or null",
            ));
        }
        user.revoke_tokens_issued_before = limit;
    }
    for name in &unset {
        match name.as_str() {
            "name" => user.name = None,
            "image" => user.image = None,
            "teams" => user.teams.clear(),
            "revoke_tokens_issued_before" => user.revoke_tokens_issued_before = None,
            _ => {}
        }
    }
    let custom: Object = set
        .iter()
        .filter(|(name, _)| !USER_FIELDS.contains(&name.as_str()))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    json::patch(&mut user.custom, &custom, &unset)?;
    user.updated_at = now;
    Ok(user)
}

/// The fields of `set` that are no custom data.
fn known(set: &Object) -> Object {
    let known = set
        .iter()
        .filter(|(name, _)| USER_FIELDS.contains(&name.as_str()));
    known
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
