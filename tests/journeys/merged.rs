//! A patient with two records that were merged, and the rooms of both.

use serde_json::json;

use super::{
    screens::looks_right,
    visit::{no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, text},
    hospital::Hospital,
    server::Server,
};

const MARK: &str = "[data-testid=patient-row][data-patient-id=\"8\"] [data-testid=patient-unread]";

async fn room(device: &Device, patient: &str) -> String {
    let open = json!({"patient_id": patient});
    let answer = device.post(&format!("{CHAT}/api/rooms"), &open).await;
    text(&answer.json()["id"])
}

async fn both_conversations_are_at_hand(size: Size, picture: &str) {
    let hospital = Hospital::open(Engine::Postgres).await;
    let (me, colleague) = (hospital.device("d01").await, hospital.device("d07").await);
    let (earlier, current) = (room(&colleague, "6").await, room(&colleague, "8").await);
    for patient in ["6", "8"] {
        room(&me, patient).await;
    }
    colleague.says(&earlier, "Allergic to penicillin").await;
    let merge = [
        "patients",
        "merge",
        "LMH-900106",
        "LMH-900108",
        "--although-different",
    ];
    Server::run(&hospital.database, &merge).await;

    let doctor = Browser::open(size).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor.goto(&hospital.server.url("/doctor/patients")).await;
    doctor.wait_for_text(MARK, "1 unread, Legacy").await;
    colleague.says(&current, "Bed D2-01").await;
    doctor.wait_for_text(MARK, "2 unread, Legacy").await;

    // An old link leads to the patient, and from there to both conversations.
    doctor
        .goto(&hospital.server.url("/doctor/patients/6"))
        .await;
    doctor.wait_for_path("/doctor/patients/8").await;
    doctor
        .wait_for_text("[data-testid=former-records]", "LMH-900106")
        .await;
    doctor
        .wait_for_text("[data-testid=unread-legacy]", "1 unread")
        .await;
    // What only the other record knows is not lost from view.
    doctor
        .wait_for_text(
            "[data-testid=patient] .allergies",
            "record LMH-900106: Penicillin",
        )
        .await;
    looks_right(&doctor, &format!("merged-patient-{picture}")).await;
    doctor.click("[data-testid=open-earlier-legacy]").await;
    doctor
        .wait_for_path(&format!("{CHAT}/rooms/{earlier}"))
        .await;
    doctor
        .wait_for_text("[data-testid=room-title]", "record LMH-900106")
        .await;
    doctor
        .wait_for_text("[data-testid=message-list]", "Allergic to penicillin")
        .await;
    looks_right(&doctor, &format!("merged-earlier-{picture}")).await;
    doctor.click("[data-testid=open-in-use]").await;
    doctor
        .wait_for_path(&format!("{CHAT}/rooms/{current}"))
        .await;
    doctor
        .wait_for_text("[data-testid=message-list]", "Bed D2-01")
        .await;
    looks_right(&doctor, &format!("merged-current-{picture}")).await;
    no_errors(&doctor.console().await);
}

#[tokio::test]
async fn at_a_desk() {
    both_conversations_are_at_hand(Size::DESKTOP, "desk").await;
}

#[tokio::test]
async fn on_a_phone() {
    both_conversations_are_at_hand(Size::PHONE, "phone").await;
}
