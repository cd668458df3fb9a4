//! Delivered, read, acknowledged.

use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{CHAT, Device, text},
    hospital::Hospital,
    on_both_databases,
    wait::until,
};

on_both_databases!(
    a_page_that_was_fetched_has_arrived,
    a_stream_that_is_open_takes_delivery,
    each_of_many_readers_is_told,
    read_marks_cover_what_came_before_and_never_go_back,
    only_urgent_messages_of_others_are_acknowledged,
    what_is_marked_unread_counts_again,
    what_waits_is_listed_with_its_rooms,
);

async fn marks(device: &Device, room: &str, nth: usize, kind: &str) -> Vec<String> {
    let messages = device.messages(room).await;
    let marks = messages[nth]["receipts"][kind].as_array().unwrap();
    marks
        .iter()
        .map(|mark: &Value| text(&mark["doctor_id"]))
        .collect()
}

async fn a_page_that_was_fetched_has_arrived(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    first.says(&room, "Arrives with the page.").await;
    assert!(marks(&first, &room, 0, "delivered").await.is_empty());
    second.messages(&room).await;
    until("the delivered mark", async || {
        (marks(&first, &room, 0, "delivered").await == ["2"]).then_some(())
    })
    .await;
    assert!(marks(&first, &room, 0, "read").await.is_empty());
}

async fn a_stream_that_is_open_takes_delivery(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let mut author = first.listen().await;
    let mut reader = second.listen().await;
    let message = first.says(&room, "Arrives live.").await;
    reader.next_texts(1).await;
    let receipt = author.next_named("receipt").await;
    assert_eq!(receipt["kind"], "delivered");
    assert_eq!(receipt["message_id"], message["id"]);
    assert_eq!(receipt["doctor_id"], "2");
}

async fn each_of_many_readers_is_told(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let first = hospital.device("d01").await;
    let room = first.new_room(&["2", "3", "4"]).await;
    let mut author = first.listen().await;
    let mut readers = Vec::new();
    for who in ["d02", "d03", "d04"] {
        readers.push(hospital.device(who).await.listen().await);
    }
    first.says(&room, "To all of you").await;
    let mut delivered = Vec::new();
    while delivered.len() < 3 {
        let receipt = author.next_named("receipt").await;
        assert_eq!(receipt["kind"], "delivered");
        delivered.push(text(&receipt["doctor_id"]));
    }
    delivered.sort_unstable();
    assert_eq!(delivered, ["2", "3", "4"]);
}

async fn read_marks_cover_what_came_before_and_never_go_back(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let mut ids = Vec::new();
    for words in ["one", "two", "three"] {
        ids.push(text(&first.says(&room, words).await["id"]));
    }
    let path = format!("{CHAT}/api/rooms/{room}/read");
    for id in [&ids[1], &ids[0]] {
        let read = second.post(&path, &json!({"message_id": id})).await;
        assert_eq!(read.status, 204, "{}", read.text());
    }
    assert_eq!(marks(&first, &room, 0, "read").await, ["2"]);
    assert_eq!(marks(&first, &room, 1, "read").await, ["2"]);
    assert!(marks(&first, &room, 2, "read").await.is_empty());
    let unread = second.get(&format!("{CHAT}/api/rooms/{room}")).await.json();
    assert_eq!(unread["unread"], 1);
    let form = second
        .form(
            &format!("{CHAT}/rooms/{room}/read"),
            &[("message_id", &ids[2])],
        )
        .await;
    assert_eq!(form.status, 303);
    assert_eq!(marks(&first, &room, 2, "read").await, ["2"]);
}

async fn only_urgent_messages_of_others_are_acknowledged(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let routine = text(&first.says(&room, "When you have time.").await["id"]);
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let body = json!({"client_id": "u", "text": "K+ 6.9", "urgency": "urgent"});
    let urgent = text(&first.post(&path, &body).await.json()["id"]);
    let acknowledge = async |device: &Device, id: &str| {
        device
            .post(&format!("{path}/{id}/acknowledgement"), &json!({}))
            .await
    };
    acknowledge(&second, &routine)
        .await
        .is_problem(409, "conflict");
    acknowledge(&first, &urgent)
        .await
        .is_problem(409, "conflict");
    for _ in 0..2 {
        assert_eq!(acknowledge(&second, &urgent).await.status, 204);
    }
    assert_eq!(marks(&first, &room, 1, "acknowledged").await, ["2"]);
    assert_eq!(marks(&first, &room, 1, "read").await, ["2"]);
}

async fn what_is_marked_unread_counts_again(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let mut ids = Vec::new();
    for words in ["one", "two", "three"] {
        ids.push(text(&first.says(&room, words).await["id"]));
    }
    let path = format!("{CHAT}/api/rooms/{room}");
    let mark = async |what: &str, id: &str| {
        let answer = second
            .post(&format!("{path}/{what}"), &json!({"message_id": id}))
            .await;
        assert_eq!(answer.status, 204, "{}", answer.text());
        second.get(&path).await.json()["unread"].clone()
    };
    assert_eq!(mark("read", &ids[2]).await, 0);
    let mut live = second.listen().await;
    assert_eq!(mark("unread", &ids[1]).await, 2);
    let told = live.next_named("room").await;
    assert_eq!((&told["id"], &told["unread"]), (&json!(room), &json!(2)));
    assert_eq!(
        marks(&first, &room, 2, "read").await,
        ["2"],
        "others saw it read"
    );
    assert_eq!(mark("read", &ids[2]).await, 0);
    let none = second.post(&format!("{path}/unread"), &json!({})).await;
    none.is_problem(422, "invalid");
    let unknown = json!({"message_id": "987654"});
    let unknown = second.post(&format!("{path}/unread"), &unknown).await;
    unknown.is_problem(404, "not-found");
}

async fn what_waits_is_listed_with_its_rooms(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let path = format!("{CHAT}/api/urgent");
    let before = second.get(&path).await.json()["waiting"]
        .as_array()
        .unwrap()
        .len();
    let room = first.new_room(&["2"]).await;
    let messages = format!("{CHAT}/api/rooms/{room}/messages");
    let body = json!({"client_id": "u", "text": "K+ 6.9", "urgency": "urgent", "urgent_reason": "ECG changes"});
    let posted = first.post(&messages, &body).await.json();
    let list = second.get(&path).await.json();
    let waiting = list["waiting"].as_array().unwrap();
    assert_eq!(waiting.len(), before + 1);
    let last = waiting.last().unwrap();
    assert_eq!(last["room_id"], json!(room));
    assert_eq!(last["room_title"], "Night handover");
    assert_eq!(last["message"]["id"], posted["id"]);
    assert_eq!(last["message"]["urgent_reason"], "ECG changes");
    let id = text(&posted["id"]);
    second
        .post(&format!("{messages}/{id}/acknowledgement"), &json!({}))
        .await;
    let list = second.get(&path).await.json();
    assert_eq!(list["waiting"].as_array().unwrap().len(), before);
}
