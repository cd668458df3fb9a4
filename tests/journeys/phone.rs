//! On a phone the rooms, the conversation and its people take turns on the screen.

use super::visit::{ends_with, no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::CHAT,
    hospital::Hospital,
};

#[tokio::test]
async fn a_doctor_finds_the_way_on_a_phone() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    colleague.says(&room, "Are you on the ward?").await;

    let doctor = Browser::open(Size::PHONE).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor.goto(&hospital.server.url(CHAT)).await;
    let row = format!("[data-testid=room][data-room-id=\"{room}\"] a");
    doctor.wait_for_text(&row, "Are you on the ward?").await;
    doctor.click(&row).await;
    ends_with(&doctor, &["Are you on the ward?"]).await;
    say(&doctor, "In five minutes.").await;
    ends_with(&doctor, &["Are you on the ward?", "In five minutes."]).await;

    doctor.wait_until_gone("[data-testid=participants]").await;
    doctor.click(".panel-open").await;
    doctor
        .wait_for_text("[data-testid=participants]", "Dr Teodor Brannigan")
        .await;
    doctor.click(".panel-close").await;
    doctor.wait_until_gone("[data-testid=participants]").await;
    doctor.click(".patient-banner .back").await;
    doctor.wait_for_path(CHAT).await;
    // What was read is not unread any more.
    doctor.wait_for_text(&row, "In five minutes.").await;
    doctor
        .wait_until_gone(&format!("{row} [data-testid=unread]"))
        .await;
    no_errors(&doctor.console().await);
}
