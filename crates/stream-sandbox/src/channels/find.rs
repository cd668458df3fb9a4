use serde_json::{Value, json};

use super::channel_document;
use crate::call::{Call, Caller};
use crate::failure::Failure;
use crate::filter::{Order, matches, sort};
use crate::json::{self, Object};
use crate::messages::page;
use crate::world::{Subject, World};

/// POST `/channels`
pub(crate) fn find(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let empty = Object::new();
    let filter = json::object(&call.body, "filter_conditions")?.unwrap_or(&empty);
    let limit = json::count(&call.body, "limit", 10, 30)?;
    let offset = json::count(&call.body, "offset", 0, 1000)?;
    let message_limit = json::count(&call.body, "message_limit", 25, 300)?;
    let member_limit = json::count(&call.body, "member_limit", 100, 100)?;
    let mut orders = Order::read(&call.body, 5)?;
    if orders.is_empty() {
        orders.push(Order::descending("last_updated"));
    }
    let watch = json::flag(&call.body, "watch")?.unwrap_or(false);
    let presence = json::flag(&call.body, "presence")?.unwrap_or(false);
    let connection = if watch || presence {
        Some(world.need_connection(call)?)
    } else {
        None
    };
    let viewer = call.viewer()?;
    let mut found = matching(world, call, filter, viewer.as_deref())?;
    sort(&mut found, &orders);
    let page = found.into_iter().skip(offset).take(limit);
    let cids: Vec<String> = page
        .filter_map(|found| Some(found.get("cid")?.as_str()?.to_owned()))
        .collect();
    let state = json::flag(&call.body, "state")?.unwrap_or(true);
    let mut channels = Vec::with_capacity(cids.len());
    for cid in &cids {
        if let Some(connection) = &connection {
            if watch {
                world.start_watching(connection, cid);
            }
            if presence {
                let users: Vec<String> = world.channel(cid)?.members.keys().cloned().collect();
                world.connections.want_presence(connection, users);
            }
        }
        let mut last = Object::new();
        last.insert("limit".into(), json!(if state { message_limit } else { 0 }));
        let messages = page::channel_page(world, cid, &last, viewer.as_deref())?;
        channels.push(world.state_json(cid, viewer.as_deref(), messages, member_limit)?);
    }
    Ok(json!({ "channels": channels }))
}

fn matching(
    world: &World,
    call: &Call,
    filter: &Object,
    viewer: Option<&str>,
) -> Result<Vec<Value>, Failure> {
    let asks_for_hidden = filter.contains_key("hidden");
    let mut found = Vec::new();
    for channel in world
        .channels
        .values()
        .filter(|channel| channel.deleted_at.is_none())
    {
        let document = channel_document(world, channel, viewer);
        let hidden = document.get("hidden") == Some(&Value::Bool(true));
        if (hidden && !asks_for_hidden) || !matches(filter, &document)? {
            continue;
        }
        if let Caller::User(user) = &call.caller
            && !world.may(channel, user, "read-channel", Subject::Channel)
        {
            return Err(Failure::new(
                70,
                axum::http::StatusCode::FORBIDDEN,
                format!(
                    "User '{user}' has no access to some of the channels the filter finds; filter by the own membership"
                ),
            ));
        }
        found.push(document);
    }
    Ok(found)
}
