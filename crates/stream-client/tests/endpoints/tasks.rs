use serde_json::json;
use stream_chat_client::{ChannelExport, ExportedChannel, ImportMode, NewImport, TeamUsageQuery};

use crate::row::{Row, row, time};

pub(crate) fn rows() -> Vec<Row> {
    let task = || json!({ "task_id": "t1", "status": "completed", "result": { "url": "https://a.example" } });
    let import =
        || json!({ "id": "i1", "state": "completed", "mode": "upsert", "size": 12, "extra": 1 });
    vec![
        row!("GET /tasks/{task}", task("t1"))
            .at("/tasks/t1")
            .answer(task())
            .tells("/status", "completed"),
        row!(
            "POST /export_channels",
            export_channels(
                &ChannelExport::new(vec![
                    ExportedChannel::new("messaging", "ward").messages_since(
                        time()
                    )
                ])
                .clear_deleted_message_text(true)
                .include_truncated_messages(false)
                .export_users(true)
                .version("v2")
            )
        )
        .body(json!({
            "channels": [{ "type": "messaging", "id": "ward", "messages_since": "2026-01-31T10:00:00Z" }],
            "clear_deleted_message_text": true, "include_truncated_messages": false, "export_users": true,
            "version": "v2",
        }))
        .answer(json!({ "task_id": "t1" }))
        .tells("/task_id", "t1"),
        row!("GET /export_channels/{task}", channel_export("t1"))
            .at("/export_channels/t1")
            .answer(task())
            .tells("/result/url", "https://a.example"),
        row!("POST /export/users", export_users(["lee"]))
            .body(json!({ "user_ids": ["lee"] }))
            .answer(json!({ "task_id": "t1" }))
            .tells("/task_id", "t1"),
        row!("POST /import_urls", create_import_url("all.jsonl"))
            .body(json!({ "filename": "all.jsonl" }))
            .answer(json!({ "path": "s3/all", "upload_url": "https://up.example" }))
            .tells("/path", "s3/all"),
        row!(
            "POST /imports",
            create_import(&NewImport::new("s3/all", ImportMode::Upsert).merge_custom(true))
        )
        .body(json!({ "path": "s3/all", "mode": "upsert", "merge_custom": true }))
        .answer(json!({ "import_task": import() }))
        .tells("/extra", 1),
        row!("GET /imports/{import}", import("i1"))
            .at("/imports/i1")
            .answer(json!({ "import_task": import() }))
            .tells("/size", 12),
        row!("GET /imports", imports(10, 20))
            .query("limit", "10")
            .query("offset", "20")
            .answer(json!({ "import_tasks": [import()] }))
            .tells("/0/id", "i1"),
        row!(
            "POST /stats/team_usage",
            query_team_usage(
                &TeamUsageQuery::new()
                    .start_date("2026-01-01")
                    .end_date("2026-01-31")
                    .limit(5)
                    .next("n1")
            )
        )
        .body(json!({ "start_date": "2026-01-01", "end_date": "2026-01-31", "limit": 5, "next": "n1" }))
        .answer(json!({ "teams": [
            { "team": "red", "users_daily": { "total": 3, "daily": [{ "date": "2026-01-01", "value": 3 }] } },
        ] }))
        .tells("/teams/0/users_daily/daily/0/value", 3),
    ]
}
