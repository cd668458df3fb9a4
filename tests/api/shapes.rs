//! The exact JSON of what is said, so that nothing is added, renamed or left out unseen.

use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{CHAT, text},
    hospital::Hospital,
    on_both_databases,
};

on_both_databases!(
    a_message,
    a_recalled_message,
    rooms,
    a_page_of_messages,
    capabilities,
    doctors,
);

/// Takes out a value that is another one every time, after looking at it.
#[track_caller]
fn take(value: &mut Value, pointer: &str, is_right: impl Fn(&str) -> bool) -> String {
    let place = value
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("{pointer} is missing"));
    let taken = text(place);
    assert!(is_right(&taken), "{pointer}: {taken}");
    *place = json!("…");
    taken
}

/// RFC 3339 in UTC.
fn is_time(text: &str) -> bool {
    text.len() >= 20 && text.ends_with('Z') && text.as_bytes()[10] == b'T'
}

fn is_id(text: &str) -> bool {
    text.parse::<u64>().is_ok()
}

async fn a_message(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let (first, second) = (hospital.device("d01").await, hospital.device("d02").await);
    let room = first.new_room(&["2"]).await;
    let question = text(&first.says(&room, "Potassium?").await["id"]);
    let body = json!({"client_id": "aB3_-x", "text": "6.9 \u{1f914}\nrepeat sent <b>", "reply_to": question,
        "urgency": "urgent", "urgent_reason": " K\u{207a} 6.9 ", "mention_ids": ["1"]});
    let messages = format!("{CHAT}/api/rooms/{room}/messages");
    let posted = second.post(&messages, &body).await;
    assert_eq!(posted.status, 201, "{}", posted.text());
    assert_eq!(posted.header("content-type"), "application/json");
    let id = text(&posted.json()["id"]);
    let mut message = posted.json();
    take(&mut message, "/id", is_id);
    take(&mut message, "/sent_at", is_time);
    let expected = json!({
        "id": "…",
        "client_id": "aB3_-x",
        "room_id": room,
        "author": {"id": "2", "name": "Dr Teodor Brannigan", "specialty": "Cardiology", "grade": "registrar"},
        "text": "6.9 \u{1f914}\nrepeat sent <b>",
        "sent_at": "…",
        "reply_to": question,
        "attachments": [],
        "urgency": "urgent",
        "urgent_reason": "K\u{207a} 6.9",
        "mentions": ["1"],
        "receipts": {"delivered": [], "read": [], "acknowledged": []},
    });
    assert_eq!(message, expected);
    let again = second.get(&format!("{messages}/{id}")).await;
    assert_eq!(again.json(), posted.json(), "asked for, it is the same");

    let edited = second
        .patch(&format!("{messages}/{id}"), &json!({"text": "6.8"}))
        .await;
    assert_eq!(edited.status, 200, "{}", edited.text());
    let mut edited = edited.json();
    take(&mut edited, "/edited_at", is_time);
    assert_eq!(edited["text"], "6.8");
    assert_eq!(edited["mentions"], json!(["1"]), "left as they were");
    let edit = json!({"text": "6.8", "mention_ids": []});
    let edited = second.patch(&format!("{messages}/{id}"), &edit).await;
    assert_eq!(edited.json()["mentions"], json!([]));
    let acknowledged = first
        .post(&format!("{messages}/{id}/acknowledgement"), &json!({}))
        .await;
    assert_eq!(acknowledged.status, 204, "{}", acknowledged.text());
    let mut seen = second.get(&format!("{messages}/{id}")).await.json();
    for kind in ["delivered", "read", "acknowledged"] {
        let pointer = format!("/receipts/{kind}/0/at");
        take(&mut seen, &pointer, is_time);
        let marks = json!([{"doctor_id": "1", "at": "…"}]);
        assert_eq!(seen["receipts"][kind], marks, "who acknowledges has read");
    }
}

async fn a_recalled_message(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let id = text(&device.says(&room, "For the other Ashgrove.").await["id"]);
    let recalled = device
        .delete(&format!("{CHAT}/api/rooms/{room}/messages/{id}"))
        .await;
    assert_eq!(recalled.status, 200, "{}", recalled.text());
    let mut message = recalled.json();
    take(&mut message, "/recalled_at", is_time);
    assert_eq!(message["text"], "");
    assert_eq!(message["attachments"], json!([]));
    assert_eq!(device.messages(&room).await[0], recalled.json());
}

async fn rooms(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let rooms = format!("{CHAT}/api/rooms");
    let room = device
        .post(
            &rooms,
            &json!({"participant_ids": ["5"], "title": "  Bronchiolitis plan "}),
        )
        .await;
    assert_eq!(room.status, 201, "{}", room.text());
    let mut room = room.json();
    let id = take(&mut room, "/id", is_id);
    take(&mut room, "/active_at", is_time);
    let expected = json!({
        "id": "…",
        "url": format!("{CHAT}/rooms/{id}"),
        "active_at": "…",
        "kind": "group",
        "title": "Bronchiolitis plan",
        "participants": [
            {"id": "1", "name": "Dr Imara Okello-Voss", "specialty": "Acute medicine", "grade": "consultant",
             "online": false, "last_seen": null},
            {"id": "5", "name": "Dr Marisol Etxarte", "specialty": "Paediatrics", "grade": "consultant",
             "online": false, "last_seen": null},
        ],
        "unread": 0,
        "urgent": false,
        "mentioned": false,
        "backend": "legacy",
    });
    assert_eq!(room, expected);

    let direct = device
        .post(&rooms, &json!({"participant_ids": ["5"]}))
        .await
        .json();
    assert_eq!(
        (&direct["kind"], &direct["title"]),
        (&json!("direct"), &json!("Dr Marisol Etxarte"))
    );
    let patient = device
        .post(&rooms, &json!({"patient_id": "5"}))
        .await
        .json();
    assert_eq!(patient["kind"], "patient");
    assert_eq!(patient["title"], "Henrike Solberg-Aze");
    let facts = json!({"id": "5", "name": "Henrike Solberg-Aze", "mrn": "LMH-900105", "bed": "C4-09", "ward": "C4"});
    assert_eq!(patient["patient"], facts);
}

async fn a_page_of_messages(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let room = device.new_room(&["2"]).await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let empty = json!({"messages": [], "before": null, "after": null});
    assert_eq!(device.get(&path).await.json(), empty);
    let mut ids = Vec::new();
    for words in ["one", "two", "three"] {
        ids.push(text(&device.says(&room, words).await["id"]));
    }
    let page = device.get(&format!("{path}?limit=2")).await.json();
    let keys: Vec<_> = page.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["after", "before", "messages"]);
    assert_eq!(page["messages"][0]["text"], "two", "oldest first");
    assert_eq!(page["messages"][1]["text"], "three");
    assert_eq!(page["before"], json!(ids[1]));
    assert_eq!(page["after"], json!(ids[2]));
}

async fn capabilities(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let answer = device.get(&format!("{CHAT}/api/capabilities")).await.json();
    let max = answer["max_attachment_bytes"].as_u64().unwrap();
    assert!(max >= 1_000_000);
    let expected = json!({
        "backend": "legacy", "search": true, "attachments": true, "max_attachment_bytes": max,
        "delivered_receipts": true, "acknowledgement": true, "edit_history": true, "client_tokens": false,
    });
    assert_eq!(answer, expected);
}

async fn doctors(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let device = hospital.device("d01").await;
    let path = format!("{CHAT}/api/doctors");
    let mut found = device.get(&format!("{path}?q=nephro")).await.json();
    take(&mut found, "/doctors/1/availability/until", is_time);
    let expected = json!({"doctors": [
        {"id": "4", "name": "Dr Kwabena Lisle", "specialty": "Nephrology", "grade": "registrar", "ward": "B3"},
        {"id": "3", "name": "Dr Sunniva Raghel", "specialty": "Nephrology", "grade": "consultant", "ward": "B3",
         "availability": {"text": "In clinic, cover Dr Lisle", "until": "…"}},
    ]});
    assert_eq!(found, expected);
    let everyone = device.get(&path).await.json();
    assert_eq!(
        everyone["doctors"].as_array().unwrap().len(),
        8,
        "no nurse among them"
    );
}
