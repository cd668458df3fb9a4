use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::World;

/// GET `/unread`
pub(crate) fn unread_counts(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    Ok(Value::Object(counts(world, &actor)))
}

/// POST `/unread_batch`
pub(crate) fn unread_batch(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let users = json::few_texts(&call.body, "user_ids", 100)?;
    let each: Object = users
        .iter()
        .map(|user| (user.clone(), Value::Object(counts(world, user))))
        .collect();
    Ok(json!({ "counts_by_user": each }))
}

fn counts(world: &World, user: &str) -> Object {
    let mut channels = Vec::new();
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut total = 0;
    for channel in world
        .channels
        .values()
        .filter(|channel| channel.deleted_at.is_none())
    {
        let unread = world.unread_in(&channel.cid, user);
        let Some(member) = channel.members.get(user).filter(|_| unread > 0) else {
            continue;
        };
        channels.push(json!({ "channel_id": channel.cid, "unread_count": unread, "last_read": member.last_read }));
        let kind = kinds.entry(&channel.kind).or_default();
        kind.0 += 1;
        kind.1 += unread;
        total += unread;
    }
    let kind = |(kind, (channels, unread)): (&str, (usize, usize))| json!({ "channel_type": kind, "channel_count": channels, "unread_count": unread });
    let mut out = Object::new();
    out.insert("total_unread_count".into(), json!(total));
    out.insert("total_unread_threads_count".into(), json!(0));
    out.insert("channels".into(), json!(channels));
    out.insert("channel_type".into(), kinds.into_iter().map(kind).collect());
    out.insert("threads".into(), json!([]));
    out
}
