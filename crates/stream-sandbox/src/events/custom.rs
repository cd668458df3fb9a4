use serde_json::{Value, json};

use crate::call::Call;
use crate::failure::Failure;
use crate::json::{self, Object};
use crate::world::{Subject, World};

/// Event types a client may send that are not its own inventions.
const TYPING: &[&str] = &["typing.start", "typing.stop"];

/// POST `/channels/{type}/{id}/event`
pub(crate) fn send_event(world: &mut World, call: &Call) -> Result<Value, Failure> {
    let empty = Object::new();
    let given = json::object(&call.body, "event")?.unwrap_or(&empty);
    let kind = json::text(given, "type")?
        .ok_or_else(|| Failure::input("event.type is required"))?
        .to_owned();
    let actor = call.need_actor(&[given])?;
    let cid = call.cid();
    let channel = world.channel(&cid)?;
    world.user(&actor)?;
    let feature = if TYPING.contains(&kind.as_str()) {
        "typing_events"
    } else {
        "custom_events"
    };
    if !world.config_flag(channel, feature) {
        return Err(Failure::switched_off(feature, &channel.kind));
    }
    let permission = match feature {
        "typing_events" => "create-message",
        _ if kind.contains('.') => {
            let reason = format!("event type {kind} is not supported");
            return Err(Failure::new(
                18,
                axum::http::StatusCode::BAD_REQUEST,
                reason,
            ));
        }
        _ => "send-custom-event",
    };
    world.demand(call, channel, permission, Subject::Channel)?;
    let mut fields = json::custom(
        given,
        &[
            "type",
            "user",
            "user_id",
            "created_at",
            "cid",
            "channel_id",
            "channel_type",
        ],
    )?;
    fields.insert("user".into(), world.user_json(&actor));
    fields.insert("user_id".into(), json!(actor));
    let event = world.event(&kind, Some(&cid), Value::Object(fields));
    // Whoever types knows it already, at the connection they type with.
    let own = call
        .query("connection_id")
        .filter(|_| feature == "typing_events");
    world.tell_watchers_except(Some(call), &cid, &event, own);
    Ok(json!({ "event": event }))
}

/// POST `/users/{id}/event`
pub(crate) fn send_user_event(world: &mut World, call: &Call) -> Result<Value, Failure> {
    call.server_only()?;
    let target = call.path("id").to_owned();
    world.user(&target)?;
    let empty = Object::new();
    let given = json::object(&call.body, "event")?.unwrap_or(&empty);
    let kind = json::text(given, "type")?
        .ok_or_else(|| Failure::input("event.type is required"))?
        .to_owned();
    if kind.contains('.') {
        let reason = format!("event type {kind} is not supported");
        return Err(Failure::new(
            18,
            axum::http::StatusCode::BAD_REQUEST,
            reason,
        ));
    }
    let mut fields = json::custom(given, &["type"])?;
    fields.insert("user".into(), world.user_json(&target));
    let event = world.event(&kind, None, Value::Object(fields));
    world.tell_user(&target, &event);
    Ok(json!({}))
}
