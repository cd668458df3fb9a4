//! Everything that matters works for who has no JavaScript.

use super::visit::{say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM, text},
    hospital::Hospital,
};

#[tokio::test]
async fn a_doctor_reads_writes_and_acknowledges_by_forms() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let urgent =
        serde_json::json!({"client_id": "u", "text": "K+ 6.9, please come.", "urgency": "urgent"});
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    assert_eq!(colleague.post(&path, &urgent).await.status, 201);

    let doctor = Browser::open_without_javascript(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    doctor
        .wait_for_text("[data-testid=message]", "K+ 6.9")
        .await;
    doctor.click("[data-testid=acknowledge]").await;
    doctor
        .wait_for_text(
            ".message.urgent [data-testid=receipt]",
            "cknowledged by you",
        )
        .await;
    doctor.wait_until_gone("[data-testid=acknowledge]").await;

    say(&doctor, "On my way <now> & running.").await;
    doctor
        .wait_for_text("[data-testid=message-text]", "On my way <now> & running.")
        .await;
    let messages = colleague.messages(&room).await;
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[1]["text"], "On my way <now> & running.");

    // The list instead of the search.
    doctor
        .wait_until_gone("[data-testid=add-participant-search]")
        .await;
    doctor
        .click("[data-testid=add-participant-select] option[value=\"7\"]")
        .await;
    doctor.click("[data-testid=add-participant-submit]").await;
    doctor
        .wait_for_text("[data-testid=participants]", "Dr Noor Haldane")
        .await;

    colleague.says(&room, "Thank you.").await;
    doctor.reload().await;
    doctor.click("[data-testid=mark-read]").await;
    doctor.wait_until_gone("[data-testid=mark-read]").await;
    let read = colleague.messages(&room).await[2]["receipts"]["read"].clone();
    assert_eq!(read[0]["doctor_id"], "1");
    doctor.click("[data-testid=sign-out]").await;
    doctor.wait_for("[data-testid=login-form]").await;
}

#[tokio::test]
async fn a_form_mentions_whom_it_names_and_asks_about_the_patient_of_an_edit() {
    for mount in [CHAT, STREAM] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let device = hospital.device("d01").await.on(mount);
        let doctor = Browser::open_without_javascript(Size::DESKTOP).await;
        sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
        let group = device.new_room(&["2", "4"]).await;
        let page = hospital.server.url(&format!("{mount}/rooms/{group}"));
        doctor.goto(&page).await;
        say(&doctor, "Could @Dr Kwabena Lisle come? Not @Dr Nobody.").await;
        doctor.wait_for_text(".mention", "@Dr Kwabena Lisle").await;
        let sent = device.messages(&group).await.pop().unwrap();
        assert_eq!(sent["mentions"], serde_json::json!(["4"]));
        let id = text(&sent["id"]);
        doctor.goto(&format!("{page}?edit={id}")).await;
        say(&doctor, "Could @Dr Teodor Brannigan come?").await;
        doctor.wait_for_text(".mention", "Brannigan").await;
        let edited = device.messages(&group).await.pop().unwrap();
        assert_eq!(edited["mentions"], serde_json::json!(["2"]));

        let of_patient = serde_json::json!({"patient_id": "2"});
        let rooms = format!("{mount}/api/rooms");
        let opened = device.post(&rooms, &of_patient).await;
        let room = text(&opened.json()["id"]);
        let first = serde_json::json!({
            "client_id": "first", "text": "Fast from 02:00.", "patient_check": "confirmed",
        });
        let path = format!("{mount}/api/rooms/{room}/messages");
        let id = text(&device.post(&path, &first).await.json()["id"]);
        let page = hospital.server.url(&format!("{mount}/rooms/{room}"));
        doctor.goto(&format!("{page}?edit={id}")).await;
        say(&doctor, "Bertram Ashgrove: fast from 03:00.").await;
        let warning = "[data-testid=patient-warning]";
        doctor.wait_for_text(warning, "Bertram Ashgrove").await;
        doctor.wait_for_text(warning, "Bertrand Ashgrove").await;
        doctor.click("[data-testid=guard-withdraw]").await;
        doctor.wait_until_gone(warning).await;
        doctor.wait_for("[data-testid=editing]").await;
        doctor.click("[data-testid=composer-send]").await;
        doctor.click("[data-testid=guard-confirm]").await;
        doctor
            .wait_for_text("[data-testid=message-text]", "fast from 03:00.")
            .await;
        let said = device.messages(&room).await.pop().unwrap();
        assert_eq!(said["text"], "Bertram Ashgrove: fast from 03:00.");
    }
}
