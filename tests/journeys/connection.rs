//! The network fails under an open conversation.

use super::visit::{TEXTS, ends_with, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    cable::Cable,
    database::Engine,
    device::{CHAT, text},
    hospital::Hospital,
    wait::until_equal,
};

#[tokio::test]
async fn a_pulled_cable_loses_and_doubles_nothing() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    colleague.says(&room, "before").await;

    let cable = Cable::to(&hospital.server).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &cable.url("/login"), "d01").await;
    doctor
        .goto(&cable.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    ends_with(&doctor, &["before"]).await;
    colleague.says(&room, "live").await;
    ends_with(&doctor, &["before", "live"]).await;

    for round in ["first", "second"] {
        cable.pull();
        doctor
            .wait_for_text("[data-testid=connection]", "Connection lost")
            .await;
        let mine = format!("written without a network, {round}");
        say(&doctor, &mine).await;
        doctor
            .wait_for_text("[data-testid=state]", "Waiting to send")
            .await;
        for number in 0..3 {
            colleague
                .says(&room, &format!("missed {round} {number}"))
                .await;
        }
        cable.plug_in();
        doctor.wait_until_gone("[data-testid=connection]").await;
        doctor
            .wait_for_text(TEXTS, &format!("missed {round} 2"))
            .await;
        // What waited is sent by itself.
        doctor.wait_until_gone("[data-testid=state]").await;
    }
    let stored: Vec<_> = colleague
        .messages(&room)
        .await
        .iter()
        .map(|message| text(&message["text"]))
        .collect();
    assert_eq!(stored.len(), 10);
    ends_with(
        &doctor,
        &stored.iter().map(String::as_str).collect::<Vec<_>>(),
    )
    .await;
    assert_eq!(doctor.texts_of(TEXTS).await, stored, "once each, in order");
    doctor.reload().await;
    ends_with(
        &doctor,
        &stored.iter().map(String::as_str).collect::<Vec<_>>(),
    )
    .await;
}

#[tokio::test]
async fn a_restart_of_the_program_is_survived_by_an_open_page() {
    let mut hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    colleague.says(&room, "before").await;
    ends_with(&doctor, &["before"]).await;
    hospital.server.kill();
    hospital.restart().await;
    colleague.says(&room, "after").await;
    ends_with(&doctor, &["before", "after"]).await;
    say(&doctor, "still here").await;
    ends_with(&doctor, &["before", "after", "still here"]).await;
    // The page shows what it sends before the server has it.
    let stored = async || colleague.messages(&room).await.len();
    until_equal("the messages of the room", &3, stored).await;
}

#[tokio::test]
async fn a_list_stays_when_the_network_goes() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let cable = Cable::to(&hospital.server).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &cable.url("/login"), "d01").await;
    doctor.wait_for(".js [data-testid=patients]").await;
    cable.pull();
    doctor
        .wait_for_text("[data-testid=connection]", "Connection lost at")
        .await;
    // What cannot be loaded does not take the place of what is there.
    doctor.click("[data-testid=patient-row]").await;
    doctor
        .wait_for_text("[data-testid=connection]", "Not opened:")
        .await;
    doctor.fill("[data-testid=patient-search]", "vint").await;
    doctor.click("[data-testid=patient-search-submit]").await;
    doctor
        .wait_for_text("[data-testid=connection]", "What you see stays.")
        .await;
    assert_eq!(doctor.path().await, "/doctor/patients");
    assert!(doctor.texts_of("[data-testid=patient-row]").await.len() > 1);
    assert!(doctor.accessibility_violations().await.is_empty());
    doctor.screenshot("patients-cut-off").await;
    cable.plug_in();
    doctor.wait_until_gone("[data-testid=connection]").await;
    doctor.click("[data-testid=patient-search-submit]").await;
    doctor
        .wait_for_text("[data-testid=patients]", "Amara Vint")
        .await;

    // The browser itself knows that it is offline.
    doctor.goto(&cable.url(CHAT)).await;
    doctor.wait_for(".js [data-testid=rooms]").await;
    doctor.set_offline(true).await;
    doctor
        .wait_for_text("[data-testid=connection]", "Offline since")
        .await;
    doctor
        .wait_for_text("[data-testid=connection]", "showing saved lists")
        .await;
    doctor.click("[data-testid=patients-link]").await;
    doctor
        .wait_for_text("[data-testid=connection]", "this computer is offline")
        .await;
    doctor.set_offline(false).await;
    doctor.wait_until_gone("[data-testid=connection]").await;
    doctor.click("[data-testid=patients-link]").await;
    doctor.wait_for_path("/doctor/patients").await;
}
