//! Everything that matters works for who has no JavaScript.

use super::visit::{say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::CHAT,
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
