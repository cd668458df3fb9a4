//! Live events, as every doctor concerned hears them.

use std::time::Duration;

use serde_json::json;

use crate::support::{
    database::Engine,
    device::{CHAT, STREAM, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    messages_and_their_changes,
    typing_is_heard_by_the_others_and_lapses,
    receipts,
    people_come_and_go,
    presence_is_per_doctor,
    two_streams_of_one_doctor_hear_everything,
    nobody_hears_of_rooms_of_others,
    another_application_is_heard_in_time,
);

async fn messages_and_their_changes(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let mut live = second.listen().await;
    let posted = first.says(&room, "Fast from midnight.").await;
    assert_eq!(live.next_named("message.posted").await, posted);
    let path = format!("{CHAT}/api/rooms/{room}/messages/{}", text(&posted["id"]));
    let edited = first
        .patch(&path, &json!({"text": "Fast from two."}))
        .await
        .json();
    let heard = live.next_named("message.edited").await;
    assert_eq!(
        (&heard["id"], &heard["text"], &heard["edited_at"]),
        (&edited["id"], &edited["text"], &edited["edited_at"])
    );
    first.delete(&path).await;
    let heard = live.next_named("message.recalled").await;
    assert_eq!((&heard["id"], &heard["text"]), (&posted["id"], &json!("")));
    assert!(heard["recalled_at"].is_string());
}

async fn typing_is_heard_by_the_others_and_lapses(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let (mut author, mut reader) = (first.listen().await, second.listen().await);
    let path = format!("{CHAT}/api/rooms/{room}/typing");
    let typing = first.post(&path, &json!({"typing": true})).await;
    assert_eq!(typing.status, 204, "{}", typing.text());
    let heard = reader.next_named("typing").await;
    assert_eq!(
        (&heard["room_id"], &heard["typing"]),
        (&json!(room), &json!(true))
    );
    assert_eq!(heard["doctor"]["id"], "1");
    assert_eq!(heard["doctor"]["name"], "Dr Imara Okello-Voss");
    first.post(&path, &json!({"typing": false})).await;
    assert_eq!(reader.next_named("typing").await["typing"], false);
    // A browser that dies says nothing more: the mark goes by itself.
    first.post(&path, &json!({"typing": true})).await;
    assert_eq!(reader.next_named("typing").await["typing"], true);
    assert_eq!(reader.next_named("typing").await["typing"], false);
    // Who types is not told: the message is the first thing of this room that they hear.
    first.says(&room, "Written.").await;
    loop {
        let heard = author.next().await.expect("the stream goes on");
        assert_ne!(heard.name, "typing");
        if heard.name == "message.posted" {
            break;
        }
    }
}

async fn receipts(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let body = json!({"client_id": "u", "text": "K+ 6.9", "urgency": "urgent"});
    let path = format!("{CHAT}/api/rooms/{room}");
    let id = text(&first.post(&format!("{path}/messages"), &body).await.json()["id"]);
    let mut live = first.listen().await;
    second
        .post(&format!("{path}/read"), &json!({"message_id": id}))
        .await;
    let heard = live
        .next_where("receipt", |receipt| receipt["kind"] == "read")
        .await;
    assert_eq!(
        (&heard["room_id"], &heard["message_id"], &heard["doctor_id"]),
        (&json!(room), &json!(id), &json!("2"))
    );
    assert!(heard["at"].is_string());
    second
        .post(&format!("{path}/messages/{id}/acknowledgement"), &json!({}))
        .await;
    let heard = live.next_named("receipt").await;
    assert_eq!(
        (&heard["kind"], &heard["message_id"]),
        (&json!("acknowledged"), &json!(id))
    );
}

async fn people_come_and_go(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second, fifth) = (
        hospital.device("d01").await,
        hospital.device("d02").await,
        hospital.device("d05").await,
    );
    let room = first.new_room(&["2"]).await;
    first.says(&room, "Before you came.").await;
    let (mut inside, mut newcomer) = (second.listen().await, fifth.listen().await);
    let people = format!("{CHAT}/api/rooms/{room}/participants");
    first.post(&people, &json!({"doctor_id": "5"})).await;
    let heard = inside.next_named("participant.added").await;
    assert_eq!(heard["room_id"], json!(room));
    assert_eq!(heard["doctor"]["name"], "Dr Marisol Etxarte");
    assert_eq!(heard["doctor"]["specialty"], "Paediatrics");
    let new = newcomer.next_named("room").await;
    assert_eq!(
        (&new["id"], &new["title"]),
        (&json!(room), &json!("Night handover"))
    );
    assert_eq!(new["last_message"]["text"], "Before you came.");
    assert_eq!(new["participants"].as_array().unwrap().len(), 3);
    first.delete(&format!("{people}/5")).await;
    assert_eq!(
        inside.next_named("participant.removed").await["doctor"]["id"],
        "5"
    );
    let last = newcomer.next_named("participant.removed").await;
    assert_eq!(
        (&last["room_id"], &last["doctor"]["id"]),
        (&json!(room), &json!("5"))
    );
}

async fn presence_is_per_doctor(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, fifth) = (hospital.device("d01").await, hospital.device("d05").await);
    first.new_room(&["5"]).await;
    let mut live = first.listen().await;
    let about = |online: bool| {
        move |heard: &serde_json::Value| heard["doctor_id"] == "5" && heard["online"] == online
    };
    let one = fifth.listen().await;
    live.next_where("presence", about(true)).await;
    let two = fifth.listen().await;
    drop(one);
    let room = first.new_room(&["5"]).await;
    let shown = first.get(&format!("{CHAT}/api/rooms/{room}")).await.json();
    assert_eq!(
        shown["participants"][1]["online"], true,
        "one of two tabs is still there"
    );
    drop(two);
    let gone = live.next_where("presence", about(false)).await;
    assert!(gone["last_seen"].is_string());
}

async fn two_streams_of_one_doctor_hear_everything(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let (mut one, mut two) = (device.listen().await, device.listen().await);
    let room = device.new_room(&["2"]).await;
    for words in ["one", "two", "three"] {
        device.says(&room, words).await;
    }
    assert_eq!(one.next_texts(3).await, ["one", "two", "three"]);
    assert_eq!(two.next_texts(3).await, ["one", "two", "three"]);
}

async fn nobody_hears_of_rooms_of_others(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, fifth) = (hospital.device("d01").await, hospital.device("d05").await);
    let mut outside = fifth.listen().await;
    let theirs = first.new_room(&["2"]).await;
    let message = first.says(&theirs, "Not for all.").await;
    let path = format!("{CHAT}/api/rooms/{theirs}");
    first
        .post(&format!("{path}/typing"), &json!({"typing": true}))
        .await;
    first
        .delete(&format!("{path}/messages/{}", text(&message["id"])))
        .await;
    let shared = first.new_room(&["5"]).await;
    first.says(&shared, "For you.").await;
    loop {
        let heard = outside.next().await.expect("the stream goes on");
        assert_ne!(heard.data["room_id"], json!(theirs), "{}", heard.name);
        assert_ne!(heard.data["id"], json!(theirs), "{}", heard.name);
        if heard.data["text"] == "For you." {
            break;
        }
    }
}

async fn another_application_is_heard_in_time(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let mut live = device.listen().await;
    let insert = format!(
        "INSERT INTO chat_messages (room_id, user_id, message, created_at, updated_at) VALUES ({room}, 2, 'From the old screen.', {now}, {now})",
        now = hospital
            .database
            .words("datetime('now')", "timezone('UTC', now())"),
    );
    hospital.database.execute(&insert).await;
    // The promise is two seconds; beside a compiler on two cores a little more is granted.
    let heard = tokio::time::timeout(Duration::from_secs(5), live.next_texts(1)).await;
    assert_eq!(heard.expect("within seconds"), ["From the old screen."]);
}

#[tokio::test]
async fn a_silent_stream_says_that_it_is_alive() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let mut live = hospital.device("d01").await.listen().await;
    // At once, and whenever nothing else was said: pages take a stream for dead that is silent for 12 seconds.
    live.is_alive().await;
    live.is_alive().await;
}

/// Proxies gather and compress answers, nginx at that by default.
#[tokio::test]
async fn nothing_on_the_way_is_to_hold_events_back() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let device = hospital.device("d01").await;
    for mount in [CHAT, STREAM] {
        let request = device.request(reqwest::Method::GET, &format!("{mount}/api/events"));
        let answer = request.header("accept-encoding", "gzip, br").send().await;
        let answer = answer.unwrap();
        let header = |name: &str| {
            answer
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap())
        };
        assert_eq!(header("x-accel-buffering"), Some("no"), "{mount}");
        assert_eq!(
            header("cache-control"),
            Some("no-store, no-transform"),
            "{mount}"
        );
        assert_eq!(header("content-encoding"), None, "{mount}");
    }
}
