use std::collections::BTreeMap;

use serde_json::{Value, json};
use stream_chat_client::{
    Deletion, Filter, MessageChange, MessageSearch, MessageType, NewAttachment, NewLocation,
    NewMessage, NewReaction, ReactionOptions, SendOptions, Sort,
};

use crate::row::{Row, row, time};

const T: &str = "messaging";

pub(crate) fn message() -> Value {
    json!({
        "id": "m1", "cid": "messaging:ward", "type": "regular", "text": "Hello", "floor": 2,
        "created_at": "2026-01-31T10:00:00Z", "user": { "id": "lee" }, "i18n": { "fr_text": "Salut" },
    })
}

fn holder() -> Value {
    json!({ "message": message() })
}

fn form() -> BTreeMap<String, String> {
    BTreeMap::from([("image_action".to_owned(), "send".to_owned())])
}

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = sent();
    rows.extend(changed());
    rows.extend(reactions());
    rows
}

fn sent() -> Vec<Row> {
    let body = json!({
        "message": {
            "id": "m1", "user_id": "lee", "text": "Hello", "quoted_message_id": "m0",
            "attachments": [{ "type": "image", "title": "Ward", "floor": 2 }], "mentioned_users": ["kim"], "parent_id": "p1",
            "show_in_channel": true, "silent": true, "pinned": true, "type": "system",
            "restricted_visibility": ["kim"], "html": "<p>Hello</p>",
            "shared_location": { "latitude": 1.5, "longitude": 2.5, "created_by_device_id": "d1" },
            "floor": 2,
        },
        "skip_push": true, "skip_enrich_url": true, "pending": true, "pending_message_metadata": { "a": "b" },
        "keep_channel_hidden": true, "force_moderation": true,
    });
    vec![
        row!(
            "POST /channels/{type}/{id}/message",
            send_message(T, "ward", &NewMessage::new("m1", "lee", "Hello"))
        )
        .at("/channels/messaging/ward/message")
        .body(json!({ "message": { "id": "m1", "user_id": "lee", "text": "Hello", "attachments": [] } }))
        .answer(holder())
        .tells("/Now/floor", 2),
        row!(
            "POST /channels/{type}/{id}/message",
            send_message_as(
                T,
                "ward",
                &NewMessage::new("m1", "lee", "Hello")
                    .quoted_message_id("m0")
                    .attachments(vec![NewAttachment::new("image").title("Ward").with("floor", 2).into()])
                    .mentioned_users(["kim"])
                    .parent_id("p1")
                    .show_in_channel(true)
                    .silent(true)
                    .pinned(true)
                    .message_type(MessageType::System)
                    .restricted_visibility(["kim"])
                    .html("<p>Hello</p>")
                    .shared_location(NewLocation::new(1.5, 2.5, "d1"))
                    .with("floor", 2),
                &SendOptions::new()
                    .skip_push(true)
                    .skip_enrich_url(true)
                    .pending(true)
                    .pending_message_metadata(BTreeMap::from([("a".to_owned(), "b".to_owned())]))
                    .keep_channel_hidden(true)
                    .force_moderation(true)
            )
        )
        .at("/channels/messaging/ward/message")
        .body(body)
        .answer(holder())
        .tells("/Now/type", "regular"),
        row!("GET /messages/{message}", message("m1"))
            .at("/messages/m1")
            .answer(holder())
            .tells("/created_at", "2026-01-31T10:00:00Z"),
        row!("GET /channels/{type}/{id}/messages", messages(T, "ward", &["m1", "m2"]))
            .at("/channels/messaging/ward/messages")
            .query("ids", "m1,m2")
            .answer(json!({ "messages": [message()] }))
            .tells("/0/id", "m1"),
        row!(
            "GET /search",
            search(
                &MessageSearch::new(Filter::is_in("members", ["lee"]))
                    .words("hello")
                    .sort(Sort::descending("created_at"))
                    .limit(5)
                    .next("n1")
            )
        )
        .query(
            "payload",
            json!({
                "filter_conditions": { "members": { "$in": ["lee"] } }, "query": "hello", "limit": 5,
                "sort": [{ "field": "created_at", "direction": -1 }], "next": "n1",
            }),
        )
        .answer(json!({ "results": [holder()], "next": "n2", "results_warning": null }))
        .tells("/results/0/message/id", "m1")
        .tells("/next", "n2"),
        row!(
            "GET /search",
            search(
                &MessageSearch::new(Filter::eq("cid", "messaging:ward"))
                    .messages(Filter::exists("attachments", true))
                    .offset(3)
            )
        )
        .query(
            "payload",
            json!({
                "filter_conditions": { "cid": { "$eq": "messaging:ward" } }, "offset": 3,
                "message_filter_conditions": { "attachments": { "$exists": true } },
            }),
        ),
    ]
}

fn changed() -> Vec<Row> {
    vec![
        row!(
            "POST /messages/{message}",
            replace_message(
                &NewMessage::new("m1", "lee", "Hello").with("floor", 3),
                &SendOptions::new().skip_push(true)
            )
        )
        .at("/messages/m1")
        .body(json!({
            "message": { "user_id": "lee", "text": "Hello", "attachments": [], "mentioned_users": [], "floor": 3 },
            "skip_push": true,
        }))
        .answer(holder())
        .tells("/text", "Hello"),
        row!(
            "PUT /messages/{message}",
            update_message(
                "m1",
                &MessageChange::new("lee")
                    .set(json!({ "text": "Hi" }))
                    .unset(["floor"])
                    .skip_enrich_url(true)
            )
        )
        .at("/messages/m1")
        .body(json!({ "user_id": "lee", "set": { "text": "Hi" }, "unset": ["floor"], "skip_enrich_url": true }))
        .answer(holder()),
        row!("PUT /messages/{message}", pin_message("m1", "lee", Some(time())))
            .at("/messages/m1")
            .body(json!({
                "user_id": "lee", "set": { "pinned": true, "pin_expires": "2026-01-31T10:00:00Z" },
            }))
            .answer(holder()),
        row!("PUT /messages/{message}", unpin_message("m1", "lee"))
            .at("/messages/m1")
            .body(json!({ "user_id": "lee", "set": { "pinned": false } }))
            .answer(holder()),
        row!("DELETE /messages/{message}", delete_message("m1", "lee", Deletion::Hard))
            .at("/messages/m1")
            .query("deleted_by", "lee")
            .query("hard", "true")
            .answer(holder())
            .tells("/id", "m1"),
        row!("DELETE /messages/{message}", delete_message("m1", "lee", Deletion::ForMe))
            .at("/messages/m1")
            .query("deleted_by", "lee")
            .query("delete_for_me", "true")
            .answer(holder()),
        row!("POST /messages/{message}/commit", commit_message("m1")).at("/messages/m1/commit"),
        row!("POST /messages/{message}/action", run_message_action("m1", &form()))
            .at("/messages/m1/action")
            .body(json!({ "message_id": "m1", "form_data": { "image_action": "send" } }))
            .answer(holder())
            .tells("/id", "m1"),
        row!("POST /messages/{message}/translate", translate_message("m1", "fr"))
            .at("/messages/m1/translate")
            .body(json!({ "language": "fr" }))
            .answer(holder())
            .tells("/i18n/fr_text", "Salut"),
    ]
}

fn reactions() -> Vec<Row> {
    let reaction = || json!({ "type": "like", "user_id": "lee", "created_at": "2026-01-31T10:00:00Z", "tone": 3 });
    let changed = || json!({ "message": message(), "reaction": reaction() });
    vec![
        row!(
            "POST /messages/{message}/reaction",
            add_reaction(
                "m1",
                &NewReaction::new("like", "lee").score(5).with("tone", 3),
                &ReactionOptions::new().enforce_unique(true).skip_push(true)
            )
        )
        .at("/messages/m1/reaction")
        .body(json!({
            "reaction": { "type": "like", "user_id": "lee", "score": 5, "tone": 3 },
            "enforce_unique": true, "skip_push": true,
        }))
        .answer(changed())
        .tells("/reaction/tone", 3),
        row!(
            "DELETE /messages/{message}/reaction/{reaction}",
            remove_reaction("m1", "li ke", "lee")
        )
        .at("/messages/m1/reaction/li%20ke")
        .query("user_id", "lee")
        .answer(changed())
        .tells("/message/id", "m1"),
        row!("GET /messages/{message}/reactions", reactions("m1", 10))
            .at("/messages/m1/reactions")
            .query("limit", "300")
            .query("offset", "10")
            .answer(json!({ "reactions": [reaction()] }))
            .tells("/0/type", "like"),
    ]
}
