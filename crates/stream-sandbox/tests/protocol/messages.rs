use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Ward, token};

const WARD: &str = "/channels/messaging/ward";

fn ids(messages: &Value) -> Vec<String> {
    messages
        .as_array()
        .unwrap()
        .iter()
        .map(|message| message["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn an_id_is_taken_once_in_the_whole_app() {
    let ward = Ward::with_channel().await;
    ward.say("lee", "m1", "one").await;
    let again = json!({ "message": { "id": "m1", "text": "one", "user_id": "lee" } });
    let refused = ward
        .server(Method::POST, &format!("{WARD}/message"), again)
        .await;
    assert_eq!(refused.refused(), (400, 4));
    let expected = "SendMessage failed with error: \"a message with ID m1 already exists\"";
    assert_eq!(refused.json()["message"], expected);
    let comma = json!({ "message": { "id": "a,b", "text": "x", "user_id": "lee" } });
    assert_eq!(
        ward.server(Method::POST, &format!("{WARD}/message"), comma)
            .await
            .refused(),
        (400, 4)
    );
    let nameless = json!({ "message": { "text": "no id", "user_id": "lee" } });
    let said = ward
        .server(Method::POST, &format!("{WARD}/message"), nameless)
        .await
        .ok();
    assert_eq!(said["message"]["id"].as_str().unwrap().len(), 36);
}

#[tokio::test]
async fn the_limits_of_a_message_have_their_codes() {
    let ward = Ward::with_channel().await;
    let send = async |message: Value| {
        ward.server(
            Method::POST,
            &format!("{WARD}/message"),
            json!({ "message": message }),
        )
        .await
    };
    let long = json!({ "text": "x".repeat(5001), "user_id": "lee" });
    assert_eq!(send(long).await.refused(), (400, 20));
    assert_eq!(
        send(json!({ "text": "x", "user_id": "nobody" }))
            .await
            .refused(),
        (400, 4)
    );
    assert_eq!(send(json!({ "text": "x" })).await.refused(), (400, 4));
    assert_eq!(
        send(json!({ "text": "x", "user_id": "lee", "big": "y".repeat(6000) }))
            .await
            .refused(),
        (400, 4)
    );
    ward.say("lee", "m1", "parent").await;
    send(json!({ "id": "r1", "text": "reply", "parent_id": "m1", "user_id": "kim" }))
        .await
        .ok();
    assert_eq!(
        send(json!({ "text": "deeper", "parent_id": "r1", "user_id": "kim" }))
            .await
            .refused(),
        (400, 21)
    );
    let nowhere = ward.server(
        Method::POST,
        "/channels/messaging/none/message",
        json!({ "message": { "text": "x", "user_id": "lee" } }),
    );
    assert_eq!(nowhere.await.refused(), (404, 16));
}

#[tokio::test]
async fn a_message_is_changed_in_whole_or_in_part_and_taken_back() {
    let ward = Ward::with_channel().await;
    ward.say("lee", "m1", "first").await;
    let part = json!({ "set": { "text": "second", "colour": "red" }, "user_id": "lee" });
    let changed = ward.server(Method::PUT, "/messages/m1", part).await.ok()["message"].clone();
    assert_eq!(
        (&changed["text"], &changed["colour"]),
        (&json!("second"), &json!("red"))
    );
    assert!(changed["message_text_updated_at"].is_string());
    let whole = json!({ "message": { "text": "third", "user_id": "lee" } });
    let changed = ward.server(Method::POST, "/messages/m1", whole).await.ok()["message"].clone();
    assert!(changed["text"] == "third" && changed.get("colour").is_none());
    ward.server(Method::DELETE, "/messages/m1?deleted_by=lee", Value::Null)
        .await
        .ok();
    let seen = ward
        .client("kim", Method::GET, "/messages/m1", Value::Null)
        .await
        .ok()["message"]
        .clone();
    assert_eq!(
        (&seen["type"], &seen["text"]),
        (&json!("deleted"), &json!(""))
    );
    ward.server(
        Method::POST,
        "/messages/m1/undelete",
        json!({ "undeleted_by": "lee" }),
    )
    .await
    .ok();
    assert_eq!(
        ward.client("kim", Method::GET, "/messages/m1", Value::Null)
            .await
            .ok()["message"]["text"],
        "third"
    );
    ward.server(Method::DELETE, "/messages/m1?hard=true", Value::Null)
        .await
        .ok();
    assert_eq!(
        ward.server(Method::GET, "/messages/m1", Value::Null)
            .await
            .refused(),
        (404, 16)
    );
}

#[tokio::test]
async fn pages_follow_their_marks() {
    let ward = Ward::with_channel().await;
    for n in 1..=5 {
        ward.say("lee", &format!("m{n}"), "text").await;
    }
    let page = async |messages: Value| {
        let body = json!({ "state": true, "messages": messages });
        ids(&ward
            .client("kim", Method::POST, &format!("{WARD}/query"), body)
            .await
            .ok()["messages"])
    };
    assert_eq!(page(json!({ "limit": 2 })).await, ["m4", "m5"]);
    assert_eq!(
        page(json!({ "limit": 2, "id_lt": "m4" })).await,
        ["m2", "m3"]
    );
    assert_eq!(
        page(json!({ "limit": 2, "id_gt": "m1" })).await,
        ["m2", "m3"]
    );
    assert_eq!(
        page(json!({ "limit": 3, "id_around": "m3" })).await,
        ["m2", "m3", "m4"]
    );
    assert_eq!(
        page(json!({ "limit": 9, "id_lte": "m2" })).await,
        ["m1", "m2"]
    );
}

#[tokio::test]
async fn replies_and_reactions_are_counted() {
    let ward = Ward::with_channel().await;
    ward.say("lee", "m1", "parent").await;
    let reply = json!({ "message": { "id": "r1", "text": "reply", "parent_id": "m1" } });
    ward.client("kim", Method::POST, &format!("{WARD}/message"), reply)
        .await
        .ok();
    for kind in ["like", "love"] {
        let body = json!({ "reaction": { "type": kind }, "enforce_unique": true });
        ward.client("kim", Method::POST, "/messages/m1/reaction", body)
            .await
            .ok();
    }
    let message = ward
        .client("kim", Method::GET, "/messages/m1", Value::Null)
        .await
        .ok()["message"]
        .clone();
    assert_eq!(
        (&message["reply_count"], &message["reaction_counts"]),
        (&json!(1), &json!({ "love": 1 }))
    );
    assert_eq!(message["own_reactions"][0]["type"], "love");
    assert_eq!(message["reaction_groups"]["love"]["count"], 1);
    let replies = ward
        .client(
            "lee",
            Method::GET,
            "/messages/m1/replies?limit=10",
            Value::Null,
        )
        .await
        .ok();
    assert_eq!(ids(&replies["messages"]), ["r1"]);
    let gone = ward
        .client(
            "kim",
            Method::DELETE,
            "/messages/m1/reaction/love",
            Value::Null,
        )
        .await
        .ok();
    assert_eq!(gone["message"]["latest_reactions"], json!([]));
    let threads = ward
        .client("lee", Method::POST, "/threads", json!({}))
        .await
        .ok();
    assert_eq!(threads["threads"][0]["parent_message_id"], "m1");
}

#[tokio::test]
async fn what_is_read_is_counted_for_each() {
    let ward = Ward::with_channel().await;
    for n in 1..=3 {
        ward.say("lee", &format!("m{n}"), "text").await;
    }
    let unread = async || {
        ward.client("kim", Method::GET, "/unread", Value::Null)
            .await
            .ok()["total_unread_count"]
            .as_u64()
    };
    assert_eq!(unread().await, Some(3));
    ward.client(
        "kim",
        Method::POST,
        &format!("{WARD}/read"),
        json!({ "message_id": "m2" }),
    )
    .await
    .ok();
    assert_eq!(unread().await, Some(1));
    let event = ward
        .client("kim", Method::POST, &format!("{WARD}/read"), json!({}))
        .await
        .ok();
    assert_eq!(event["event"]["last_read_message_id"], "m3");
    assert_eq!(unread().await, Some(0));
    ward.client(
        "kim",
        Method::POST,
        &format!("{WARD}/unread"),
        json!({ "message_id": "m2" }),
    )
    .await
    .ok();
    assert_eq!(unread().await, Some(2));
    let state = ward
        .client(
            "lee",
            Method::POST,
            &format!("{WARD}/query"),
            json!({ "state": true }),
        )
        .await
        .ok();
    let kim = state["read"]
        .as_array()
        .unwrap()
        .iter()
        .find(|read| read["user"]["id"] == "kim")
        .unwrap()
        .clone();
    assert_eq!(
        (&kim["unread_messages"], &kim["last_read_message_id"]),
        (&json!(2), &json!("m1"))
    );
    assert_eq!(
        ward.client("eve", Method::POST, &format!("{WARD}/read"), json!({}))
            .await
            .refused(),
        (403, 17)
    );
}

#[tokio::test]
async fn deliveries_are_kept_by_apps_that_have_them() {
    for on in [false, true] {
        let ward = Ward::with(|config| config.delivery_receipts = on).await;
        ward.make_channel().await;
        ward.say("lee", "m1", "text").await;
        let body =
            json!({ "latest_delivered_messages": [{ "cid": "messaging:ward", "id": "m1" }] });
        ward.client("kim", Method::POST, "/channels/delivered", body)
            .await
            .ok();
        let state = ward
            .client(
                "lee",
                Method::POST,
                &format!("{WARD}/query"),
                json!({ "state": true }),
            )
            .await
            .ok();
        let kim = state["read"]
            .as_array()
            .unwrap()
            .iter()
            .find(|read| read["user"]["id"] == "kim")
            .unwrap()
            .clone();
        assert_eq!(kim["last_delivered_message_id"] == "m1", on);
        assert_eq!(state["channel"]["config"]["delivery_events"], on);
    }
}

#[tokio::test]
async fn search_finds_words_in_channels_one_may_read() {
    let ward = Ward::with_channel().await;
    ward.say("lee", "m1", "Potassium is 5.9, repeat now").await;
    ward.say("kim", "m2", "Repeat sent").await;
    let find = async |query: &str| {
        let payload = json!({ "filter_conditions": { "members": { "$in": ["kim"] } }, "query": query, "limit": 10 });
        let found = ward.query(&token("kim"), "/search", payload).await.ok();
        found["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["message"]["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(find("repeat").await, ["m2", "m1"]);
    assert_eq!(find("potass").await, ["m1"]);
    let nothing = json!({ "filter_conditions": { "cid": "messaging:none" }, "query": "x" });
    assert_eq!(
        ward.query(&token("kim"), "/search", nothing)
            .await
            .refused(),
        (400, 4)
    );
}
