//! Marks of unread on the patients' pages come and go by themselves.

use serde_json::json;

use super::visit::{no_errors, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, STREAM, text},
    hospital::Hospital,
    wait::until,
};

const MARK: &str = "[data-testid=patient-row][data-patient-id=\"12\"] [data-testid=patient-unread]";

/// The room of patient 12 on the device's mount.
async fn patient_room(device: &Device) -> String {
    let path = format!("{}/api/rooms", device.mount());
    let answer = device.post(&path, &json!({"patient_id": "12"})).await;
    assert!(answer.status < 300, "{}", answer.text());
    text(&answer.json()["id"])
}

async fn reads(device: &Device, room: &str, message: &str) {
    let path = format!("{}/api/rooms/{room}/read", device.mount());
    let read = device.post(&path, &json!({"message_id": message})).await;
    assert_eq!(read.status, 204);
}

async fn marks_are(browser: &Browser, marks: &[&str]) {
    until("the marks to be those", async || {
        (browser.texts_of(MARK).await == marks).then_some(())
    })
    .await;
}

async fn marks_come_and_go(size: Size) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let (me, colleague) = (hospital.device("d01").await, hospital.device("d07").await);
    let mut rooms = Vec::new();
    for mount in [CHAT, STREAM] {
        let (me, colleague) = (me.on(mount), colleague.on(mount));
        let room = patient_room(&colleague).await;
        patient_room(&me).await;
        rooms.push((me, colleague, room));
    }
    let [(_, near, near_room), (_, far, far_room)] = rooms.as_slice() else {
        panic!("two mounts");
    };
    let doctor = Browser::open(size).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor.goto(&hospital.server.url("/doctor/patients")).await;
    doctor.wait_for(".js [data-testid=patients]").await;
    marks_are(&doctor, &[]).await;
    let first = near.says(near_room, "One").await;
    marks_are(&doctor, &["1 unread, Legacy"]).await;
    let second = far.says(far_room, "Two").await;
    marks_are(&doctor, &["1 unread, Legacy", "1 unread, Stream"]).await;

    // What is found as one types has them too, and they go on being live.
    doctor.fill("[data-testid=patient-search]", "vint").await;
    until("the list to be narrowed", async || {
        let rows = doctor.texts_of("[data-testid=patient-row]").await;
        (rows.len() == 1).then_some(())
    })
    .await;
    marks_are(&doctor, &["1 unread, Legacy", "1 unread, Stream"]).await;
    let first_read = (near_room, text(&first["id"]));
    reads(&rooms[0].0, first_read.0, &first_read.1).await;
    marks_are(&doctor, &["1 unread, Stream"]).await;

    // The patient's own page says the same.
    let (legacy, stream) = ("[data-testid=unread-legacy]", "[data-testid=unread-stream]");
    doctor
        .goto(&hospital.server.url("/doctor/patients/12"))
        .await;
    doctor.wait_for_text(legacy, "Nothing unread").await;
    doctor.wait_for_text(stream, "1 unread").await;
    near.says(near_room, "Three").await;
    near.says(near_room, "Four").await;
    doctor.wait_for_text(legacy, "2 unread").await;
    reads(&rooms[1].0, far_room, &text(&second["id"])).await;
    doctor.wait_for_text(stream, "Nothing unread").await;
    no_errors(&doctor.console().await);
}

#[tokio::test]
async fn at_a_desk() {
    marks_come_and_go(Size::DESKTOP).await;
}

#[tokio::test]
async fn on_a_phone() {
    marks_come_and_go(Size::PHONE).await;
}
