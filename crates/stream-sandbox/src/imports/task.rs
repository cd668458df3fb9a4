use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Mode;
use super::work::{File, work};
use crate::app::App;
use crate::call::Call;
use crate::failure::Failure;
use crate::json;
use crate::world::{World, uuid};

/// POST `/import_urls`
pub(crate) fn create_url(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let name = json::text(&call.body, "filename")?.unwrap_or_default();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if name.is_empty() || !name.chars().all(plain) {
        return Err(Failure::input(
            "filename may have letters, digits, -, _ and .",
        ));
    }
    let key = uuid();
    let path = format!("import/{key}/{name}");
    world.imports.files.insert(path.clone(), None);
    Ok(json!({ "path": path, "upload_url": format!("{}/uploaded/{path}", call.base_url) }))
}

/// PUT of the file, to the address `create_url` gave: whoever has the address may.
pub(crate) async fn put_file(
    State(app): State<Arc<App>>,
    Path(path): Path<String>,
    body: Bytes,
) -> StatusCode {
    match app.world().imports.files.get_mut(&path) {
        Some(file) => {
            *file = Some(body);
            StatusCode::OK
        }
        None => StatusCode::FORBIDDEN,
    }
}

/// POST `/imports`
pub(crate) fn create(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let path = json::text(&call.body, "path")?
        .ok_or_else(|| Failure::input("path is required"))?
        .to_owned();
    let mode = match json::text(&call.body, "mode")?.unwrap_or("upsert") {
        "upsert" => Mode::Upsert,
        "insert" => Mode::Insert,
        _ => return Err(Failure::input("mode must be upsert or insert")),
    };
    // Whoever imports it again uploads it again: a sandbox keeps no files that it has read.
    let file = world.imports.files.get_mut(&path).and_then(Option::take);
    let file = file.ok_or_else(|| Failure::input(format!("nothing was uploaded to {path}")))?;
    let merge = json::flag(&call.body, "merge_custom")?.unwrap_or(false);
    let now = world.now();
    let id = uuid();
    let task = json!({
        "id": id, "path": path, "mode": if mode == Mode::Insert { "insert" } else { "upsert" },
        "state": "uploaded", "size": file.len(), "created_at": now, "updated_at": now, "history": [],
    });
    world.imports.tasks.push(task.clone());
    let app = world.imports.app.clone();
    tokio::spawn(work(
        app,
        id,
        File {
            bytes: file,
            mode,
            merge,
        },
    ));
    Ok(json!({ "import_task": task }))
}

/// GET `/imports/{id}`
pub(crate) fn get(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let id = call.path("id");
    let task = world.imports.tasks.iter().find(|task| task["id"] == id);
    let task = task.ok_or_else(|| Failure::missing(format!("import {id} does not exist")))?;
    Ok(json!({ "import_task": task }))
}

/// GET `/imports`
pub(crate) fn list(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let number = |name: &str, usual: usize| {
        call.query(name)
            .and_then(|text| text.parse().ok())
            .unwrap_or(usual)
    };
    let page = world
        .imports
        .tasks
        .iter()
        .rev()
        .skip(number("offset", 0))
        .take(number("limit", 30).min(100));
    Ok(json!({ "import_tasks": page.collect::<Vec<_>>() }))
}
