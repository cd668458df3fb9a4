use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Ward, token};

const WARD: &str = "/channels/messaging/ward";

#[tokio::test]
async fn a_channel_is_made_once_and_then_found() {
    let ward = Ward::open().await;
    let query = format!("{WARD}/query");
    assert_eq!(
        ward.server(Method::POST, &query, json!({ "data": {} }))
            .await
            .refused(),
        (400, 4)
    );
    let strangers = json!({ "data": { "created_by_id": "lee", "members": ["lee", "nobody"] } });
    let refused = ward.server(Method::POST, &query, strangers).await;
    assert_eq!(refused.refused(), (400, 4));
    assert!(refused.text.contains("nobody"));
    ward.make_channel().await;
    let other = json!({ "data": { "created_by_id": "kim", "name": "Other" } });
    let again = ward.server(Method::POST, &query, other).await.ok();
    assert_eq!(
        (
            &again["channel"]["name"],
            &again["channel"]["created_by"]["id"]
        ),
        (&json!("Ward"), &json!("lee"))
    );
    assert_eq!(again["members"].as_array().unwrap().len(), 2);
    assert_eq!(
        ward.server(Method::GET, "/channels/messaging/none", Value::Null)
            .await
            .refused(),
        (404, 16)
    );
}

#[tokio::test]
async fn a_channel_without_an_id_is_its_members() {
    let ward = Ward::open().await;
    let of = |members: Value| json!({ "data": { "created_by_id": "lee", "members": members } });
    let path = "/channels/messaging/query";
    let one = ward
        .server(Method::POST, path, of(json!(["lee", "kim"])))
        .await
        .ok();
    let same = ward
        .server(Method::POST, path, of(json!(["kim", "lee"])))
        .await
        .ok();
    assert_eq!(one["channel"]["cid"], same["channel"]["cid"]);
    assert_eq!(
        ward.server(Method::POST, path, of(json!(["lee"])))
            .await
            .refused(),
        (400, 4)
    );
    let path = format!(
        "/channels/messaging/{}",
        one["channel"]["id"].as_str().unwrap()
    );
    assert_eq!(
        ward.server(Method::POST, &path, json!({ "add_members": ["eve"] }))
            .await
            .refused(),
        (400, 4)
    );
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_paged() {
    let ward = Ward::open().await;
    for (id, floor) in [("a", 3), ("b", 1), ("c", 2)] {
        let data =
            json!({ "data": { "created_by_id": "lee", "members": ["lee"], "floor": floor } });
        ward.server(
            Method::POST,
            &format!("/channels/messaging/{id}/query"),
            data,
        )
        .await
        .ok();
    }
    let ids = async |filter: Value, sort: Value, limit: u32, offset: u32| -> Vec<String> {
        let body =
            json!({ "filter_conditions": filter, "sort": sort, "limit": limit, "offset": offset });
        let found = ward
            .client("lee", Method::POST, "/channels", body)
            .await
            .ok();
        found["channels"]
            .as_array()
            .unwrap()
            .iter()
            .map(|c| c["channel"]["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let mine = json!({ "members": { "$in": ["lee"] } });
    let by_floor = json!([{ "field": "floor", "direction": 1 }]);
    assert_eq!(
        ids(mine.clone(), by_floor.clone(), 30, 0).await,
        ["b", "c", "a"]
    );
    assert_eq!(ids(mine.clone(), by_floor.clone(), 1, 1).await, ["c"]);
    assert_eq!(
        ids(
            json!({ "members": { "$in": ["lee"] }, "floor": { "$gte": 2 } }),
            by_floor,
            30,
            0
        )
        .await,
        ["c", "a"]
    );
    assert_eq!(ids(mine, json!([]), 30, 0).await, ["c", "b", "a"]);
    let bad = json!({ "filter_conditions": { "floor": { "$ne": 1 } } });
    assert_eq!(
        ward.server(Method::POST, "/channels", bad).await.refused(),
        (400, 4)
    );
}

#[tokio::test]
async fn members_come_go_and_are_found() {
    let ward = Ward::with_channel().await;
    let add = json!({ "add_members": [{ "user_id": "eve", "ward": "7" }], "message": { "text": "Eve is in", "user_id": "lee" } });
    let answer = ward.server(Method::POST, WARD, add).await.ok();
    assert_eq!(
        (
            answer["members"].as_array().unwrap().len(),
            &answer["message"]["type"]
        ),
        (3, &json!("system"))
    );
    let who = json!({ "type": "messaging", "id": "ward", "filter_conditions": { "name": { "$autocomplete": "ev" } } });
    let found = ward.query(&token("lee"), "/members", who).await.ok();
    assert_eq!(
        (
            &found["members"][0]["user_id"],
            &found["members"][0]["ward"]
        ),
        (&json!("eve"), &json!("7"))
    );
    ward.server(Method::POST, WARD, json!({ "remove_members": ["eve"] }))
        .await
        .ok();
    assert_eq!(
        ward.client("eve", Method::GET, WARD, Value::Null)
            .await
            .refused(),
        (403, 17)
    );
    let hundred: Vec<String> = (0..101).map(|n| format!("u{n}")).collect();
    assert_eq!(
        ward.server(Method::POST, WARD, json!({ "add_members": hundred }))
            .await
            .refused(),
        (400, 4)
    );
}

#[tokio::test]
async fn an_update_replaces_the_data_and_a_partial_one_does_not() {
    let ward = Ward::with_channel().await;
    let partial = json!({ "set": { "floor": 4, "bed.no": 2 } });
    let channel = ward.server(Method::PATCH, WARD, partial).await.ok()["channel"].clone();
    assert_eq!(
        (&channel["name"], &channel["floor"], &channel["bed"]["no"]),
        (&json!("Ward"), &json!(4), &json!(2))
    );
    let channel = ward
        .server(Method::PATCH, WARD, json!({ "unset": ["floor"] }))
        .await
        .ok()["channel"]
        .clone();
    assert!(channel.get("floor").is_none());
    let channel = ward
        .server(Method::POST, WARD, json!({ "data": { "colour": "red" } }))
        .await
        .ok()["channel"]
        .clone();
    assert!(channel.get("name").is_none() && channel["colour"] == "red");
    assert_eq!(
        ward.server(Method::PATCH, WARD, json!({ "set": { "members": [] } }))
            .await
            .refused(),
        (400, 4)
    );
}

#[tokio::test]
async fn a_hidden_channel_is_back_with_the_next_message() {
    let ward = Ward::with_channel().await;
    let mine = json!({ "filter_conditions": { "members": { "$in": ["kim"] } } });
    let count = async || {
        ward.client("kim", Method::POST, "/channels", mine.clone())
            .await
            .ok()["channels"]
            .as_array()
            .unwrap()
            .len()
    };
    ward.say("lee", "old", "before").await;
    let hide = json!({ "user_id": "kim", "clear_history": true });
    ward.server(Method::POST, &format!("{WARD}/hide"), hide)
        .await
        .ok();
    assert_eq!(count().await, 0);
    ward.say("lee", "new", "after").await;
    assert_eq!(count().await, 1);
    let state = ward
        .client(
            "kim",
            Method::POST,
            &format!("{WARD}/query"),
            json!({ "state": true }),
        )
        .await
        .ok();
    assert_eq!(
        state["messages"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| &m["id"])
            .collect::<Vec<_>>(),
        ["new"]
    );
}

#[tokio::test]
async fn truncating_empties_and_deleting_removes() {
    let ward = Ward::with_channel().await;
    ward.say("lee", "m1", "one").await;
    ward.server(
        Method::POST,
        &format!("{WARD}/truncate"),
        json!({ "hard_delete": true }),
    )
    .await
    .ok();
    assert_eq!(
        ward.server(Method::GET, "/messages/m1", Value::Null)
            .await
            .refused(),
        (404, 16)
    );
    assert_eq!(
        ward.client("lee", Method::DELETE, WARD, Value::Null)
            .await
            .ok()["channel"]["cid"],
        "messaging:ward"
    );
    assert_eq!(
        ward.server(Method::GET, WARD, Value::Null).await.refused(),
        (404, 16)
    );
    let recreate = json!({ "data": {} });
    assert_eq!(
        ward.client("lee", Method::POST, &format!("{WARD}/query"), recreate)
            .await
            .refused(),
        (403, 17)
    );
    ward.make_channel().await;
}

#[tokio::test]
async fn a_path_of_a_partial_update_has_an_end() {
    let ward = Ward::with_channel().await;
    let deep = json!({ "set": { ("a.".repeat(100_000) + "b"): 1 } });
    assert_eq!(
        ward.server(Method::PATCH, WARD, deep).await.refused(),
        (400, 4)
    );
}

#[tokio::test]
async fn a_frozen_channel_keeps_nothing_its_members_say() {
    let ward = Ward::with_channel().await;
    ward.server(Method::PATCH, WARD, json!({ "set": { "frozen": true } }))
        .await
        .ok();
    let body = json!({ "message": { "id": "f1", "text": "too late" } });
    let answer = ward
        .client("lee", Method::POST, &format!("{WARD}/message"), body)
        .await
        .ok();
    assert_eq!(answer["message"]["type"], "error");
    assert_eq!(
        ward.server(Method::GET, "/messages/f1", Value::Null)
            .await
            .refused(),
        (404, 16)
    );
}

#[tokio::test]
async fn a_channel_is_read_with_marks_in_the_query() {
    let ward = Ward::with_channel().await;
    for id in ["m1", "m2", "m3"] {
        ward.say("lee", id, "text").await;
    }
    let path = format!("{WARD}?messages_limit=1&messages_id_lt=m3&members_limit=1");
    let state = ward
        .client("kim", Method::GET, &path, Value::Null)
        .await
        .ok();
    assert_eq!(state["messages"][0]["id"], "m2");
    assert_eq!(
        (
            state["messages"].as_array().unwrap().len(),
            state["members"].as_array().unwrap().len()
        ),
        (1, 1)
    );
}
