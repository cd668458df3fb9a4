use serde_json::json;
use stream_chat_client::{ChannelTypeChange, NewCommand, NewPermission};

use crate::row::{Row, row};

fn night() -> ChannelTypeChange {
    ChannelTypeChange::default()
        .with("typing_events", false)
        .granting("user", ["read-channel"])
}

fn delete_own() -> NewPermission {
    NewPermission::new("delete-own", "Delete own", "DeleteMessage")
        .description("One's own only")
        .owner(true)
        .condition(json!({ "$subject.id": "$target.id" }))
}

fn ticket() -> NewCommand {
    NewCommand::new("ticket", "Opens a ticket")
        .args("[text]")
        .set("support_set")
}

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = channel_types();
    rows.extend(commands());
    rows.extend(permissions());
    rows
}

fn channel_types() -> Vec<Row> {
    let night_type =
        || json!({ "name": "night", "grants": { "user": ["read-channel"] }, "reactions": true });
    vec![
        row!("GET /channeltypes/{type}", channel_type("night"))
            .at("/channeltypes/night")
            .answer(night_type())
            .tells("/reactions", true),
        row!("GET /channeltypes", channel_types())
            .answer(json!({ "channel_types": { "night": night_type() } }))
            .tells("/night/grants/user/0", "read-channel"),
        row!("POST /channeltypes", create_channel_type("night", &night())).body(json!({
            "name": "night", "typing_events": false, "grants": { "user": ["read-channel"] },
        })),
        row!(
            "PUT /channeltypes/{type}",
            update_channel_type("night", &night())
        )
        .at("/channeltypes/night")
        .body(json!({ "typing_events": false, "grants": { "user": ["read-channel"] } })),
        row!("DELETE /channeltypes/{type}", delete_channel_type("night")).at("/channeltypes/night"),
    ]
}

fn commands() -> Vec<Row> {
    let body = || json!({ "name": "ticket", "description": "Opens a ticket", "args": "[text]", "set": "support_set" });
    vec![
        row!("POST /commands", create_command(&ticket()))
            .body(body())
            .answer(json!({ "command": body() }))
            .tells("/set", "support_set"),
        row!("GET /commands/{name}", command("ticket"))
            .at("/commands/ticket")
            .answer(body())
            .tells("/args", "[text]"),
        row!("GET /commands", commands())
            .answer(json!({ "commands": [body()] }))
            .tells("/0/name", "ticket"),
        row!("PUT /commands/{name}", update_command(&ticket()))
            .at("/commands/ticket")
            .body(body())
            .answer(json!({ "command": body() })),
        row!("DELETE /commands/{name}", delete_command("ticket")).at("/commands/ticket"),
    ]
}

fn permissions() -> Vec<Row> {
    let body = || {
        json!({
            "id": "delete-own", "name": "Delete own", "action": "DeleteMessage", "owner": true,
            "description": "One's own only", "condition": { "$subject.id": "$target.id" },
        })
    };
    let answer =
        || json!({ "id": "delete-own", "action": "DeleteMessage", "custom": true, "tags": [] });
    vec![
        row!("POST /permissions", create_permission(&delete_own())).body(body()),
        row!("GET /permissions/{permission}", permission("delete-own"))
            .at("/permissions/delete-own")
            .answer(json!({ "permission": answer() }))
            .tells("/custom", true)
            .tells("/tags", json!([])),
        row!("GET /permissions", permissions())
            .answer(json!({ "permissions": [answer()] }))
            .tells("/0/action", "DeleteMessage"),
        row!(
            "PUT /permissions/{permission}",
            update_permission(&delete_own())
        )
        .at("/permissions/delete-own")
        .body(body()),
        row!(
            "DELETE /permissions/{permission}",
            delete_permission("delete-own")
        )
        .at("/permissions/delete-own"),
        row!("GET /roles", roles())
            .answer(json!({ "roles": [{ "name": "nurse", "custom": true, "scopes": [".app"] }] }))
            .tells("/0/scopes/0", ".app"),
        row!("POST /roles", create_role("nurse")).body(json!({ "name": "nurse" })),
        row!("DELETE /roles/{role}", delete_role("nurse")).at("/roles/nurse"),
    ]
}
