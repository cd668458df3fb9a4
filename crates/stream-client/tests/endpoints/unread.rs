use serde_json::json;
use stream_chat_client::{Custom, DeliveredMessage, ReadUpTo, UnreadFrom};

use crate::row::{Row, row};

const T: &str = "messaging";

fn own() -> Custom {
    let mut own = Custom::new();
    own.insert("tone".to_owned(), 3.into());
    own
}

pub(crate) fn rows() -> Vec<Row> {
    let counts = || json!({ "total_unread_count": 4, "channels": [{ "channel_id": "messaging:ward", "unread_count": 4 }] });
    vec![
        row!(
            "POST /channels/{type}/{id}/read",
            mark_read(T, "ward", &ReadUpTo::new("lee").message_id("m1"))
        )
        .at("/channels/messaging/ward/read")
        .body(json!({ "user_id": "lee", "message_id": "m1" })),
        row!(
            "POST /channels/{type}/{id}/unread",
            mark_unread(T, "ward", &UnreadFrom::new("lee").thread_id("m1"))
        )
        .at("/channels/messaging/ward/unread")
        .body(json!({ "user_id": "lee", "thread_id": "m1" })),
        row!("POST /channels/read", mark_all_read("lee")).body(json!({ "user": { "id": "lee" } })),
        row!(
            "POST /channels/delivered",
            mark_delivered("lee", &[DeliveredMessage::new("messaging:ward", "m1")])
        )
        .query("user_id", "lee")
        .body(json!({
            "latest_delivered_messages": [{ "cid": "messaging:ward", "id": "m1" }], "user_id": "lee",
        })),
        row!("GET /unread", unread("lee"))
            .query("user_id", "lee")
            .answer(counts())
            .tells("/total_unread_count", 4)
            .tells("/channels/0/unread_count", 4),
        row!("POST /unread_batch", unread_of(["lee", "kim"]))
            .body(json!({ "user_ids": ["lee", "kim"] }))
            .answer(json!({ "counts_by_user": { "lee": counts() } }))
            .tells("/lee/total_unread_count", 4),
        row!("POST /channels/{type}/{id}/event", send_event(T, "ward", "lee", "wave", &own()))
            .at("/channels/messaging/ward/event")
            .body(json!({ "event": { "type": "wave", "user_id": "lee", "tone": 3 } })),
        row!("POST /channels/{type}/{id}/event", send_typing(T, "ward", "lee", true))
            .at("/channels/messaging/ward/event")
            .body(json!({ "event": { "type": "typing.start", "user_id": "lee" } })),
        row!("POST /users/{user}/event", send_user_event("lee", "wave", &own()))
            .at("/users/lee/event")
            .body(json!({ "event": { "type": "wave", "tone": 3 } })),
    ]
}
