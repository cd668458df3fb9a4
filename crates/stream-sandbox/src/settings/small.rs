//! Endpoints with little behind them.

use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::world::World;

/// GET `/hi`: warms a connection up.
pub(crate) fn hi(_: &mut World, _: &Call) -> Result<Value, Failure> {
    Ok(json!({}))
}

/// GET `/tasks/{id}`: every task is finished at once.
pub(crate) fn task(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let id = call.path("id");
    let (at, result) = world
        .tasks
        .get(id)
        .ok_or_else(|| Failure::missing(format!("task {id} does not exist")))?;
    Ok(
        json!({ "task_id": id, "status": "completed", "created_at": at, "updated_at": at, "result": result }),
    )
}

/// GET `/blocklists`: none is kept.
pub(crate) fn blocklists(_: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    Ok(json!({ "blocklists": [] }))
}

/// GET `/commands`: there are none.
pub(crate) fn commands(_: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    Ok(json!({ "commands": [] }))
}

/// POST `/drafts/query`
pub(crate) fn drafts(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let actor = call.need_actor(&[])?;
    let own = world
        .drafts
        .iter()
        .filter(|((user, _), _)| *user == actor)
        .map(|(_, draft)| draft);
    Ok(json!({ "drafts": own.collect::<Vec<_>>() }))
}

/// POST `/polls/query`: there are none.
pub(crate) fn polls(_: &mut World, _: &Call) -> Result<Value, Failure> {
    Ok(json!({ "polls": [] }))
}

/// POST `/reminders/query`: there are none.
pub(crate) fn reminders(_: &mut World, _: &Call) -> Result<Value, Failure> {
    Ok(json!({ "reminders": [] }))
}

/// GET `/og`: a preview that knows the address only; the sandbox fetches nothing.
pub(crate) fn og(_: &mut World, call: &Call) -> Result<Value, Failure> {
    let url = call
        .query("url")
        .ok_or_else(|| Failure::input("url is required"))?;
    Ok(json!({ "og_scrape_url": url, "title_link": url, "title": url, "type": "article" }))
}
