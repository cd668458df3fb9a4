use serde_json::{Value, json};

use super::query::distinct_id;
use super::requested_members;
use crate::call::Call;
use crate::failure::Failure;
use crate::filter::{Order, matches, sort};
use crate::json::{self, Object};
use crate::world::{Subject, World};

/// GET `/members?payload=`
pub(crate) fn query_members(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let payload = call.payload()?;
    let kind = json::text(&payload, "type")?.ok_or_else(|| Failure::input("type is required"))?;
    let id = match json::text(&payload, "id")? {
        Some(id) => id.to_owned(),
        None => {
            let members = requested_members::read(&payload, "members")?;
            let mut ids: Vec<&str> = members
                .iter()
                .map(|member| member.user_id.as_str())
                .collect();
            ids.sort_unstable();
            distinct_id(&ids)
        }
    };
    let empty = Object::new();
    let filter = json::object(&payload, "filter_conditions")?.unwrap_or(&empty);
    let limit = json::count(&payload, "limit", 100, 300)?;
    let offset = json::count(&payload, "offset", 0, 10_000)?;
    let orders = Order::read(&payload, 1)?;
    let channel = world.channel(&format!("{kind}:{id}"))?;
    world.demand(call, channel, "read-channel-members", Subject::Channel)?;
    let mut found = Vec::new();
    for member in channel.members_in_order() {
        let mut document = world.member_json(member, member.user_id == channel.created_by);
        if let Some(user) = world.users.get(&member.user_id) {
            document["id"] = json!(user.id);
            document["name"] = json!(user.name);
        }
        if matches(filter, &document)? {
            found.push(document);
        }
    }
    sort(&mut found, &orders);
    let after = json::text(&payload, "user_id_gt")?;
    let page = found
        .into_iter()
        .filter(|member| {
            after.is_none_or(|after| member["user_id"].as_str().is_some_and(|id| id > after))
        })
        .skip(offset)
        .take(limit)
        .map(|mut member| {
            if let Some(member) = member.as_object_mut() {
                member.remove("id");
                member.remove("name");
            }
            member
        });
    Ok(json!({ "members": page.collect::<Vec<_>>() }))
}
