use hims_chat_stream_sandbox::{server_token, user_token};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{SECRET, Socket, Ward, now, token};

async fn refusal(ward: &Ward, token: &str) -> (u16, i64) {
    ward.send(token, Method::GET, "/unread", Value::Null)
        .await
        .refused()
}

#[tokio::test]
async fn each_defect_of_a_token_has_its_code() {
    let ward = Ward::open().await;
    assert_eq!(refusal(&ward, "").await, (401, 5));
    assert_eq!(refusal(&ward, "rubbish").await, (401, 5));
    assert_eq!(
        refusal(&ward, &user_token("other", "lee", now(), now() + 60)).await,
        (401, 43)
    );
    assert_eq!(
        refusal(&ward, &user_token(SECRET, "lee", now() - 60, now() - 1)).await,
        (401, 40)
    );
    assert_eq!(
        refusal(
            &ward,
            &user_token(SECRET, "lee", now() + 3000, now() + 6000)
        )
        .await,
        (401, 42)
    );
    assert_eq!(refusal(&ward, &token("nobody")).await, (404, 16));
    let wrong_key = format!("{}/app?api_key=other", ward.sandbox.base_url());
    let answer = ward
        .http
        .get(wrong_key)
        .header("authorization", server_token(SECRET))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], 2);
}

#[tokio::test]
async fn a_refusal_has_the_shape_of_the_api() {
    let ward = Ward::open().await;
    let body = ward
        .send("", Method::GET, "/users", Value::Null)
        .await
        .json();
    assert_eq!(
        (&body["code"], &body["StatusCode"]),
        (&json!(5), &json!(401))
    );
    assert!(
        body["message"]
            .as_str()
            .unwrap()
            .starts_with("QueryUsers failed with error: \"")
    );
    assert!(
        body["more_info"].is_string() && body["duration"].is_string() && body["details"].is_array()
    );
}

#[tokio::test]
async fn revoked_tokens_are_over_for_one_and_for_all() {
    let ward = Ward::open().await;
    let old = user_token(SECRET, "lee", now() - 30, now() + 600);
    let without_iat = {
        let limit = json!({ "users": [{ "id": "lee", "set": { "revoke_tokens_issued_before": rfc(now() - 20) } }] });
        ward.server(Method::PATCH, "/users", limit).await.ok();
        user_token(SECRET, "kim", now() - 30, now() + 600)
    };
    assert_eq!(refusal(&ward, &old).await, (401, 40));
    ward.send(&token("lee"), Method::GET, "/unread", Value::Null)
        .await
        .ok();
    ward.send(&without_iat, Method::GET, "/unread", Value::Null)
        .await
        .ok();
    ward.server(
        Method::PATCH,
        "/app",
        json!({ "revoke_tokens_issued_before": rfc(now() - 20) }),
    )
    .await
    .ok();
    assert_eq!(refusal(&ward, &without_iat).await, (401, 40));
    ward.server(
        Method::PATCH,
        "/app",
        json!({ "revoke_tokens_issued_before": null }),
    )
    .await
    .ok();
    ward.send(&without_iat, Method::GET, "/unread", Value::Null)
        .await
        .ok();
}

#[tokio::test]
async fn a_token_of_the_same_second_is_revoked_too() {
    let ward = Ward::open().await;
    let issued = now() - 10;
    let limit = jiff::Timestamp::from_millisecond(issued * 1000 + 500).unwrap();
    let body =
        json!({ "users": [{ "id": "lee", "set": { "revoke_tokens_issued_before": limit } }] });
    ward.server(Method::PATCH, "/users", body).await.ok();
    assert_eq!(
        refusal(&ward, &user_token(SECRET, "lee", issued, now() + 60)).await,
        (401, 40)
    );
    let next = user_token(SECRET, "lee", issued + 1, now() + 60);
    ward.send(&next, Method::GET, "/unread", Value::Null)
        .await
        .ok();
}

fn rfc(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).unwrap().to_string()
}

#[tokio::test]
async fn a_socket_is_refused_by_its_first_frame() {
    let ward = Ward::open().await;
    let expired = user_token(SECRET, "lee", now() - 60, now() - 1);
    let mut socket = Socket::open(&ward, "lee", &expired).await;
    assert_eq!(
        (&socket.first["type"], &socket.first["error"]["code"]),
        (&json!("connection.error"), &json!(40))
    );
    assert!(socket.next().await.is_none());
    let other = Socket::open(&ward, "kim", &token("lee")).await;
    assert_eq!(other.first["error"]["code"], 5);
    let nameless = Socket::open_with(&ward, &json!({ "user_id": "lee" }), &token("lee")).await;
    assert_eq!(nameless.first["error"]["code"], 4);
}

#[tokio::test]
async fn a_deactivated_user_is_out_until_reactivated() {
    let ward = Ward::with_channel().await;
    ward.server(Method::POST, "/users/lee/deactivate", json!({}))
        .await
        .ok();
    assert_eq!(refusal(&ward, &token("lee")).await, (403, 17));
    assert_eq!(ward.connect("lee").await.first["error"]["code"], 17);
    let body = json!({ "message": { "text": "hello", "user_id": "lee" } });
    assert_eq!(
        ward.server(Method::POST, "/channels/messaging/ward/message", body)
            .await
            .refused(),
        (403, 17)
    );
    ward.server(Method::POST, "/users/lee/reactivate", json!({}))
        .await
        .ok();
    assert_eq!(ward.connect("lee").await.first["me"]["id"], "lee");
}

#[tokio::test]
async fn a_user_deleted_for_ever_never_comes_back() {
    let ward = Ward::open().await;
    let half = json!({ "user_ids": ["eve"], "user": "hard" });
    assert_eq!(
        ward.server(Method::POST, "/users/delete", half)
            .await
            .refused(),
        (400, 4)
    );
    let whole =
        json!({ "user_ids": ["eve"], "user": "hard", "messages": "hard", "conversations": "hard" });
    let task = ward.server(Method::POST, "/users/delete", whole).await.ok();
    let path = format!("/tasks/{}", task["task_id"].as_str().unwrap());
    assert_eq!(
        ward.server(Method::GET, &path, Value::Null).await.ok()["status"],
        "completed"
    );
    let again = json!({ "users": { "eve": { "id": "eve" } } });
    assert_eq!(
        ward.server(Method::POST, "/users", again).await.refused(),
        (404, 16)
    );
    assert_eq!(ward.connect("eve").await.first["error"]["code"], 16);
}
