//! Opening and listing rooms.

use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{CHAT, Device, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    a_direct_room_is_one,
    a_patient_has_one_room,
    a_group_is_new_each_time,
    who_cannot_be_in_a_room_is_refused,
    the_room_with_the_newest_message_comes_first,
    pages_of_rooms_hold_each_once,
    unread_counts_what_others_wrote,
);

const ROOMS: &str = "/doctor/chat/api/rooms";

async fn ids(device: &Device, query: &str) -> Vec<String> {
    let answer = device.get(&format!("{ROOMS}{query}")).await.json();
    let rooms = answer["rooms"].as_array().unwrap().iter();
    rooms.map(|room| text(&room["id"])).collect()
}

async fn a_direct_room_is_one(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d04").await, hospital.device("d05").await);
    let opened = first.post(ROOMS, &json!({"participant_ids": ["5"]})).await;
    assert_eq!(opened.status, 201, "{}", opened.text());
    let again = second.post(ROOMS, &json!({"participant_ids": ["4"]})).await;
    assert_eq!(again.status, 200, "from the other side it is the same");
    assert_eq!(again.json()["id"], opened.json()["id"]);
    assert_eq!(again.json()["title"], "Dr Kwabena Lisle");
}

async fn a_patient_has_one_room(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let first = hospital.device("d02").await;
    let opened = first.post(ROOMS, &json!({"patient_id": "1"})).await;
    assert_eq!(
        opened.status,
        200,
        "the demonstration has it: {}",
        opened.text()
    );
    let again = first.post(ROOMS, &json!({"patient_id": "1"})).await;
    assert_eq!(
        (again.status, &again.json()["id"]),
        (200, &opened.json()["id"])
    );
    let third = hospital.device("d06").await;
    let page = third.form(&format!("{CHAT}/patients/1"), &[]).await;
    let room = text(&opened.json()["id"]);
    assert_eq!(page.status, 303);
    assert_eq!(page.header("location"), format!("{CHAT}/rooms/{room}"));
    let joined = third.get(&format!("{ROOMS}/{room}")).await.json();
    let doctors = joined["participants"].as_array().unwrap();
    assert!(
        doctors.iter().any(|doctor| doctor["id"] == "6"),
        "who opens it joins"
    );
    let unknown = first.post(ROOMS, &json!({"patient_id": "4711"})).await;
    unknown.is_problem(404, "not-found");
}

async fn a_group_is_new_each_time(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let one = device.new_room(&["2", "3"]).await;
    let two = device.new_room(&["2", "3"]).await;
    assert_ne!(one, two);
    let by_form = device
        .form(
            &format!("{CHAT}/rooms"),
            &[
                ("participant_ids", "2"),
                ("participant_ids", "3"),
                ("title", ""),
            ],
        )
        .await;
    assert_eq!(by_form.status, 303);
    let room = by_form
        .header("location")
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let room = device.get(&format!("{ROOMS}/{room}")).await.json();
    assert_eq!(room["title"], "Dr Teodor Brannigan, Dr Sunniva Raghel");
}

async fn who_cannot_be_in_a_room_is_refused(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let nurse = device
        .post(ROOMS, &json!({"participant_ids": ["9", "2"]}))
        .await;
    nurse.is_problem(403, "forbidden");
    for others in [json!([]), json!(["1"]), json!(["4711"])] {
        let refused = device
            .post(ROOMS, &json!({"participant_ids": others}))
            .await;
        refused.is_problem(422, "invalid");
        assert_eq!(
            refused.json()["errors"][0]["field"],
            "participant_ids",
            "{others}"
        );
    }
    let form = device
        .form(&format!("{CHAT}/rooms"), &[("title", "Nobody")])
        .await;
    assert_eq!(form.status, 422);
    assert!(
        form.text().contains("data-testid=\"new-room-error\"") && form.text().contains("Nobody")
    );
    assert!(form.text().contains("<span>Choose a doctor.</span>"));
    assert!(
        !form.text().contains(">participant_ids"),
        "words are for people"
    );
}

async fn the_room_with_the_newest_message_comes_first(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let (older, newer) = (device.new_room(&["2"]).await, device.new_room(&["2"]).await);
    device.says(&newer, "one").await;
    device.says(&older, "two").await;
    assert_eq!(ids(&device, "").await[..2], [older, newer]);
}

async fn pages_of_rooms_hold_each_once(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let all = ids(&device, "?limit=100").await;
    assert!(all.len() > 5);
    let mut read = Vec::new();
    let mut query = "?limit=2".to_owned();
    loop {
        let page = device.get(&format!("{ROOMS}{query}")).await.json();
        let rooms = page["rooms"].as_array().unwrap();
        assert!(rooms.len() <= 2);
        read.extend(rooms.iter().map(|room| text(&room["id"])));
        match &page["next"] {
            Value::Null => break,
            next => query = format!("?limit=2&cursor={}", text(next)),
        }
    }
    assert_eq!(read, all);
}

async fn unread_counts_what_others_wrote(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    first.says(&room, "mine").await;
    second.says(&room, "yours").await;
    let last = text(&second.says(&room, "and another").await["id"]);
    let path = format!("{ROOMS}/{room}");
    let unread = async || first.get(&path).await.json()["unread"].clone();
    assert_eq!(unread().await, 2);
    let read = first
        .post(&format!("{path}/read"), &json!({"message_id": last}))
        .await;
    assert_eq!(read.status, 204);
    assert_eq!(unread().await, 0);
    let shown = first.get(&path).await.json();
    assert_eq!(shown["last_message"]["text"], "and another");
}
