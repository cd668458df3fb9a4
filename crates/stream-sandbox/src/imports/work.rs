use std::sync::{Arc, Weak};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::time::{MissedTickBehavior, interval};

use super::Mode;
use super::apply::{analyse, apply, stats};
use super::line::Item;
use super::undo::Undo;
use crate::app::App;
use crate::json::Object;

/// So many items are written before other calls have their turn.
const AT_ONCE: usize = 500;
const TURN: Duration = Duration::from_millis(1);

/// An uploaded file, and how its items are to be taken.
pub(super) struct File {
    pub(super) bytes: Bytes,
    pub(super) mode: Mode,
    pub(super) merge: bool,
}

/// Carries an import out, beside the calls.
pub(super) async fn work(app: Weak<App>, id: String, file: File) {
    let Some(app) = app.upgrade() else {
        return;
    };
    step(&app, &id, "analyzing", None);
    let reader = (Arc::clone(&app), file.bytes);
    let read = tokio::task::spawn_blocking(move || analyse(&reader.0, &reader.1)).await;
    let broken = |_| Err(vec![json!({ "error": "the analysis broke off" })]);
    let done = match read.unwrap_or_else(broken) {
        Ok(items) => {
            step(&app, &id, "importing", None);
            let written = write(&app, &items, file.mode, file.merge).await;
            written.map(|()| stats(&items)).map_err(|error| vec![error])
        }
        Err(errors) => Err(errors),
    };
    match done {
        Ok(stats) => step(&app, &id, "completed", Some(json!({ "stats": stats }))),
        Err(errors) => step(
            &app,
            &id,
            "analyze_failed",
            Some(json!({ "errors": errors })),
        ),
    }
}

/// Writes all items, or none: what others changed meanwhile of the same things is taken back as well.
async fn write(app: &App, items: &[(Item, Object)], mode: Mode, merge: bool) -> Result<(), Value> {
    let mut undo = Undo::default();
    let mut turns = interval(TURN);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for some in items.chunks(AT_ONCE) {
        turns.tick().await;
        let world = &mut *app.world();
        for one in some {
            undo.note(world, one.0, &one.1);
            if let Err(error) = apply(world, one, mode, merge) {
                undo.take_back(world);
                return Err(error);
            }
        }
    }
    Ok(())
}

fn step(app: &App, id: &str, state: &str, result: Option<Value>) {
    let world = &mut *app.world();
    let now = world.now();
    let Some(task) = world.imports.tasks.iter_mut().find(|task| task["id"] == id) else {
        return;
    };
    let change = json!({ "prev_state": task["state"], "next_state": state, "created_at": now });
    if let Some(history) = task["history"].as_array_mut() {
        history.push(change);
    }
    task["state"] = json!(state);
    task["updated_at"] = json!(now);
    if let Some(result) = result {
        task["result"] = result;
    }
}
