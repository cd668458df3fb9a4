use reqwest::Method;
use serde_json::{Value, json};

use crate::client::Ward;

const WARD: &str = "/channels/messaging/ward";

#[tokio::test]
async fn the_first_words_say_who_one_is() {
    let ward = Ward::open().await;
    let mut socket = ward.connect("lee").await;
    let first = socket.first.clone();
    assert_eq!(
        (&first["type"], &first["cid"], &first["me"]["name"]),
        (&json!("health.check"), &json!("*"), &json!("Dr Lee"))
    );
    for list in ["mutes", "channel_mutes", "devices"] {
        assert_eq!(first["me"][list], json!([]), "{list}");
    }
    socket.health_check().await;
    let answer = socket.until("health.check").await;
    assert_eq!(answer["connection_id"], first["connection_id"]);
    assert!(answer.get("me").is_none());
}

#[tokio::test]
async fn the_server_speaks_on_an_idle_socket() {
    let ward =
        Ward::with(|config| config.health_check_every = std::time::Duration::from_millis(50)).await;
    let mut socket = ward.connect("lee").await;
    assert_eq!(
        socket.until("health.check").await["connection_id"],
        socket.first["connection_id"]
    );
}

#[tokio::test]
async fn watchers_see_a_message_once_and_members_elsewhere_are_notified() {
    let ward = Ward::with_channel().await;
    let mut watcher = ward.watch("lee").await;
    let mut elsewhere = ward.connect("kim").await;
    let mut stranger = ward.connect("eve").await;
    ward.say("lee", "m1", "hello").await;
    let seen = watcher.until("message.new").await;
    assert_eq!(
        (&seen["message"]["text"], &seen["cid"], &seen["user"]["id"]),
        (&json!("hello"), &json!("messaging:ward"), &json!("lee"))
    );
    let notified = elsewhere.until("notification.message_new").await;
    assert_eq!(
        (&notified["message_id"], &notified["total_unread_count"]),
        (&json!("m1"), &json!(1))
    );
    assert_eq!(notified["channel"]["cid"], "messaging:ward");
    stranger.health_check().await;
    let passed: Vec<Value> = stranger.passing("health.check").await;
    assert!(
        passed
            .iter()
            .all(|event| event["type"] != "message.new"
                && event["type"] != "notification.message_new")
    );
}

#[tokio::test]
async fn all_that_happens_is_told() {
    let ward = Ward::with_channel().await;
    let mut lee = ward.watch("lee").await;
    let mut kim = ward.watch("kim").await;
    assert_eq!(lee.until("user.watching.start").await["user"]["id"], "lee");
    assert_eq!(lee.until("user.watching.start").await["watcher_count"], 2);
    ward.say("kim", "m1", "hello").await;
    let typing = json!({ "event": { "type": "typing.start" } });
    let own = format!("{WARD}/event?connection_id={}", kim.id());
    ward.client("kim", Method::POST, &own, typing).await.ok();
    ward.client(
        "kim",
        Method::POST,
        &format!("{WARD}/event"),
        json!({ "event": { "type": "bed_ready", "bed": 4 } }),
    )
    .await
    .ok();
    ward.client("lee", Method::POST, &format!("{WARD}/read"), json!({}))
        .await
        .ok();
    ward.client(
        "lee",
        Method::POST,
        "/messages/m1/reaction",
        json!({ "reaction": { "type": "like" } }),
    )
    .await
    .ok();
    ward.client(
        "kim",
        Method::PUT,
        "/messages/m1",
        json!({ "set": { "text": "edited" } }),
    )
    .await
    .ok();
    ward.client("kim", Method::DELETE, "/messages/m1", Value::Null)
        .await
        .ok();
    let kinds: Vec<String> = lee
        .passing("message.deleted")
        .await
        .iter()
        .map(|e| e["type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        kinds,
        [
            "message.new",
            "typing.start",
            "bed_ready",
            "message.read",
            "notification.mark_read",
            "reaction.new",
            "message.updated",
            "message.deleted",
        ]
    );
    let kim_saw: Vec<Value> = kim.passing("message.deleted").await;
    assert!(
        kim_saw
            .iter()
            .all(|event| event["type"] != "typing.start"
                && event["type"] != "notification.mark_read")
    );
    let custom = kim_saw
        .iter()
        .find(|event| event["type"] == "bed_ready")
        .unwrap();
    assert_eq!(
        (&custom["bed"], &custom["user"]["id"]),
        (&json!(4), &json!("kim"))
    );
    let reserved = json!({ "event": { "type": "message.new" } });
    assert_eq!(
        ward.client("kim", Method::POST, &format!("{WARD}/event"), reserved)
            .await
            .refused(),
        (400, 18)
    );
}

#[tokio::test]
async fn who_is_put_out_hears_nothing_more() {
    let ward = Ward::with_channel().await;
    let mut kim = ward.watch("kim").await;
    ward.server(Method::POST, WARD, json!({ "remove_members": ["kim"] }))
        .await
        .ok();
    kim.until("notification.removed_from_channel").await;
    ward.say("lee", "m1", "not for kim").await;
    kim.health_check().await;
    let after = kim.passing("health.check").await;
    assert!(
        after.iter().all(|event| event.get("message").is_none()),
        "{after:?}"
    );
}

#[tokio::test]
async fn watching_needs_a_connection_of_ones_own() {
    let ward = Ward::with_channel().await;
    let socket = ward.connect("kim").await;
    let watch = json!({ "watch": true });
    let query = format!("{WARD}/query");
    assert_eq!(
        ward.client("lee", Method::POST, &query, watch.clone())
            .await
            .refused(),
        (400, 4)
    );
    let unknown = format!("{query}?connection_id=none");
    assert_eq!(
        ward.client("lee", Method::POST, &unknown, watch.clone())
            .await
            .refused(),
        (400, 46)
    );
    let other = format!("{query}?connection_id={}", socket.id());
    assert_eq!(
        ward.client("lee", Method::POST, &other, watch)
            .await
            .refused(),
        (403, 17)
    );
}

#[tokio::test]
async fn coming_and_going_is_told_to_those_who_asked() {
    let ward = Ward::with_channel().await;
    let mut lee = ward.connect("lee").await;
    let path = format!("{WARD}/query?connection_id={}", lee.id());
    ward.client("lee", Method::POST, &path, json!({ "presence": true }))
        .await
        .ok();
    let kim = ward.connect("kim").await;
    let online = async |socket: &mut crate::client::Socket| loop {
        let event = socket.until("user.presence.changed").await;
        if event["user"]["id"] == "kim" {
            return event["user"]["online"].as_bool();
        }
    };
    assert_eq!(online(&mut lee).await, Some(true));
    kim.close().await;
    assert_eq!(online(&mut lee).await, Some(false));
}

#[tokio::test]
async fn what_was_missed_is_told_on_request() {
    let ward = Ward::with_channel().await;
    let first = ward.say("lee", "m1", "one").await;
    ward.say("lee", "m2", "two").await;
    let body = json!({ "channel_cids": ["messaging:ward", "messaging:none"], "last_sync_at": first["created_at"] });
    let missed = ward
        .client(
            "kim",
            Method::POST,
            "/sync?with_inaccessible_cids=true",
            body,
        )
        .await
        .ok();
    let texts: Vec<&Value> = missed["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["message"]["text"])
        .collect();
    assert_eq!(texts.last(), Some(&&json!("two")));
    assert_eq!(missed["inaccessible_cids"], json!(["messaging:none"]));
}

#[tokio::test]
async fn a_socket_nothing_comes_from_is_given_up() {
    let short = std::time::Duration::from_millis(30);
    let ward =
        Ward::with(|config| (config.health_check_every, config.dead_after) = (short, short * 10))
            .await;
    ward.make_channel().await;
    let mut lee = ward.connect("lee").await;
    let _kim = ward.connect("kim").await;
    let path = format!("{WARD}/query?connection_id={}", lee.id());
    ward.client("lee", Method::POST, &path, json!({ "presence": true }))
        .await
        .ok();
    // Kim's side of the line neither speaks nor answers, and lee hears kim leave.
    ward.sandbox.faults().silence_sockets(Some("kim"));
    loop {
        let event = lee.until("user.presence.changed").await;
        if event["user"]["id"] == "kim" && event["user"]["online"] == false {
            break;
        }
    }
}
