use serde_json::json;
use stream_chat_client::{
    Deactivation, DeleteType, Filter, NewDevice, NewUser, PushService, Reactivation, Sort,
    UserChange, UserDeletion, UserQuery, UsersDeletion,
};

use crate::row::{Row, row, time};

pub(crate) fn rows() -> Vec<Row> {
    let task = || json!({ "task_id": "t1" });
    vec![
        row!(
            "POST /users",
            upsert_users(&[
                NewUser::new("lee")
                    .named("Lee")
                    .pictured("https://a.example/lee.png")
                    .in_role("admin")
                    .in_team("red")
                    .with("floor", 2)
            ])
        )
        .body(json!({ "users": { "lee": {
            "id": "lee", "name": "Lee", "image": "https://a.example/lee.png", "role": "admin",
            "teams": ["red"], "floor": 2,
        } } }))
        .answer(json!({ "users": { "lee": { "id": "lee", "floor": 2, "created_at": "2026-01-31T10:00:00Z" } } }))
        .tells("/0/floor", 2)
        .tells("/0/created_at", "2026-01-31T10:00:00Z"),
        row!(
            "PATCH /users",
            update_users(&[UserChange::new("lee").set(json!({ "a.b": 1 })).unset(["c"])])
        )
        .body(json!({ "users": [{ "id": "lee", "set": { "a.b": 1 }, "unset": ["c"] }] }))
        .answer(json!({ "users": { "lee": { "id": "lee" } } }))
        .tells("/0/id", "lee"),
        row!("PATCH /users", revoke_tokens("lee", Some(time()))).body(json!({ "users": [
            { "id": "lee", "set": { "revoke_tokens_issued_before": "2026-01-31T10:00:00Z" } },
        ] })),
        row!(
            "GET /users",
            query_users(
                &UserQuery::new(Filter::eq("role", "admin"))
                    .sort(Sort::descending("last_active"))
                    .limit(5)
                    .offset(10)
                    .include_deactivated_users(true)
            )
        )
        .query(
            "payload",
            json!({
                "filter_conditions": { "role": { "$eq": "admin" } },
                "sort": [{ "field": "last_active", "direction": -1 }],
                "limit": 5, "offset": 10, "include_deactivated_users": true,
            }),
        )
        .answer(json!({ "users": [{ "id": "lee", "online": true }] }))
        .tells("/0/online", true),
        row!("POST /guest", create_guest(&NewUser::new("visitor").named("Visitor")))
            .body(json!({ "user": { "id": "visitor", "name": "Visitor" } }))
            .answer(json!({ "user": { "id": "guest-1-visitor" }, "access_token": "jwt" }))
            .tells("/user/id", "guest-1-visitor")
            .tells("/access_token", "jwt"),
        row!(
            "POST /users/{user}/deactivate",
            deactivate_user(
                "le/e",
                &Deactivation::new()
                    .mark_messages_deleted(true)
                    .created_by_id("admin")
            )
        )
        .at("/users/le%2Fe/deactivate")
        .body(json!({ "mark_messages_deleted": true, "created_by_id": "admin" })),
        row!(
            "POST /users/deactivate",
            deactivate_users(["lee", "kim"], &Deactivation::new().mark_channels_deleted(true))
        )
        .body(json!({ "user_ids": ["lee", "kim"], "mark_channels_deleted": true }))
        .answer(task())
        .tells("/task_id", "t1"),
        row!(
            "POST /users/{user}/reactivate",
            reactivate_user("lee", &Reactivation::new().restore_messages(true).name("Lee"))
        )
        .at("/users/lee/reactivate")
        .body(json!({ "restore_messages": true, "name": "Lee" })),
        row!(
            "POST /users/reactivate",
            reactivate_users(vec!["lee"], &Reactivation::new().restore_channels(true))
        )
        .body(json!({ "user_ids": ["lee"], "restore_channels": true }))
        .answer(task())
        .tells("/duration", "1.00ms"),
        row!(
            "DELETE /users/{user}",
            delete_user(
                "lee",
                &UserDeletion::new()
                    .hard_delete(true)
                    .mark_messages_deleted(true)
                    .delete_conversation_channels(true)
            )
        )
        .at("/users/lee")
        .query("hard_delete", "true")
        .query("mark_messages_deleted", "true")
        .query("delete_conversation_channels", "true")
        .answer(json!({ "user": { "id": "lee", "deleted_at": "2026-01-31T10:00:00Z" } }))
        .tells("/deleted_at", "2026-01-31T10:00:00Z"),
        row!(
            "POST /users/delete",
            delete_users(
                &UsersDeletion::new(["lee", "kim"], DeleteType::Hard)
                    .messages(DeleteType::Hard)
                    .conversations(DeleteType::Soft)
                    .new_channel_owner_id("bo")
            )
        )
        .body(json!({
            "user_ids": ["lee", "kim"], "user": "hard", "messages": "hard", "conversations": "soft",
            "new_channel_owner_id": "bo",
        }))
        .answer(task())
        .tells("/task_id", "t1"),
        row!("POST /users/restore", restore_users(["lee"])).body(json!({ "user_ids": ["lee"] })),
        row!("GET /users/{user}/export", export_user("lee"))
            .at("/users/lee/export")
            .answer(json!({ "user": { "id": "lee" }, "messages": [], "reactions": [] }))
            .tells("/user/id", "lee"),
        row!("GET /devices", devices("lee"))
            .query("user_id", "lee")
            .answer(json!({ "devices": [{ "id": "d1", "push_provider": "web", "voip": true }] }))
            .tells("/0/push_provider", "web")
            .tells("/0/voip", true),
        row!(
            "POST /devices",
            add_device(&NewDevice::new("d1", "lee", PushService::Firebase).provider_name("main"))
        )
        .body(json!({
            "id": "d1", "user_id": "lee", "push_provider": "firebase", "push_provider_name": "main",
        })),
        row!("DELETE /devices", delete_device("lee", "d1"))
            .query("id", "d1")
            .query("user_id", "lee"),
    ]
}
