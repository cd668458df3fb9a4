use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json;
use crate::world::World;

/// POST `/messages/{id}/translate`: no translator lives here, so every language has the original words.
pub(crate) fn translate(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let language = json::text(&call.body, "language")?
        .ok_or_else(|| Failure::input("language is required"))?;
    let message = super::get::readable(world, call, call.path("id"))?;
    let mut shown = world.message_json(message, call.viewer()?.as_deref());
    shown["i18n"] = json!({ "language": language, format!("{language}_text"): message.text });
    Ok(json!({ "message": shown }))
}
