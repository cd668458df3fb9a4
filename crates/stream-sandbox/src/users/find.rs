use serde_json::{Value, json};

use crate::call::{Call, Caller};
use crate::failure::Failure;
use crate::filter::{Order, matches, sort};
use crate::json::{self, Object};
use crate::world::World;

/// GET `/users?payload=`
pub(crate) fn query(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let payload = call.payload()?;
    let empty = Object::new();
    let filter = json::object(&payload, "filter_conditions")?.unwrap_or(&empty);
    let limit = json::count(&payload, "limit", 30, super::MOST)?;
    let offset = json::count(&payload, "offset", 0, 1000)?;
    let orders = Order::read(&payload, 5)?;
    searcher(world, call)?;
    let inactive = json::flag(&payload, "include_deactivated_users")?.unwrap_or(false);
    let mut found = Vec::new();
    for user in world
        .users
        .values()
        .filter(|user| user.deleted_at.is_none())
    {
        let document = world.user_json(&user.id);
        if (inactive || user.deactivated_at.is_none()) && matches(filter, &document)? {
            found.push(document);
        }
    }
    sort(
        &mut found,
        if orders.is_empty() {
            std::slice::from_ref(&NEWEST)
        } else {
            &orders
        },
    );
    let page: Vec<Value> = found.into_iter().skip(offset).take(limit).collect();
    let ids: Vec<String> = page
        .iter()
        .filter_map(|user| Some(user.get("id")?.as_str()?.to_owned()))
        .collect();
    if json::flag(&payload, "presence")?.unwrap_or(false) {
        let connection = world.need_connection(call)?;
        world
            .connections
            .want_presence(&connection, ids.iter().cloned());
    }
    let full = |id: &String| {
        if call.server() {
            world.full_user_json(id)
        } else {
            world.user_json(id)
        }
    };
    Ok(json!({ "users": ids.iter().map(full).collect::<Vec<_>>() }))
}

static NEWEST: std::sync::LazyLock<Order> =
    std::sync::LazyLock::new(|| Order::descending("created_at"));

/// Clients may be kept from searching for users at all.
fn searcher(world: &World, call: &Call) -> Result<(), Failure> {
    let Caller::User(id) = &call.caller else {
        return Ok(());
    };
    let role = world.user(id)?.role.clone();
    let barred = json::texts(&world.app.fields, "user_search_disallowed_roles")?;
    let granted = world
        .app
        .fields
        .get("grants")
        .and_then(|grants| grants.get(&role))
        .and_then(Value::as_array);
    let refused = granted.is_some_and(|ids| !ids.iter().any(|id| id == "search-user"));
    if barred.contains(&role) || refused {
        return Err(Failure::forbidden(format!(
            "User '{id}' with role '{role}' is not allowed to perform action SearchUser in scope '.app'"
        )));
    }
    Ok(())
}
