use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Ward, token};

const WARD: &str = "/channels/messaging/ward";

#[tokio::test]
async fn who_is_no_member_reads_and_writes_nothing() {
    let ward = Ward::with_channel().await;
    ward.say("lee", "m1", "for the ward only").await;
    let query = format!("{WARD}/query");
    assert_eq!(
        ward.client("eve", Method::POST, &query, json!({ "state": true }))
            .await
            .refused(),
        (403, 17)
    );
    assert_eq!(
        ward.client("eve", Method::GET, "/messages/m1", Value::Null)
            .await
            .refused(),
        (403, 17)
    );
    let body = json!({ "message": { "text": "let me in" } });
    assert_eq!(
        ward.client("eve", Method::POST, &format!("{WARD}/message"), body)
            .await
            .refused(),
        (403, 17)
    );
    let all = json!({ "filter_conditions": { "type": "messaging" } });
    assert_eq!(
        ward.client("eve", Method::POST, "/channels", all)
            .await
            .refused(),
        (403, 70)
    );
    let own = json!({ "filter_conditions": { "members": { "$in": ["eve"] } } });
    assert_eq!(
        ward.client("eve", Method::POST, "/channels", own)
            .await
            .ok()["channels"],
        json!([])
    );
    let search = json!({ "filter_conditions": { "type": "messaging" }, "query": "ward" });
    assert_eq!(
        ward.query(&token("eve"), "/search", search).await.refused(),
        (400, 4)
    );
    let reaction = json!({ "reaction": { "type": "like" } });
    assert_eq!(
        ward.client("eve", Method::POST, "/messages/m1/reaction", reaction)
            .await
            .refused(),
        (403, 17)
    );
}

#[tokio::test]
async fn a_client_changes_only_its_own_messages() {
    let ward = Ward::with_channel().await;
    ward.say("lee", "m1", "mine").await;
    let change = json!({ "set": { "text": "yours" } });
    assert_eq!(
        ward.client("kim", Method::PUT, "/messages/m1", change.clone())
            .await
            .refused(),
        (403, 17)
    );
    assert_eq!(
        ward.client("kim", Method::DELETE, "/messages/m1", Value::Null)
            .await
            .refused(),
        (403, 17)
    );
    ward.client("lee", Method::PUT, "/messages/m1", change)
        .await
        .ok();
}

#[tokio::test]
async fn a_client_cannot_speak_for_another_or_give_itself_a_role() {
    let ward = Ward::with_channel().await;
    let body = json!({ "message": { "text": "as lee", "user_id": "lee" } });
    let said = ward
        .client("kim", Method::POST, &format!("{WARD}/message"), body)
        .await
        .ok();
    assert_eq!(said["message"]["user"]["id"], "kim");
    let admin = json!({ "users": { "kim": { "id": "kim", "role": "admin" } } });
    assert_eq!(
        ward.client("kim", Method::POST, "/users", admin)
            .await
            .refused(),
        (403, 17)
    );
    let other = json!({ "users": [{ "id": "lee", "set": { "name": "X" } }] });
    assert_eq!(
        ward.client("kim", Method::PATCH, "/users", other)
            .await
            .refused(),
        (403, 17)
    );
    assert_eq!(
        ward.client("kim", Method::PATCH, "/app", json!({}))
            .await
            .refused(),
        (403, 17)
    );
}

#[tokio::test]
async fn grants_of_a_role_of_our_own_decide() {
    let ward = Ward::open().await;
    let grants =
        json!({ "user": [], "channel_member": [], "doctor": ["read-channel", "create-message"] });
    let kind = json!({ "name": "doctors", "grants": grants, "reactions": false });
    assert_eq!(
        ward.server(Method::POST, "/channeltypes", kind.clone())
            .await
            .refused(),
        (400, 4)
    );
    ward.server(Method::POST, "/roles", json!({ "name": "doctor" }))
        .await
        .ok();
    ward.server(Method::POST, "/channeltypes", kind).await.ok();
    let role = json!({ "users": [{ "id": "lee", "set": { "role": "doctor" } }] });
    ward.server(Method::PATCH, "/users", role).await.ok();
    let data = json!({ "data": { "created_by_id": "lee", "members": ["lee", "kim"] } });
    ward.server(Method::POST, "/channels/doctors/r1/query", data)
        .await
        .ok();
    let message = json!({ "message": { "text": "hello", "id": "g1" } });
    ward.client(
        "lee",
        Method::POST,
        "/channels/doctors/r1/message",
        message.clone(),
    )
    .await
    .ok();
    assert_eq!(
        ward.client("kim", Method::POST, "/channels/doctors/r1/message", message)
            .await
            .refused(),
        (403, 17)
    );
    let like = json!({ "reaction": { "type": "like", "user_id": "lee" } });
    assert_eq!(
        ward.server(Method::POST, "/messages/g1/reaction", like)
            .await
            .refused(),
        (400, 19)
    );
    let state = ward
        .client(
            "lee",
            Method::POST,
            "/channels/doctors/r1/query",
            json!({ "state": true }),
        )
        .await
        .ok();
    let can = state["channel"]["own_capabilities"]
        .as_array()
        .unwrap()
        .clone();
    assert!(
        can.contains(&json!("send-message")) && !can.contains(&json!("send-reaction")),
        "{can:?}"
    );
    let back = json!({ "grants": { "channel_member": null } });
    ward.server(Method::PUT, "/channeltypes/doctors", back)
        .await
        .ok();
    let message = json!({ "message": { "text": "now me" } });
    ward.client("kim", Method::POST, "/channels/doctors/r1/message", message)
        .await
        .ok();
}

#[tokio::test]
async fn limits_are_announced_and_refuse_what_is_beyond() {
    let ward = Ward::open().await;
    ward.sandbox.faults().limit("QueryUsers", Some(2));
    let first = ward.server(Method::GET, "/users", Value::Null).await;
    assert_eq!(first.headers["x-ratelimit-limit"], "2");
    assert_eq!(first.headers["x-ratelimit-remaining"], "1");
    ward.server(Method::GET, "/users", Value::Null).await.ok();
    let beyond = ward.server(Method::GET, "/users", Value::Null).await;
    assert_eq!(beyond.refused(), (429, 9));
    let reset: i64 = beyond.headers["x-ratelimit-reset"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(reset > crate::client::now() - 60);
    let report = ward
        .server(
            Method::GET,
            "/rate_limits?server_side=true&endpoints=QueryUsers",
            Value::Null,
        )
        .await
        .ok();
    assert_eq!(report["server_side"]["QueryUsers"]["remaining"], 0);
    assert!(report.get("web").is_none());
}
