use serde_json::{Value, json};
use stream_chat_client::{
    BatchMember, BatchOperation, ChannelBatch, ChannelData, ChannelEdit, Custom, Filter,
    MemberQuery, RoleAssignment, Sort, SystemMessage,
};

use crate::{
    channels::channel,
    row::{Row, row, time},
};

const T: &str = "messaging";

fn edit(row: Row, body: Value) -> Row {
    row.at("/channels/messaging/ward")
        .body(body)
        .answer(json!({ "channel": channel(), "members": [] }))
}

fn member(row: Row, body: Value) -> Row {
    let member = json!({ "user_id": "lee", "created_at": "2026-01-31T10:00:00Z", "pinned_at": "2026-01-31T10:00:00Z", "floor": 2 });
    row.at("/channels/messaging/ward/member/lee")
        .body(body)
        .answer(json!({ "channel_member": member }))
        .tells("/pinned_at", "2026-01-31T10:00:00Z")
        .tells("/floor", 2)
}

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = edits();
    rows.extend(own());
    rows.extend(found());
    rows
}

fn edits() -> Vec<Row> {
    vec![
        edit(
            row!("POST /channels/{type}/{id}", add_members(T, "ward", &["lee", "kim"])),
            json!({ "add_members": ["lee", "kim"] }),
        )
        .tells("/id", "ward"),
        edit(
            row!("POST /channels/{type}/{id}", remove_members(T, "ward", &["lee"])),
            json!({ "remove_members": ["lee"] }),
        ),
        edit(
            row!("POST /channels/{type}/{id}", invite_members(T, "ward", &["bo"])),
            json!({ "invites": ["bo"] }),
        ),
        edit(
            row!("POST /channels/{type}/{id}", accept_invite(T, "ward", "bo")),
            json!({ "accept_invite": true, "user_id": "bo" }),
        ),
        edit(
            row!("POST /channels/{type}/{id}", reject_invite(T, "ward", "bo")),
            json!({ "reject_invite": true, "user_id": "bo" }),
        ),
        edit(
            row!(
                "POST /channels/{type}/{id}",
                edit_channel(
                    T,
                    "ward",
                    &ChannelEdit::new()
                        .data(Custom::new())
                        .add_members(["kim"])
                        .add_moderators(["lee"])
                        .demote_moderators(["bo"])
                        .assign_roles(vec![RoleAssignment::new("lee", "channel_moderator")])
                        .cooldown(30)
                        .add_filter_tags(["night"])
                        .remove_filter_tags(["day"])
                        .hide_history(true)
                        .hide_history_before(
                            time()
                        )
                        .message(SystemMessage::new("lee", "Kim is here").with("kind", "hello"))
                        .skip_push(true)
                )
            ),
            json!({
                "data": {}, "add_members": ["kim"], "add_moderators": ["lee"], "demote_moderators": ["bo"],
                "assign_roles": [{ "user_id": "lee", "channel_role": "channel_moderator" }], "cooldown": 30,
                "add_filter_tags": ["night"], "remove_filter_tags": ["day"], "hide_history": true,
                "hide_history_before": "2026-01-31T10:00:00Z", "skip_push": true,
                "message": { "user_id": "lee", "text": "Kim is here", "kind": "hello" },
            }),
        )
        .tells("/channel/id", "ward"),
    ]
}

fn own() -> Vec<Row> {
    vec![
        member(
            row!(
                "PATCH /channels/{type}/{id}/member/{user}",
                update_member(T, "ward", "lee", &json!({ "floor": 2 }), &["a".to_owned()])
            ),
            json!({ "set": { "floor": 2 }, "unset": ["a"] }),
        ),
        member(
            row!(
                "PATCH /channels/{type}/{id}/member/{user}",
                pin_channel(T, "ward", "lee", true)
            ),
            json!({ "set": { "pinned": true }, "unset": [] }),
        ),
        member(
            row!(
                "PATCH /channels/{type}/{id}/member/{user}",
                archive_channel(T, "ward", "lee", false)
            ),
            json!({ "set": { "archived": false }, "unset": [] }),
        ),
    ]
}

fn found() -> Vec<Row> {
    let payload = json!({
        "type": T, "id": "ward", "filter_conditions": { "banned": { "$eq": true } },
        "sort": [{ "field": "created_at", "direction": 1 }], "limit": 10, "offset": 20, "user_id": "lee",
    });
    vec![
        row!(
            "GET /members",
            query_members(
                &MemberQuery::new(T, "ward", Filter::eq("banned", true))
                    .sort(Sort::ascending("created_at"))
                    .limit(10)
                    .offset(20)
                    .user_id("lee")
            )
        )
        .query("payload", payload)
        .answer(json!({ "members": [{ "user": { "id": "lee" }, "created_at": "2026-01-31T10:00:00Z" }] }))
        .tells("/0/user/id", "lee"),
        row!(
            "PUT /channels/batch",
            update_channels(
                &ChannelBatch::new(
                    BatchOperation::AddMembers,
                    Filter::is_in("cids", ["messaging:ward"])
                )
                .members(vec![BatchMember::new("lee").channel_role("channel_moderator")])
            )
        )
        .body(json!({
            "operation": "addMembers", "filter": { "cids": { "$in": ["messaging:ward"] } },
            "members": [{ "user_id": "lee", "channel_role": "channel_moderator" }],
        }))
        .answer(json!({ "task_id": "t1" }))
        .tells("/task_id", "t1"),
        row!(
            "PUT /channels/batch",
            update_channels(
                &ChannelBatch::new(BatchOperation::UpdateData, Filter::eq("types", T))
                    .data(ChannelData::new().frozen(true).team("red"))
            )
        )
        .body(json!({
            "operation": "updateData", "filter": { "types": { "$eq": T } },
            "data": { "frozen": true, "team": "red" },
        }))
        .answer(json!({ "task_id": "t1" })),
    ]
}
