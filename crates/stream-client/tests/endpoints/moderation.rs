use serde_json::{Value, json};
use stream_chat_client::{
    BanQuery, Filter, FlagQuery, FlagReview, FutureBanQuery, NewBan, NewMute, Sort, Unban,
};

use crate::{
    messages::message,
    row::{Row, row},
};

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = bans();
    rows.extend(mutes());
    rows.extend(flags());
    rows.extend(blocklists());
    rows
}

fn bans() -> Vec<Row> {
    let ban = || json!({ "bans": [{ "user": { "id": "bo" }, "reason": "spam", "expires": "2026-01-31T10:00:00Z" }] });
    vec![
        row!(
            "POST /moderation/ban",
            ban(
                &NewBan::new("bo", "lee")
                    .reason("spam")
                    .minutes(60)
                    .shadow(true)
                    .channel_type("messaging")
                    .channel_id("ward")
                    .ban_from_future_channels(true)
            )
        )
        .body(json!({
            "target_user_id": "bo", "user_id": "lee", "reason": "spam", "timeout": 60, "shadow": true,
            "type": "messaging", "id": "ward", "ban_from_future_channels": true,
        })),
        row!(
            "DELETE /moderation/ban",
            unban(
                &Unban::new("bo")
                    .channel_type("messaging")
                    .channel_id("ward")
                    .created_by("lee")
                    .remove_future_channels_ban(true)
            )
        )
        .query("target_user_id", "bo")
        .query("type", "messaging")
        .query("id", "ward")
        .query("created_by", "lee")
        .query("remove_future_channels_ban", "true"),
        row!(
            "GET /query_banned_users",
            query_bans(
                &BanQuery::new(Filter::eq("channel_cid", "messaging:ward"))
                    .sort(Sort::descending("created_at"))
                    .limit(5)
                    .offset(5)
            )
        )
        .query(
            "payload",
            json!({
                "filter_conditions": { "channel_cid": { "$eq": "messaging:ward" } }, "limit": 5, "offset": 5,
                "sort": [{ "field": "created_at", "direction": -1 }],
            }),
        )
        .answer(ban())
        .tells("/0/reason", "spam"),
        row!(
            "GET /query_future_channel_bans",
            query_future_bans(
                &FutureBanQuery::new()
                    .user_id("lee")
                    .target_user_id("bo")
                    .exclude_expired_bans(true)
                    .limit(5)
            )
        )
        .query(
            "payload",
            json!({ "user_id": "lee", "target_user_id": "bo", "exclude_expired_bans": true, "limit": 5 }),
        )
        .answer(ban())
        .tells("/0/user/id", "bo"),
    ]
}

fn mutes() -> Vec<Row> {
    let pair = || json!({ "blocked_user_id": "bo", "user_id": "lee" });
    vec![
        row!(
            "POST /moderation/mute",
            mute_users(&NewMute::new(["bo", "al"], "lee").minutes(30))
        )
        .body(json!({ "target_ids": ["bo", "al"], "user_id": "lee", "timeout": 30 }))
        .answer(json!({ "mutes": [{ "target": { "id": "bo" } }], "own_user": { "id": "lee" } }))
        .tells("/mutes/0/target/id", "bo")
        .tells("/own_user/id", "lee"),
        row!("POST /moderation/unmute", unmute_users(["bo"], "lee"))
            .body(json!({ "target_ids": ["bo"], "user_id": "lee" })),
        row!("POST /users/block", block_user("bo", "lee"))
            .body(pair())
            .answer(json!({ "blocked_user_id": "bo", "blocked_by_user_id": "lee" }))
            .tells("/blocked_by_user_id", "lee"),
        row!("POST /users/unblock", unblock_user("bo", "lee")).body(pair()),
        row!("GET /users/block", blocked_users("lee"))
            .query("user_id", "lee")
            .answer(json!({ "blocks": [{ "user_id": "lee", "blocked_user": { "id": "bo" } }] }))
            .tells("/0/blocked_user/id", "bo"),
    ]
}

fn flags() -> Vec<Row> {
    let asked: Value =
        json!({ "filter_conditions": { "user_id": { "$eq": "lee" } }, "limit": 5, "offset": 5 });
    let report = json!({ "id": "r1", "message": message(), "flags_count": 2 });
    vec![
        row!("POST /moderation/flag", flag_message("m1", "lee"))
            .body(json!({ "target_message_id": "m1", "user_id": "lee" })),
        row!("POST /moderation/flag", flag_user("bo", "lee"))
            .body(json!({ "target_user_id": "bo", "user_id": "lee" })),
        row!(
            "GET /moderation/flags/message",
            query_message_flags(&FlagQuery::new(Filter::eq("user_id", "lee")).limit(5).offset(5))
        )
        .query("payload", asked.clone())
        .answer(json!({ "flags": [{ "created_by_automod": true, "message": message() }] }))
        .tells("/0/created_by_automod", true),
        row!(
            "POST /moderation/reports",
            query_flag_reports(&FlagQuery::new(Filter::eq("user_id", "lee")).limit(5).offset(5))
        )
        .body(asked)
        .answer(json!({ "flag_reports": [report] }))
        .tells("/0/flags_count", 2),
        row!(
            "PATCH /moderation/reports/{report}",
            review_flag_report(
                "r1",
                &FlagReview::new("reviewed", "lee").review_details(json!({ "custom": "a" }))
            )
        )
        .at("/moderation/reports/r1")
        .body(json!({ "review_result": "reviewed", "user_id": "lee", "review_details": { "custom": "a" } }))
        .answer(json!({ "flag_report": { "id": "r1", "review_result": "reviewed" } }))
        .tells("/review_result", "reviewed"),
    ]
}

fn blocklists() -> Vec<Row> {
    let list = || json!({ "name": "rude words", "words": ["darn"], "type": "word" });
    vec![
        row!("POST /blocklists", create_blocklist("rude words", ["darn"]))
            .body(json!({ "name": "rude words", "words": ["darn"] })),
        row!("GET /blocklists/{name}", blocklist("rude words"))
            .at("/blocklists/rude%20words")
            .answer(json!({ "blocklist": list() }))
            .tells("/type", "word"),
        row!("GET /blocklists", blocklists())
            .answer(json!({ "blocklists": [list()] }))
            .tells("/0/words/0", "darn"),
        row!(
            "PUT /blocklists/{name}",
            update_blocklist("rude", ["darn", "drat"])
        )
        .at("/blocklists/rude")
        .body(json!({ "words": ["darn", "drat"] })),
        row!("DELETE /blocklists/{name}", delete_blocklist("rude")).at("/blocklists/rude"),
    ]
}
