use serde_json::{Value, json};
use stream_chat_client::{
    DraftQuery, Filter, HistoryQuery, LocationChange, NewDraft, ReminderQuery, ReplyRange, Sort,
    ThreadQuery,
};

use crate::{
    channels::channel,
    messages::message,
    row::{Row, row, time},
};

const T: &str = "messaging";

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = threads();
    rows.extend(drafts());
    rows.extend(reminders());
    rows.extend(locations());
    rows
}

fn threads() -> Vec<Row> {
    let thread = json!({
        "channel_cid": "messaging:ward", "channel": channel(), "parent_message": message(), "title": "K",
        "thread_participants": [{ "user_id": "lee", "last_read_at": "2026-01-31T10:00:00Z" }],
        "latest_replies": [message()], "reply_count": 1,
    });
    vec![
        row!(
            "POST /threads",
            query_threads(
                &ThreadQuery::new("lee")
                    .filter(Filter::eq("channel_cid", "messaging:ward"))
                    .sort(Sort::descending("last_message_at"))
                    .watch(false)
                    .limit(5)
                    .next("n1")
            )
        )
        .body(json!({
            "user_id": "lee", "filter": { "channel_cid": { "$eq": "messaging:ward" } }, "limit": 5,
            "sort": [{ "field": "last_message_at", "direction": -1 }], "watch": false, "next": "n1",
        }))
        .answer(json!({ "threads": [thread], "next": "n2" }))
        .tells("/threads/0/thread_participants/0/user_id", "lee")
        .tells("/next", "n2"),
        row!(
            "GET /messages/{message}/replies",
            replies("m1", &ReplyRange::new().limit(5).id_lt("m9"))
        )
        .at("/messages/m1/replies")
        .query("limit", "5")
        .query("id_lt", "m9")
        .answer(json!({ "messages": [message()] }))
        .tells("/0/id", "m1"),
        row!(
            "POST /messages/history",
            message_history(
                &HistoryQuery::new(Filter::eq("message_id", "m1"))
                    .sort(Sort::descending("message_updated_at"))
                    .limit(5)
            )
        )
        .body(json!({
            "filter": { "message_id": { "$eq": "m1" } }, "limit": 5,
            "sort": [{ "field": "message_updated_at", "direction": -1 }],
        }))
        .answer(json!({ "message_history": [{ "message_id": "m1", "text": "Helo", "floor": 1 }], "prev": "p" }))
        .tells("/message_history/0/floor", 1)
        .tells("/prev", "p"),
    ]
}

fn draft() -> Value {
    json!({ "channel_cid": "messaging:ward", "message": { "id": "d", "text": "So far" }, "parent_id": "m1" })
}

fn drafts() -> Vec<Row> {
    vec![
        row!(
            "POST /channels/{type}/{id}/draft",
            save_draft(
                T,
                "ward",
                &NewDraft::new("lee", "So far")
                    .parent_id("m1")
                    .mentioned_users(["kim"])
                    .with("mood", "calm")
            )
        )
        .at("/channels/messaging/ward/draft")
        .body(json!({ "message": {
            "user_id": "lee", "text": "So far", "parent_id": "m1", "mentioned_users": ["kim"], "mood": "calm",
        } }))
        .answer(json!({ "draft": draft() }))
        .tells("/message/text", "So far"),
        row!("GET /channels/{type}/{id}/draft", draft(T, "ward", "lee", Some("m1")))
            .at("/channels/messaging/ward/draft")
            .query("user_id", "lee")
            .query("parent_id", "m1")
            .answer(json!({ "draft": draft() }))
            .tells("/parent_id", "m1"),
        row!("DELETE /channels/{type}/{id}/draft", delete_draft(T, "ward", "lee", None))
            .at("/channels/messaging/ward/draft")
            .query("user_id", "lee"),
        row!(
            "POST /drafts/query",
            query_drafts(
                &DraftQuery::new("lee")
                    .filter(Filter::eq("parent_id", "m1"))
                    .sort(Sort::ascending("created_at"))
                    .limit(5)
                    .prev("p1")
            )
        )
        .body(json!({
            "user_id": "lee", "filter": { "parent_id": { "$eq": "m1" } }, "limit": 5, "prev": "p1",
            "sort": [{ "field": "created_at", "direction": 1 }],
        }))
        .answer(json!({ "drafts": [draft()], "next": "n" }))
        .tells("/drafts/0/channel_cid", "messaging:ward"),
    ]
}

fn reminders() -> Vec<Row> {
    let reminder =
        || json!({ "message_id": "m1", "user_id": "lee", "remind_at": "2026-01-31T10:00:00Z" });
    vec![
        row!(
            "POST /messages/{message}/reminders",
            create_reminder("m1", "lee", Some(time()))
        )
        .at("/messages/m1/reminders")
        .body(json!({ "user_id": "lee", "remind_at": "2026-01-31T10:00:00Z" }))
        .answer(json!({ "reminder": reminder() }))
        .tells("/remind_at", "2026-01-31T10:00:00Z"),
        row!(
            "PATCH /messages/{message}/reminders",
            update_reminder("m1", "lee", None)
        )
        .at("/messages/m1/reminders")
        .body(json!({ "user_id": "lee" }))
        .answer(json!({ "reminder": reminder() })),
        row!(
            "DELETE /messages/{message}/reminders",
            delete_reminder("m1", "lee")
        )
        .at("/messages/m1/reminders")
        .query("user_id", "lee"),
        row!(
            "POST /reminders/query",
            query_reminders(
                &ReminderQuery::new("lee")
                    .filter(Filter::lt("remind_at", "2027-01-01T00:00:00Z"))
                    .sort(Sort::ascending("remind_at"))
                    .limit(5)
                    .offset(5)
            )
        )
        .body(json!({
            "user_id": "lee", "filter": { "remind_at": { "$lt": "2027-01-01T00:00:00Z" } },
            "sort": [{ "field": "remind_at", "direction": 1 }], "limit": 5, "offset": 5,
        }))
        .answer(json!({ "reminders": [reminder()] }))
        .tells("/0/message_id", "m1"),
    ]
}

fn locations() -> Vec<Row> {
    let place = || json!({ "message_id": "m1", "latitude": 1.5, "longitude": 2.5, "accuracy": 3 });
    vec![
        row!("GET /users/live_locations", live_locations("lee"))
            .query("user_id", "lee")
            .answer(json!({ "active_live_locations": [place()] }))
            .tells("/0/accuracy", 3),
        row!(
            "PUT /users/live_locations",
            update_live_location(
                "lee",
                &LocationChange::new("m1", "d1")
                    .latitude(1.5)
                    .longitude(2.5)
                    .end_at(time())
            )
        )
        .query("user_id", "lee")
        .body(json!({
            "message_id": "m1", "created_by_device_id": "d1", "latitude": 1.5, "longitude": 2.5,
            "end_at": "2026-01-31T10:00:00Z",
        }))
        .answer(place())
        .tells("/latitude", 1.5),
    ]
}
