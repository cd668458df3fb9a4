//! The rooms of all mounts in one order.

use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{CHAT, Device, STREAM, text},
    hospital::Hospital,
    on_both_databases,
    stream::StreamServer,
};

on_both_databases!(
    rooms_of_all_mounts_stand_in_one_order,
    pages_hold_each_room_once,
    unread_rooms_of_all_mounts_are_one_number,
    two_mounts_of_one_chat_show_a_room_once,
    a_cursor_that_is_none_is_named,
    the_page_works_by_links,
);

const ROOMS: &str = "/doctor/inbox/api/rooms";
const UNREAD: &str = "/doctor/inbox/api/unread";

async fn page(device: &Device, query: &str) -> Value {
    let answer = device.get(&format!("{ROOMS}{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn urls(page: &Value) -> Vec<String> {
    let rooms = page["rooms"].as_array().unwrap().iter();
    rooms.map(|room| text(&room["url"])).collect()
}

async fn all(device: &Device) -> Vec<String> {
    urls(&page(device, "?limit=100").await)
}

async fn unread(device: &Device) -> u64 {
    let answer = device.get(UNREAD).await.json();
    assert_eq!(answer["missing"], json!([]));
    answer["rooms"].as_u64().unwrap()
}

async fn rooms_of_all_mounts_stand_in_one_order(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let legacy = hospital.device("d01").await;
    let stream = legacy.on(STREAM);
    let here = legacy.new_room(&["2"]).await;
    let there = stream.new_room(&["2"]).await;
    let (here_url, there_url) = (
        format!("{CHAT}/rooms/{here}"),
        format!("{STREAM}/rooms/{there}"),
    );
    stream.says(&there, "one").await;
    legacy.says(&here, "two").await;
    assert_eq!(
        all(&legacy).await[..2],
        [here_url.clone(), there_url.clone()]
    );
    stream.says(&there, "three").await;
    assert_eq!(all(&legacy).await[..2], [there_url, here_url]);
    let page = page(&legacy, "").await;
    let rooms = page["rooms"].as_array().unwrap();
    assert_eq!(
        (&rooms[0]["backend"], &rooms[1]["backend"]),
        (&json!("stream"), &json!("legacy"))
    );
    assert_eq!(page["missing"], json!([]));
    let times: Vec<jiff::Timestamp> = rooms
        .iter()
        .map(|room| text(&room["active_at"]).parse().unwrap())
        .collect();
    assert!(times.is_sorted_by(|one, next| one >= next), "{times:?}");
}

async fn pages_hold_each_room_once(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    for number in 0..4 {
        let room = device.on(STREAM).new_room(&["2"]).await;
        device
            .on(STREAM)
            .says(&room, &format!("there {number}"))
            .await;
        let room = device.new_room(&["3"]).await;
        device.says(&room, &format!("here {number}")).await;
    }
    let all = all(&device).await;
    assert!(all.len() > 12 && all.len() < 100);
    for limit in [1, 3, 7] {
        let mut read = Vec::new();
        let mut query = format!("?limit={limit}");
        for _ in 0..=all.len() {
            let page = page(&device, &query).await;
            let found = urls(&page);
            assert!(found.len() <= limit);
            read.extend(found);
            match &page["next"] {
                Value::Null => break,
                next => query = format!("?limit={limit}&cursor={}", text(next)),
            }
        }
        assert_eq!(read, all, "pages of {limit}");
    }
}

async fn unread_rooms_of_all_mounts_are_one_number(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (reader, writer) = (hospital.device("d01").await, hospital.device("d02").await);
    let before = unread(&reader).await;
    let here = writer.new_room(&["1"]).await;
    let there = writer.on(STREAM).new_room(&["1"]).await;
    assert_eq!(unread(&reader).await, before);
    writer.says(&here, "one").await;
    writer.says(&here, "two").await;
    let last = text(&writer.on(STREAM).says(&there, "three").await["id"]);
    assert_eq!(unread(&reader).await, before + 2, "rooms, not messages");
    let read = format!("{STREAM}/api/rooms/{there}/read");
    assert_eq!(
        reader
            .post(&read, &json!({"message_id": last}))
            .await
            .status,
        204
    );
    assert_eq!(unread(&reader).await, before + 1);
}

async fn two_mounts_of_one_chat_show_a_room_once(engine: Engine) {
    let mounts = format!("{CHAT}=legacy,{STREAM}=stream,/doctor/ward-chat=legacy");
    let hospital = Hospital::open_with(engine, &[("HIMS_MOUNTS", &mounts)]).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    device.says(&room, "once").await;
    let all = all(&device).await;
    assert_eq!(all[0], format!("{CHAT}/rooms/{room}"));
    assert!(
        !all.iter().any(|url| url.starts_with("/doctor/ward-chat/")),
        "{all:?}"
    );
    let colleague = hospital.device("d02").await;
    let before = unread(&device).await;
    colleague.says(&room, "twice?").await;
    assert_eq!(unread(&device).await, before + 1);
}

async fn a_cursor_that_is_none_is_named(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    // The second is of the legacy chat's place, and no id of its rooms.
    for cursor in [
        "nonsense",
        "1790000000_group-a~start",
        "start",
        "start~start~start",
    ] {
        let refused = device.get(&format!("{ROOMS}?cursor={cursor}")).await;
        refused.is_problem(422, "invalid");
        assert_eq!(refused.json()["errors"][0]["field"], "cursor", "{cursor}");
    }
    let refused = device.get(&format!("{ROOMS}?limit=101")).await;
    refused.is_problem(422, "invalid");
}

async fn the_page_works_by_links(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    for number in 0..51 {
        let room = device.new_room(&["2"]).await;
        if number == 0 {
            device.says(&room, "The oldest of many.").await;
        }
    }
    let first = device.page("/doctor/inbox").await;
    assert_eq!(first.status, 200);
    let first = first.text();
    let (_, more) = first
        .split_once("href=\"/doctor/inbox?cursor=")
        .expect("a link to more");
    let (cursor, _) = more.split_once('"').unwrap();
    let second = device.page(&format!("/doctor/inbox?cursor={cursor}")).await;
    assert_eq!(second.status, 200);
    assert!(second.text().contains("The oldest of many."));
    assert!(!first.contains("The oldest of many."));
}

#[tokio::test]
async fn a_chat_that_is_down_is_named_and_the_other_is_shown() {
    let stream = StreamServer::start();
    let hospital = stream.hospital(&[]).await;
    let device = hospital.device("d01").await;
    let there = device.on(STREAM).new_room(&["2"]).await;
    let here = device.new_room(&["2"]).await;
    assert!(
        all(&device)
            .await
            .contains(&format!("{STREAM}/rooms/{there}"))
    );
    drop(stream);
    let page = page(&device, "?limit=100").await;
    let missing = json!([{"mount": STREAM, "label": "Stream Chat"}]);
    assert_eq!(page["missing"], missing);
    let found = urls(&page);
    assert!(found.contains(&format!("{CHAT}/rooms/{here}")));
    assert!(!found.contains(&format!("{STREAM}/rooms/{there}")));
    assert_eq!(device.get(UNREAD).await.json()["missing"], missing);
    let shown = device.page("/doctor/inbox").await;
    assert_eq!(shown.status, 200);
    assert!(
        shown
            .text()
            .contains("Stream Chat does not answer: its rooms are missing here.")
    );
}
