//! The browser is offline: what is written goes out once, in order, when the network is back.

use super::visit::{ends_with, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM, text},
    hospital::Hospital,
    wait::until,
};

const STATES: &str = "[data-testid=state]";

#[tokio::test]
async fn what_is_written_offline_goes_out_once_and_in_order_on_the_legacy_mount() {
    written_offline(CHAT, Size::DESKTOP).await;
}

#[tokio::test]
async fn what_is_written_offline_goes_out_once_and_in_order_on_the_stream_mount() {
    written_offline(STREAM, Size::PHONE).await;
}

async fn written_offline(mount: &'static str, size: Size) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await.on(mount);
    let room = colleague.new_room(&["1"]).await;
    let doctor = Browser::open(size).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{mount}/rooms/{room}")))
        .await;
    say(&doctor, "before").await;
    ends_with(&doctor, &["before"]).await;
    doctor.wait_until_gone(STATES).await;

    doctor.set_offline(true).await;
    let written = ["one", "two", "three", "four"];
    for words in written {
        say(&doctor, words).await;
    }
    until("all of them to wait", async || {
        let states = doctor.texts_of(STATES).await;
        (states.len() == 4 && states.iter().all(|state| state.starts_with("Waiting"))).then_some(())
    })
    .await;

    // An urgent one does not wait unseen: it says so, and its text stays.
    doctor.click(".urgent-switch").await;
    say(&doctor, "K+ 6.9").await;
    doctor
        .wait_for_text("[data-testid=composer-error]", "Ring them now")
        .await;
    let field = doctor.wait_for("[data-testid=composer-text]").await;
    assert_eq!(
        field.prop("value").await.unwrap().as_deref(),
        Some("K+ 6.9")
    );
    doctor
        .screenshot(&format!("offline-{}", mount.rsplit('/').next().unwrap()))
        .await;
    doctor.fill("[data-testid=composer-text]", "").await;
    doctor.click(".urgent-switch").await;

    // One of them is thought better of.
    doctor
        .click(".message.mine:nth-last-of-type(2) [data-testid=discard]")
        .await;
    doctor.set_offline(false).await;
    doctor.wait_until_gone(STATES).await;
    ends_with(&doctor, &["before", "one", "two", "four"]).await;
    let stored: Vec<_> = colleague
        .messages(&room)
        .await
        .iter()
        .map(|message| text(&message["text"]))
        .collect();
    assert_eq!(stored, ["before", "one", "two", "four"]);
    doctor.reload().await;
    ends_with(&doctor, &["before", "one", "two", "four"]).await;
}
