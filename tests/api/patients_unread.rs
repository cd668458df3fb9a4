//! Unread counts of patients, asked for again by the references that the pages hold.

use serde_json::{Value, json};

use crate::support::{
    database::Engine,
    device::{CHAT, Device, STREAM},
    hospital::{Hospital, STREAM_OUTAGE},
    on_both_databases,
};

on_both_databases!(
    marks_are_those_of_the_doctors_own_rooms,
    a_chat_that_is_down_is_named,
);

const PATH: &str = "/doctor/api/patients/unread";

/// The reference that a patient's page holds.
async fn reference(device: &Device, patient: &str) -> String {
    let page = device.page(&format!("/doctor/patients/{patient}")).await;
    let page = page.text();
    let (_, rest) = page.split_once("data-patient-ref=\"").expect("it is there");
    rest[..40].to_owned()
}

/// Opens the patient's room on the device's mount.
async fn open(device: &Device, patient: &str) -> String {
    let path = format!("{}/api/rooms", device.mount());
    let answer = device.post(&path, &json!({"patient_id": patient})).await;
    assert!(answer.status < 300, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn unread(device: &Device, patients: &[&str]) -> Value {
    let answer = device.post(PATH, &json!({"patients": patients})).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn marks_are_those_of_the_doctors_own_rooms(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    let me = hospital.device("d01").await;
    let colleague = hospital.device("d07").await;
    let stranger = hospital.device("d02").await;
    let patient = reference(&me, "12").await;
    let other = reference(&me, "11").await;
    let nothing = json!({"unread": [], "missing": []});
    assert_eq!(unread(&me, &[&patient]).await, nothing);
    let mut rooms = Vec::new();
    for mount in [CHAT, STREAM] {
        let (me, colleague) = (me.on(mount), colleague.on(mount));
        rooms.push((open(&colleague, "12").await, colleague));
        open(&me, "12").await;
    }
    rooms[0].1.says(&rooms[0].0, "One").await;
    rooms[0].1.says(&rooms[0].0, "Two").await;
    let of = |legacy: u32, stream: u32| {
        json!({"missing": [], "unread": [
            {"patient": patient, "backend": "legacy", "unread": legacy},
            {"patient": patient, "backend": "stream", "unread": stream}]})
    };
    assert_eq!(unread(&me, &[&patient]).await, of(2, 0));
    rooms[1].1.says(&rooms[1].0, "Three").await;
    assert_eq!(unread(&me, &[&patient]).await, of(2, 1));
    assert_eq!(unread(&stranger, &[&patient]).await, nothing);
    let both = unread(&me, &[&other, &patient]).await;
    let known: Vec<_> = both["unread"].as_array().unwrap().iter().collect();
    assert!(known.iter().any(|one| one["patient"] == json!(patient)));
    assert_eq!(unread(&me, &[]).await, nothing);

    let many = vec![patient.clone(); 101];
    let wrong = [
        json!({"patients": many}),
        json!({"patients": ["12"]}),
        json!({"patients": "12"}),
    ];
    for wrong in wrong {
        me.post(PATH, &wrong).await.is_problem(422, "invalid");
    }
}

async fn a_chat_that_is_down_is_named(engine: Engine) {
    let hospital = Hospital::open_with(engine, &STREAM_OUTAGE).await;
    let me = hospital.device("d01").await;
    open(&me, "12").await;
    let patient = reference(&me, "12").await;
    let answer = unread(&me, &[&patient]).await;
    assert_eq!(
        answer["missing"],
        json!([{"mount": STREAM, "label": "Stream Chat"}])
    );
    assert_eq!(answer["unread"][0]["backend"], "legacy");
}
