use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Ward;

/// The task of an import when it is over.
async fn import(ward: &Ward, mode: &str, lines: &[Value]) -> Value {
    watched(ward, mode, lines).await.pop().unwrap()
}

/// The task of an import as it was each time it was asked for.
async fn watched(ward: &Ward, mode: &str, lines: &[Value]) -> Vec<Value> {
    let place = ward
        .server(
            Method::POST,
            "/import_urls",
            json!({ "filename": "rooms.jsonl" }),
        )
        .await
        .ok();
    let file = lines
        .iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join("\n");
    let put = ward
        .http
        .put(place["upload_url"].as_str().unwrap())
        .header("content-type", "application/json");
    assert!(put.body(file).send().await.unwrap().status().is_success());
    let task = ward
        .server(
            Method::POST,
            "/imports",
            json!({ "path": place["path"], "mode": mode }),
        )
        .await
        .ok();
    let path = format!("/imports/{}", task["import_task"]["id"].as_str().unwrap());
    let mut asking = tokio::time::interval(std::time::Duration::from_millis(5));
    let mut seen = Vec::new();
    loop {
        asking.tick().await;
        let asked = ward.server(Method::GET, &path, Value::Null).await.ok();
        let task = &asked["import_task"];
        seen.push(task.clone());
        if task["result"].is_object() {
            return seen;
        }
    }
}

fn lines() -> Vec<Value> {
    let line = |kind: &str, data: Value| json!({ "type": kind, "data": data });
    vec![
        line(
            "user",
            json!({ "id": "roe", "name": "Dr Roe", "ward": "7" }),
        ),
        line(
            "channel",
            json!({ "type": "messaging", "id": "old", "created_by": "roe", "name": "Old room" }),
        ),
        line(
            "member",
            json!({ "user_id": "roe", "channel_type": "messaging", "channel_id": "old" }),
        ),
        line(
            "member",
            json!({
                "user_id": "lee", "channel_type": "messaging", "channel_id": "old", "last_read": "2024-01-01T00:00:01Z",
            }),
        ),
        line(
            "message",
            json!({
                "id": "i1", "type": "regular", "channel_type": "messaging", "channel_id": "old", "user": "roe",
                "text": "from the old days", "created_at": "2024-01-01T00:00:00Z",
            }),
        ),
        line(
            "message",
            json!({
                "id": "i2", "type": "regular", "channel_type": "messaging", "channel_id": "old", "user": "roe",
                "text": "later", "created_at": "2024-01-02T00:00:00Z",
            }),
        ),
        line(
            "reaction",
            json!({
                "message_id": "i1", "type": "like", "user_id": "lee", "created_at": "2024-01-01T01:00:00Z",
            }),
        ),
    ]
}

#[tokio::test]
async fn an_import_becomes_channels_with_their_times() {
    let ward = Ward::open().await;
    let task = import(&ward, "upsert", &lines()).await;
    assert_eq!(
        (
            &task["state"],
            &task["result"]["stats"]["total"]["messages"]
        ),
        (&json!("completed"), &json!(2))
    );
    let state = ward
        .client(
            "lee",
            Method::POST,
            "/channels/messaging/old/query",
            json!({ "state": true }),
        )
        .await
        .ok();
    assert_eq!(state["messages"][0]["created_at"], "2024-01-01T00:00:00Z");
    assert_eq!(state["messages"][0]["reaction_counts"]["like"], 1);
    let read = |user: &str| {
        let reads = state["read"].as_array().unwrap();
        reads
            .iter()
            .find(|read| read["user"]["id"] == user)
            .unwrap()["unread_messages"]
            .as_u64()
    };
    assert_eq!((read("lee"), read("roe")), (Some(1), Some(0)));
}

#[tokio::test]
async fn others_are_answered_while_an_import_is_at_work() {
    let ward = Ward::open().await;
    let mut long = vec![author(), room("long")];
    for n in 0..20_000 {
        let at = format!(
            "2024-02-{:02}T{:02}:{:02}:00Z",
            1 + n / 1_440,
            n / 60 % 24,
            n % 60
        );
        long.push(message("long", &format!("n{n}"), &at));
    }
    let seen = watched(&ward, "upsert", &long).await;
    let met = |state: &str| seen.iter().any(|task| task["state"] == state);
    assert!(met("importing") && met("completed"), "nobody had a turn");
    let task = seen.last().unwrap();
    let states = task["history"].as_array().unwrap().iter();
    let states: Vec<_> = states.map(|step| step["next_state"].clone()).collect();
    assert_eq!(states, ["analyzing", "importing", "completed"]);
}

#[tokio::test]
async fn an_import_may_be_repeated() {
    let ward = Ward::open().await;
    import(&ward, "upsert", &lines()).await;
    ward.server(
        Method::PUT,
        "/messages/i1",
        json!({ "set": { "text": "changed" }, "user_id": "roe" }),
    )
    .await
    .ok();
    let text = async || {
        ward.server(Method::GET, "/messages/i1", Value::Null)
            .await
            .ok()["message"]["text"]
            .clone()
    };
    import(&ward, "insert", &lines()).await;
    assert_eq!(text().await, "changed");
    import(&ward, "upsert", &lines()).await;
    assert_eq!(text().await, "from the old days");
    let state = ward
        .server(
            Method::POST,
            "/channels/messaging/old/query",
            json!({ "state": true }),
        )
        .await
        .ok();
    assert_eq!(state["messages"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_file_with_a_wrong_line_writes_nothing() {
    let ward = Ward::open().await;
    let mut wrong = lines();
    wrong.push(json!({ "type": "reaction", "data": { "message_id": "none", "type": "like", "user_id": "lee", "created_at": "2024-01-01T01:00:00Z" } }));
    wrong.push(json!({ "type": "reaction", "data": { "message_id": "i1", "type": "like" } }));
    let task = import(&ward, "upsert", &wrong).await;
    assert_eq!(
        (
            &task["state"],
            task["result"]["errors"].as_array().unwrap().len()
        ),
        (&json!("analyze_failed"), 2)
    );
    assert_eq!(
        ward.server(Method::GET, "/messages/i1", Value::Null)
            .await
            .refused(),
        (404, 16)
    );
}

#[tokio::test]
async fn lines_must_be_whole_in_order_and_only_once() {
    let ward = Ward::open().await;
    let errors = async |lines: &[Value]| {
        let task = import(&ward, "upsert", lines).await;
        task["result"]["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["error"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let user = json!({ "type": "user", "data": { "id": "roe" } });
    assert_eq!(
        errors(&[user.clone(), user.clone()]).await,
        ["duplicate item"]
    );
    let channel = json!({ "type": "channel", "data": { "type": "messaging", "id": "x", "created_by": "lee" } });
    assert_eq!(errors(&[channel, user]).await, ["items are out of order"]);
    let both = json!({ "type": "channel", "data": { "type": "messaging", "id": "x", "member_ids": ["lee"], "created_by": "lee" } });
    assert_eq!(
        errors(&[both]).await,
        ["exactly one of id and member_ids is required"]
    );
    assert_eq!(
        errors(&[json!({ "type": "user", "data": { "id": "roe", "online": true } })]).await,
        ["field online is reserved"]
    );
    assert_eq!(
        errors(&[json!({ "type": "room", "data": {} })]).await,
        ["unknown item type"]
    );
}

fn message(room: &str, id: &str, at: &str) -> Value {
    json!({ "type": "message", "data": {
        "id": id, "type": "regular", "channel_type": "messaging", "channel_id": room, "user": "roe",
        "text": id, "created_at": at,
    } })
}

fn author() -> Value {
    json!({ "type": "user", "data": { "id": "roe", "name": "Dr Roe" } })
}

fn room(id: &str) -> Value {
    json!({ "type": "channel", "data": { "type": "messaging", "id": id, "created_by": "roe" } })
}

/// The ids of a room's messages, oldest first, that the marks describe.
async fn said(ward: &Ward, room: &str, marks: Value) -> Vec<String> {
    let path = format!("/channels/messaging/{room}/query");
    let body = json!({ "state": true, "messages": marks });
    let answer = ward.server(Method::POST, &path, body).await.ok();
    let messages = answer["messages"].as_array().unwrap();
    let id = |message: &Value| message["id"].as_str().unwrap().to_owned();
    messages.iter().map(id).collect()
}

#[tokio::test]
async fn messages_stand_where_their_times_say() {
    let ward = Ward::open().await;
    let first = [
        author(),
        room("old"),
        room("other"),
        message("old", "i1", "2024-01-01T00:00:00Z"),
        message("old", "i2", "2024-01-02T00:00:00Z"),
        message("old", "i4", "2024-01-04T00:00:00Z"),
        message("old", "i0", "2023-12-31T00:00:00Z"),
        message("old", "i3", "2024-01-03T00:00:00Z"),
    ];
    assert_eq!(import(&ward, "upsert", &first).await["state"], "completed");
    let all = json!({ "limit": 100 });
    assert_eq!(
        said(&ward, "old", all.clone()).await,
        ["i0", "i1", "i2", "i3", "i4"]
    );

    // Imported again: one with another time, one in another room with the time it had.
    let again = [
        message("old", "i0", "2024-01-05T00:00:00Z"),
        message("other", "i2", "2024-01-02T00:00:00Z"),
    ];
    assert_eq!(import(&ward, "upsert", &again).await["state"], "completed");
    assert_eq!(said(&ward, "other", all.clone()).await, ["i2"]);
    assert_eq!(said(&ward, "old", all).await, ["i1", "i3", "i4", "i0"]);
    let until = json!({ "limit": 2, "created_at_before_or_equal": "2024-01-04T00:00:00Z" });
    assert_eq!(said(&ward, "old", until).await, ["i3", "i4"]);
    let newest = json!({ "limit": 2 });
    assert_eq!(said(&ward, "old", newest).await, ["i4", "i0"]);
}

#[tokio::test]
async fn a_file_that_fails_late_takes_everything_back() {
    let ward = Ward::open().await;
    let first = [
        author(),
        room("old"),
        room("other"),
        message("old", "i1", "2024-01-01T00:00:00Z"),
        message("old", "i2", "2024-01-02T00:00:00Z"),
    ];
    assert_eq!(import(&ward, "upsert", &first).await["state"], "completed");
    let mut wrong = message("other", "i9", "2024-01-03T00:00:00Z");
    wrong["data"]["pinned_at"] = json!("yesterday");
    // Nothing but the message that leaves names the room it leaves.
    let again = [
        message("other", "i2", "2024-01-02T00:00:00Z"),
        message("other", "i3", "2024-01-03T00:00:00Z"),
        wrong,
    ];
    assert_ne!(import(&ward, "upsert", &again).await["state"], "completed");
    let all = json!({ "limit": 100 });
    assert_eq!(said(&ward, "old", all.clone()).await, ["i1", "i2"]);
    assert_eq!(said(&ward, "other", all).await, [""; 0]);
}

#[tokio::test]
async fn a_long_room_is_read_page_by_page() {
    let ward = Ward::open().await;
    let mut long = vec![author(), room("long")];
    let id = |n: usize| format!("n{n:03}");
    for n in 0..250 {
        let at = format!("2024-02-01T00:{:02}:{:02}Z", n / 60, n % 60);
        long.push(message("long", &id(n), &at));
    }
    assert_eq!(import(&ward, "upsert", &long).await["state"], "completed");
    let ids = |from: usize, to: usize| (from..to).map(id).collect::<Vec<_>>();
    for (marks, from, to) in [
        (json!({ "limit": 30 }), 220, 250),
        (json!({ "limit": 30, "offset": 10 }), 210, 240),
        (json!({ "limit": 30, "id_lt": "n100" }), 70, 100),
        (json!({ "limit": 30, "id_lte": "n100" }), 71, 101),
        (json!({ "limit": 30, "id_gt": "n100" }), 101, 131),
        (
            json!({ "limit": 30, "id_gte": "n100", "offset": 5 }),
            105,
            135,
        ),
        (
            json!({ "limit": 30, "id_gt": "n100", "id_lt": "n110" }),
            101,
            110,
        ),
        (
            json!({ "limit": 30, "id_gt": "n110", "id_lt": "n100" }),
            0,
            0,
        ),
        (json!({ "limit": 30, "id_around": "n100" }), 85, 115),
        (json!({ "limit": 30, "id_around": "n003" }), 0, 30),
        (json!({ "limit": 30, "id_around": "n249" }), 220, 250),
    ] {
        assert_eq!(
            said(&ward, "long", marks.clone()).await,
            ids(from, to),
            "{marks}"
        );
    }
}
