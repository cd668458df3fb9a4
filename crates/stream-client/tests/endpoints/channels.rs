use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use stream_chat_client::{
    ChannelQuery, Custom, Filter, MessageRange, NewChannel, Sort, SystemMessage, Truncation,
};

use crate::row::{Row, row, time};

const T: &str = "messaging";
const HOUR: Duration = Duration::from_secs(3_600);
const PNG: Bytes = Bytes::from_static(b"\x89PNG");

pub(crate) fn channel() -> Value {
    json!({ "id": "ward", "type": T, "cid": "messaging:ward", "created_at": "2026-01-31T10:00:00Z", "name": "Ward" })
}

fn own(name: &str) -> Custom {
    let mut own = Custom::new();
    own.insert("name".to_owned(), name.into());
    own
}

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = found();
    rows.extend(changed());
    rows.extend(files());
    rows
}

fn found() -> Vec<Row> {
    vec![
        row!(
            "POST /channels/{type}/{id}/query",
            get_or_create_channel(
                T,
                "wa rd",
                &NewChannel::new("lee")
                    .members(["lee", "kim"])
                    .invites(["bo"])
                    .team("red")
                    .filter_tags(["night"])
                    .with("name", "Ward")
            )
        )
        .at("/channels/messaging/wa%20rd/query")
        .body(json!({
            "data": {
                "created_by_id": "lee", "members": ["lee", "kim"], "invites": ["bo"], "team": "red",
                "filter_tags": ["night"], "name": "Ward",
            },
            "state": true, "members": { "limit": 100 },
        }))
        .answer(json!({ "channel": channel(), "watcher_count": 3, "threads": [] }))
        .tells("/channel/name", "Ward")
        .tells("/watcher_count", 3)
        .tells("/threads", json!([])),
        row!(
            "POST /channels/{type}/{id}/query",
            channel_messages(T, "ward", MessageRange::Around("m1"), 7)
        )
        .at("/channels/messaging/ward/query")
        .body(json!({ "state": true, "messages": { "limit": 7, "id_around": "m1" } }))
        .answer(json!({ "channel": channel(), "messages": null }))
        .tells("/messages", json!([])),
        row!(
            "POST /channels/{type}/query",
            get_or_create_distinct_channel(T, &NewChannel::new("lee").members(["lee", "kim"]))
        )
        .at("/channels/messaging/query")
        .body(json!({
            "data": { "created_by_id": "lee", "members": ["lee", "kim"] },
            "state": true, "members": { "limit": 100 },
        }))
        .answer(json!({ "channel": channel() }))
        .tells("/channel/id", "ward"),
        row!(
            "POST /channels",
            query_channels(
                &ChannelQuery::new(Filter::is_in("members", ["lee"]))
                    .sort(Sort::descending("last_message_at"))
                    .limit(500)
                    .offset(30)
                    .messages(1)
                    .members(2)
                    .user_id("lee")
            )
        )
        .body(json!({
            "filter_conditions": { "members": { "$in": ["lee"] } },
            "sort": [{ "field": "last_message_at", "direction": -1 }],
            "limit": 30, "offset": 30, "message_limit": 1, "member_limit": 2, "user_id": "lee",
            "state": true, "watch": false, "presence": false,
        }))
        .answer(json!({ "channels": [{ "channel": channel(), "hidden": true }] }))
        .tells("/0/hidden", true),
    ]
}

fn changed() -> Vec<Row> {
    let answer = || json!({ "channel": channel(), "members": [] });
    vec![
        row!(
            "POST /channels/{type}/{id}",
            replace_channel(T, "ward", &own("Night"))
        )
        .at("/channels/messaging/ward")
        .body(json!({ "data": { "name": "Night" } }))
        .answer(answer())
        .tells("/channel/cid", "messaging:ward"),
        row!(
            "PATCH /channels/{type}/{id}",
            update_channel(T, "ward", &json!({ "floor": 2 }), &["name".to_owned()])
        )
        .at("/channels/messaging/ward")
        .body(json!({ "set": { "floor": 2 }, "unset": ["name"] }))
        .answer(answer())
        .tells("/duration", "1.00ms"),
        row!(
            "DELETE /channels/{type}/{id}",
            delete_channel(T, "ward", true)
        )
        .at("/channels/messaging/ward")
        .query("hard_delete", "true")
        .answer(answer())
        .tells("/id", "ward"),
        row!(
            "POST /channels/delete",
            delete_channels(["messaging:a", "messaging:b"], true)
        )
        .body(json!({ "cids": ["messaging:a", "messaging:b"], "hard_delete": true }))
        .answer(json!({ "task_id": "t1" }))
        .tells("/task_id", "t1"),
        row!(
            "POST /channels/{type}/{id}/truncate",
            truncate_channel(
                T,
                "ward",
                &Truncation::new()
                    .hard_delete(true)
                    .skip_push(true)
                    .truncated_at(time())
                    .message(SystemMessage::new("lee", "Emptied"))
                    .user_id("lee")
            )
        )
        .at("/channels/messaging/ward/truncate")
        .body(json!({
            "hard_delete": true, "skip_push": true, "truncated_at": "2026-01-31T10:00:00Z",
            "message": { "user_id": "lee", "text": "Emptied" }, "user_id": "lee",
        }))
        .answer(answer())
        .tells("/channel/id", "ward"),
        row!(
            "POST /channels/{type}/{id}/hide",
            hide_channel(T, "ward", "lee", true)
        )
        .at("/channels/messaging/ward/hide")
        .body(json!({ "user_id": "lee", "clear_history": true })),
        row!(
            "POST /channels/{type}/{id}/show",
            show_channel(T, "ward", "lee")
        )
        .at("/channels/messaging/ward/show")
        .body(json!({ "user_id": "lee" })),
        row!(
            "POST /moderation/mute/channel",
            mute_channel("messaging:ward", "lee", Some(HOUR))
        )
        .body(json!({ "channel_cid": "messaging:ward", "user_id": "lee", "expiration": 3_600_000 }))
        .answer(json!({ "channel_mute": { "channel": channel(), "user": { "id": "lee" } } }))
        .tells("/channel_mute/channel/id", "ward"),
        row!(
            "POST /moderation/unmute/channel",
            unmute_channel("messaging:ward", "lee")
        )
        .body(json!({ "channel_cid": "messaging:ward", "user_id": "lee" })),
    ]
}

fn files() -> Vec<Row> {
    let form = &[
        r#"name="file"; filename="a.png""#,
        "image/png",
        "name=\"user\"\r\n\r\n{\"id\":\"lee\"}",
    ];
    let url = "https://x.stream-io-cdn.com/a.png?b=c";
    vec![
        row!(
            "POST /channels/{type}/{id}/file",
            upload_file(T, "ward", "lee", "a.png", "image/png", PNG)
        )
        .at("/channels/messaging/ward/file")
        .form(form)
        .answer(json!({ "file": url }))
        .tells("", url),
        row!(
            "POST /channels/{type}/{id}/image",
            upload_image(T, "ward", "lee", "a.png", "image/png", PNG)
        )
        .at("/channels/messaging/ward/image")
        .form(form)
        .answer(json!({ "file": url }))
        .tells("", url),
        row!(
            "DELETE /channels/{type}/{id}/file",
            delete_file(T, "ward", "https://x.stream-io-cdn.com/a.png?b=c")
        )
        .at("/channels/messaging/ward/file")
        .query("url", url),
        row!(
            "DELETE /channels/{type}/{id}/image",
            delete_image(T, "ward", "https://x.stream-io-cdn.com/a.png?b=c")
        )
        .at("/channels/messaging/ward/image")
        .query("url", url),
    ]
}
