use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::grants;
use crate::json::{self, Object};
use crate::world::{Kind, World};

const MOST: usize = 50;

/// GET `/channeltypes`
pub(crate) fn kinds(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let all: Object = world
        .kinds
        .iter()
        .map(|(name, kind)| (name.clone(), json!(kind.json())))
        .collect();
    Ok(json!({ "channel_types": all }))
}

/// GET `/channeltypes/{name}`
pub(crate) fn get_kind(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    Ok(json!(world.kind(call.path("name"))?.json()))
}

/// POST `/channeltypes`
pub(crate) fn create_kind(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let name = json::text(&call.body, "name")?
        .ok_or_else(|| Failure::input("name is required"))?
        .to_owned();
    let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-');
    if name.is_empty() || name.len() > 64 || !name.chars().all(fits) {
        return Err(Failure::input(
            "the name of a channel type may have letters, digits, _ and -, at most 64",
        ));
    }
    if world.kinds.contains_key(&name) {
        return Err(Failure::input(format!(
            "channel type {name} already exists"
        )));
    }
    if world.kinds.len() >= MOST {
        return Err(Failure::input(format!(
            "an app may have at most {MOST} channel types"
        )));
    }
    let now = world.now();
    let mut kind = Kind::new(&name, world.config.delivery_receipts, now);
    apply(world, &mut kind, &call.body)?;
    let out = json!(kind.json());
    world.kinds.insert(name, kind);
    Ok(out)
}

/// PUT `/channeltypes/{name}`: what is not named stays; grants of null become the usual ones.
pub(crate) fn update_kind(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let name = call.path("name").to_owned();
    let mut kind = world.kind(&name)?.clone();
    apply(world, &mut kind, &call.body)?;
    kind.settings
        .insert("updated_at".into(), json!(world.now()));
    let out = json!(kind.json());
    world.kinds.insert(name, kind);
    Ok(out)
}

/// DELETE `/channeltypes/{name}`
pub(crate) fn delete_kind(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let name = call.path("name").to_owned();
    world.kind(&name)?;
    if world
        .channels
        .values()
        .any(|channel| channel.kind == name && channel.deleted_at.is_none())
    {
        return Err(Failure::input(format!(
            "channel type {name} still has channels"
        )));
    }
    world.kinds.remove(&name);
    Ok(json!({}))
}

fn apply(world: &World, kind: &mut Kind, body: &Object) -> Result<(), Failure> {
    if let Some(most) = json::int(body, "max_message_length")?
        && !(1..=20_000).contains(&most)
    {
        return Err(Failure::input(
            "max_message_length must be between 1 and 20000",
        ));
    }
    for (name, value) in body {
        match name.as_str() {
            "name" | "created_at" | "updated_at" | "permissions" | "duration" => {}
            "grants" => grant(world, kind, value)?,
            _ if kind
                .settings
                .get(name)
                .is_some_and(|old| old.is_boolean() && !value.is_boolean()) =>
            {
                return Err(Failure::input(format!(
                    "field \"{name}\" must be true or false"
                )));
            }
            "commands" => {
                kind.settings.insert(name.clone(), commands(value));
            }
            _ => {
                kind.settings.insert(name.clone(), value.clone());
            }
        }
    }
    Ok(())
}

/// Commands are told by name and shown as objects.
fn commands(names: &Value) -> Value {
    let names = names
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    names
        .map(|name| json!({ "name": name, "description": "", "args": "", "set": "" }))
        .collect()
}

fn grant(world: &World, kind: &mut Kind, grants: &Value) -> Result<(), Failure> {
    let name = kind
        .settings
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let usual = grants::usual(name);
    let Some(grants) = grants.as_object() else {
        kind.grants = usual;
        return Ok(());
    };
    for (role, permissions) in grants {
        world.known_role(role)?;
        if permissions.is_null() {
            kind.grants
                .insert(role.clone(), usual.get(role).cloned().unwrap_or_default());
            continue;
        }
        let ids = json::texts(grants, role)?;
        let fits = |id: &String| {
            !id.is_empty()
                && id
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        if let Some(id) = ids.iter().find(|id| !fits(id)) {
            return Err(Failure::input(format!("permission {id:?} does not exist")));
        }
        kind.grants.insert(role.clone(), ids);
    }
    Ok(())
}
