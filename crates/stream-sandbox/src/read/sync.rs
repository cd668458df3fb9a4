use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json;
use crate::world::{Subject, World};

/// POST `/sync`: what happened in some channels since an instant.
pub(crate) fn sync(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    let cids = json::few_texts(&call.body, "channel_cids", 255)?;
    let since = json::instant(&call.body, "last_sync_at")?
        .ok_or_else(|| Failure::input("last_sync_at is required"))?;
    let mut events = Vec::new();
    let mut inaccessible = Vec::new();
    for cid in &cids {
        match world.channel(cid) {
            Ok(channel) if world.may(channel, &actor, "read-channel", Subject::Channel) => {
                events.extend(channel.events.iter().filter(|(at, _)| *at > since).cloned());
            }
            _ => inaccessible.push(cid),
        }
    }
    events.sort_by_key(|(at, _)| *at);
    let mut out =
        json!({ "events": events.into_iter().map(|(_, event)| event).collect::<Vec<_>>() });
    if call.query_flag("with_inaccessible_cids") {
        out["inaccessible_cids"] = json!(inaccessible);
    }
    Ok(out)
}
