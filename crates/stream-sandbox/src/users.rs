//! Users: made, changed, found, put out of service, deleted.

mod block;
mod find;
mod guest;
mod leave;
mod partial;

use serde_json::{Value, json};

pub(crate) use self::block::{block, blocked, unblock};
pub(crate) use self::find::query;
pub(crate) use self::guest::guest;
pub(crate) use self::leave::{
    deactivate, deactivate_many, delete, delete_many, export, reactivate, reactivate_many, restore,
};
pub(crate) use self::partial::update_partial;
use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::{USER_FIELDS, User, World};

/// How many users one call may name.
pub(crate) const MOST: usize = 100;

/// Refuses an id that is too long or has characters ids may not have.
pub(crate) fn valid_id(id: &str) -> Result<(), Failure> {
    let fits = |letter: char| letter.is_alphanumeric() || matches!(letter, '@' | '_' | '-');
    if !id.is_empty() && id.len() <= 255 && id.chars().all(fits) {
        return Ok(());
    }
    Err(Failure::input(format!(
        "user id {id:?} may only have letters, digits, @, _ and -, at most 255"
    )))
}

/// Takes over what is said of a user; role and teams only from a server.
pub(crate) fn apply_details(
    user: &mut User,
    details: &Object,
    server: bool,
) -> Result<(), Failure> {
    if let Some(name) = json::text(details, "name")? {
        user.name = Some(name.to_owned());
    }
    if let Some(image) = json::text(details, "image")? {
        user.image = Some(image.to_owned());
    }
    if let Some(language) = json::text(details, "language")? {
        user.language = language.to_owned();
    }
    if let Some(invisible) = json::flag(details, "invisible")? {
        user.invisible = invisible;
    }
    if let Some(privacy) = json::object(details, "privacy_settings")? {
        user.privacy_settings = Some(privacy.clone());
    }
    if server {
        if let Some(role) = json::text(details, "role")? {
            user.role = role.to_owned();
        }
        if details.contains_key("teams") {
            user.teams = json::few_texts(details, "teams", 250)?;
        }
    }
    user.custom.extend(json::custom(details, USER_FIELDS)?);
    json::limit(&user.custom)
}

impl World {
    pub(crate) fn known_role(&self, role: &str) -> Result<(), Failure> {
        if crate::grants::BUILT_IN_ROLES.contains(&role) || self.roles.contains_key(role) {
            return Ok(());
        }
        Err(Failure::input(format!(
            "role {role:?} is not defined, create it first"
        )))
    }

    /// Says that a user changed.
    pub(crate) fn tell_user_updated(&mut self, call: &Call, id: &str) {
        let fields = json!({ "user": self.user_json(id) });
        let event = self.event("user.updated", None, fields);
        self.tell_presence(id, &event);
        self.call_hooks(Some(call), None, &event);
    }
}

/// POST `/users`: all of them, or none.
pub(crate) fn upsert(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let given =
        json::object(&call.body, "users")?.ok_or_else(|| Failure::input("users is required"))?;
    if given.len() > MOST {
        return Err(Failure::input(format!(
            "at most {MOST} users may be updated in one call"
        )));
    }
    let mut ready = Vec::with_capacity(given.len());
    for (key, details) in given {
        let details = details
            .as_object()
            .ok_or_else(|| Failure::input("a user must be an object"))?;
        let id = json::text(details, "id")?.ok_or_else(|| Failure::input("user.id is required"))?;
        if id != key {
            return Err(Failure::input(format!(
                "the key {key:?} is not the id of its user"
            )));
        }
        ready.push(replaced(world, call, id, details)?);
    }
    let ids: Vec<String> = ready.iter().map(|user| user.id.clone()).collect();
    for user in ready {
        world.users.insert(user.id.clone(), user);
    }
    for id in &ids {
        world.tell_user_updated(call, id);
    }
    let users: Object = ids
        .iter()
        .map(|id| (id.clone(), world.full_user_json(id)))
        .collect();
    Ok(json!({ "users": users, "membership_deletion_task_id": "" }))
}

/// The user as it is to be: custom data is what is given now.
fn replaced(world: &mut World, call: &Call, id: &str, details: &Object) -> Result<User, Failure> {
    valid_id(id)?;
    if !call.server() && call.actor(&[])?.as_deref() != Some(id) {
        return Err(Failure::forbidden("a client may only update its own user"));
    }
    if world.gone_users.contains(id) {
        return Err(Failure::missing(format!("the user {id} was deleted")));
    }
    let client_sets_role =
        !call.server() && (details.contains_key("role") || details.contains_key("teams"));
    if client_sets_role {
        return Err(Failure::forbidden(
            "role and teams may only be set by a server",
        ));
    }
    if let Some(role) = json::text(details, "role")? {
        world.known_role(role)?;
    }
    let now = world.now();
    let mut user = world
        .users
        .get(id)
        .cloned()
        .unwrap_or_else(|| User::new(id, now));
    if user.deleted_at.is_some() {
        return Err(Failure::missing(format!("the user {id} was deleted")));
    }
    user.custom.clear();
    user.updated_at = now;
    apply_details(&mut user, details, call.server())?;
    Ok(user)
}
