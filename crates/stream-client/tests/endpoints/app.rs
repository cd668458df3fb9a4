use serde_json::json;
use stream_chat_client::{
    AppSettings, NewPushProvider, PushCheck, PushService, RateLimitQuery, Secret,
};

use crate::row::{Row, row, time};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row!("GET /app", app())
            .answer(json!({ "app": { "id": 7, "name": "Ward", "grants": { "user": [] } } }))
            .tells("/id", 7)
            .tells("/grants/user", json!([])),
        row!(
            "PATCH /app",
            update_app(
                &AppSettings::new()
                    .webhook_url("https://a.example")
                    .webhook_events(["message.new"])
                    .multi_tenant_enabled(true)
                    .with("async_url_enrich_enabled", true)
            )
        )
        .body(json!({
            "webhook_url": "https://a.example", "webhook_events": ["message.new"],
            "multi_tenant_enabled": true, "async_url_enrich_enabled": true,
        })),
        row!("PATCH /app", revoke_all_tokens(Some(time())))
            .body(json!({ "revoke_tokens_issued_before": "2026-01-31T10:00:00Z" })),
        row!("PATCH /app", revoke_all_tokens(None))
            .body(json!({ "revoke_tokens_issued_before": null })),
        row!(
            "GET /rate_limits",
            rate_limits(
                &RateLimitQuery::new()
                    .server_side(true)
                    .ios(true)
                    .endpoints(["SendMessage", "GetApp"])
            )
        )
        .query("server_side", "true")
        .query("ios", "true")
        .query("endpoints", "SendMessage,GetApp")
        .answer(json!({ "server_side": { "GetApp": { "limit": 60, "remaining": 59, "reset": 9 } } }))
        .tells("/server_side/GetApp/remaining", 59)
        .tells("/duration", "1.00ms"),
        row!(
            "POST /check_sqs",
            check_sqs("https://sqs.example", "key", &Secret::new("hush"))
        )
        .body(json!({ "sqs_url": "https://sqs.example", "sqs_key": "key", "sqs_secret": "hush" }))
        .answer(json!({ "status": "error", "error": "no such queue", "data": {} }))
        .tells("/error", "no such queue"),
        row!("POST /check_sns", check_sns("arn:x", "key", &Secret::new("hush")))
            .body(json!({ "sns_topic_arn": "arn:x", "sns_key": "key", "sns_secret": "hush" }))
            .answer(json!({ "status": "ok" }))
            .tells("/status", "ok"),
        row!(
            "POST /check_push",
            check_push(
                &PushCheck::new("lee")
                    .message_id("m1")
                    .skip_devices(true)
                    .push_provider_type(PushService::Apn)
                    .push_provider_name("main")
            )
        )
        .body(json!({
            "user_id": "lee", "message_id": "m1", "skip_devices": true,
            "push_provider_type": "apn", "push_provider_name": "main",
        }))
        .answer(json!({
            "device_errors": { "d1": { "provider": "apn", "error_message": "bad token" } },
            "rendered_message": { "title": "Lee" },
        }))
        .tells("/device_errors/d1/error_message", "bad token")
        .tells("/rendered_message/title", "Lee"),
        row!("GET /push_providers", push_providers())
            .answer(json!({ "push_providers": [{ "type": "apn", "name": "main", "apn_topic": "t" }] }))
            .tells("/0/apn_topic", "t"),
        row!(
            "POST /push_providers",
            upsert_push_provider(
                &NewPushProvider::new(PushService::Firebase, "main").firebase_credentials("{}")
            )
        )
        .body(json!({ "push_provider": { "type": "firebase", "name": "main", "firebase_credentials": "{}" } })),
        row!(
            "DELETE /push_providers/{type}/{name}",
            delete_push_provider(&PushService::Huawei, "old one")
        )
        .at("/push_providers/huawei/old%20one"),
    ]
}
