//! Texts pasted from word processors: control characters, breaks of every kind, and nothing that is seen.

use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{CHAT, Device, STREAM, text},
    hospital::Hospital,
    on_both_databases,
    wait::until,
};

on_both_databases!(
    pasted_control_characters_are_cleaned,
    what_nobody_sees_is_empty,
    rows_of_the_other_application_are_cleaned,
);

const PASTED: &str = "K 6.9\u{b}call\r\nIV\u{85}don\u{92}t\u{3} wait\u{2028}now\u{c}\tend";
const KEPT: &str = "K 6.9\ncall\nIV\ndont wait\nnow\n\tend";
const ON_ONE_LINE: &str = "K 6.9 call IV dont wait now end";

/// Texts that nobody sees.
const BLANK: [&str; 4] = [
    "\u{200b}\u{2060}\u{feff}",
    "\u{2800}\u{3164}",
    "\u{fe0f}\u{e0067}\u{202e}",
    " \u{301}\u{7}\u{a0}",
];

async fn on_both_mounts(engine: Engine) -> (Hospital, [Device; 2]) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let devices = [device.on(CHAT), device.on(STREAM)];
    (hospital, devices)
}

fn messages_of(device: &Device, room: &str) -> String {
    format!("{}/api/rooms/{room}/messages", device.mount())
}

async fn pasted_control_characters_are_cleaned(engine: Engine) {
    let (_hospital, devices) = on_both_mounts(engine).await;
    for device in &devices {
        let rooms = format!("{}/api/rooms", device.mount());
        let opened = json!({"participant_ids": ["2"], "title": PASTED});
        let opened = device.post(&rooms, &opened).await;
        assert_eq!(opened.status, 201, "{}", opened.text());
        assert_eq!(opened.json()["title"], ON_ONE_LINE);
        let room = text(&opened.json()["id"]);
        let path = messages_of(device, &room);
        let urgent =
            json!({"client_id": "a", "text": PASTED, "urgency": "urgent", "urgent_reason": PASTED});
        let posted = device.post(&path, &urgent).await;
        assert_eq!(posted.status, 201, "{}", posted.text());
        assert_eq!(posted.json()["text"], KEPT);
        assert_eq!(posted.json()["urgent_reason"], ON_ONE_LINE);
        let form = [("client_id", "b"), ("text", PASTED)];
        let page = format!("{}/rooms/{room}/messages", device.mount());
        assert_eq!(device.form(&page, &form).await.status, 303);
        assert_eq!(device.messages(&room).await[1]["text"], KEPT);
        let id = text(&device.says(&room, "first").await["id"]);
        let edit = json!({"text": PASTED});
        let edited = device.patch(&format!("{path}/{id}"), &edit).await;
        assert_eq!(edited.json()["text"], KEPT);
        let search = format!("{}/api/search", device.mount());
        let found = device.post(&search, &json!({"q": "DONT\r\nWAIT"})).await;
        assert_eq!(found.json()["messages"].as_array().unwrap().len(), 3);
    }
    let found = devices[0]
        .post("/doctor/api/patients", &json!({"q": "vi\u{3}nt\n"}))
        .await;
    assert_eq!(found.json()["patients"][0]["id"], "12");
    let found = devices[0]
        .get(&format!("{CHAT}/api/doctors?q=%0BLisle%C2%92"))
        .await;
    assert_eq!(found.json()["doctors"].as_array().unwrap().len(), 1);
}

async fn what_nobody_sees_is_empty(engine: Engine) {
    let (_hospital, devices) = on_both_mounts(engine).await;
    for device in &devices {
        let room = device.new_room(&["2"]).await;
        let path = messages_of(device, &room);
        let id = text(&device.says(&room, "first").await["id"]);
        let refused = |answer: crate::support::device::Answer, field: &str| {
            answer.is_problem(422, "invalid");
            assert_eq!(answer.json()["errors"][0]["field"], field);
        };
        for blank in BLANK {
            let message = json!({"client_id": "a", "text": blank});
            refused(device.post(&path, &message).await, "text");
            let urgent =
                json!({"client_id": "a", "text": "x", "urgency": "urgent", "urgent_reason": blank});
            refused(device.post(&path, &urgent).await, "urgent_reason");
            let edit = json!({"text": blank});
            refused(device.patch(&format!("{path}/{id}"), &edit).await, "text");
            let titled = json!({"participant_ids": ["2"], "title": blank});
            let rooms = format!("{}/api/rooms", device.mount());
            refused(device.post(&rooms, &titled).await, "title");
            let search = format!("{}/api/search", device.mount());
            refused(device.post(&search, &json!({"q": blank})).await, "q");
            // A form leaves out what is empty.
            let form = [("client_id", "f"), ("text", blank)];
            let page = format!("{}/rooms/{room}/messages", device.mount());
            assert_ne!(device.form(&page, &form).await.status, 303);
        }
        assert_eq!(device.messages(&room).await.len(), 1);
    }
    let everyone = devices[0].get(&format!("{CHAT}/api/doctors")).await.json();
    let found = devices[0]
        .get(&format!("{CHAT}/api/doctors?q=%E2%80%8B%E2%A0%80"))
        .await;
    assert_eq!(found.json(), everyone);
}

async fn rows_of_the_other_application_are_cleaned(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let (one, other) = match engine {
        Engine::Sqlite => ("char(11)", "char(13) || char(10)"),
        Engine::Postgres => ("chr(11)", "chr(13) || chr(10)"),
    };
    let insert = format!(
        "INSERT INTO chat_messages (room_id, user_id, message, created_at)
            VALUES ({room}, 2, 'K 6.9' || {one} || 'call' || {other} || 'now', CURRENT_TIMESTAMP)"
    );
    hospital.database.execute(&insert).await;
    let written: Value = until("the row to be taken in", async || {
        device.messages(&room).await.first().cloned()
    })
    .await;
    assert_eq!(written["text"], "K 6.9\ncall\nnow");
}
