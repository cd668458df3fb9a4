//! An urgent message stands above every page until each has acknowledged it.

use super::visit::{no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM},
    hospital::Hospital,
};

const STRIP: &str = "[data-testid=urgent-strip]";

#[tokio::test]
async fn an_urgent_message_waits_for_each_on_the_legacy_mount() {
    waits_for_each(CHAT, Size::DESKTOP).await;
}

#[tokio::test]
async fn an_urgent_message_waits_for_each_on_the_stream_mount_on_a_phone() {
    waits_for_each(STREAM, Size::PHONE).await;
}

async fn waits_for_each(mount: &'static str, size: Size) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let sender = hospital.device("d05").await.on(mount);
    let room = sender.new_room(&["6", "7"]).await;
    let url = |path: &str| hospital.server.url(path);
    let page = url(&format!("{mount}/rooms/{room}"));
    let (writer, first, second) = (
        Browser::open(size).await,
        Browser::open(size).await,
        Browser::open(size).await,
    );
    for (browser, who) in [(&writer, "d05"), (&first, "d06"), (&second, "d07")] {
        sign_in(browser, &url("/login"), who).await;
    }
    first.goto(&url(mount)).await;
    second.goto(&url(mount)).await;
    writer.goto(&page).await;
    let mine = "[data-testid=urgent-item]";
    let item = format!("{mine}[data-room-id=\"{room}\"]");

    writer.click(".urgent-switch").await;
    writer.wait_for("[data-testid=composer-reason]:focus").await;
    writer
        .fill("[data-testid=composer-reason]", "Lactate 5.2")
        .await;
    say(&writer, "Sepsis in C1-11, please review now.").await;
    writer
        .wait_for_text("[data-testid=urgent-reason]", "Lactate 5.2")
        .await;
    writer
        .wait_for_text(
            "[data-testid=receipt]",
            "Not acknowledged yet: waiting for Dr Quillfeather, Dr Haldane",
        )
        .await;

    // It comes live, stays over a reload, and leads to the message.
    for browser in [&first, &second] {
        let shown = browser.wait_for_text(&item, "Lactate 5.2").await;
        let shown = shown.text().await.unwrap();
        assert!(
            shown.contains("Dr Etxarte") && shown.contains("Night handover"),
            "{shown}"
        );
    }
    first.reload().await;
    first.wait_for_text(&item, "just now").await;
    first
        .screenshot(&format!(
            "urgent-strip-{}",
            mount.rsplit('/').next().unwrap()
        ))
        .await;
    first
        .click(&format!("{item} [data-testid=urgent-open]"))
        .await;
    first
        .wait_for_text(".message.marked", "Sepsis in C1-11")
        .await;
    first.wait_for_text(STRIP, "Lactate 5.2").await;

    // One acknowledges in the strip: gone there, and the sender sees who is left.
    first
        .click(&format!("{item} [data-testid=urgent-acknowledge]"))
        .await;
    first.wait_until_gone(&item).await;
    first.wait_until_gone("[data-testid=acknowledge]").await;
    writer
        .wait_for_text("[data-testid=receipt]", "waiting for Dr Haldane")
        .await;
    second.wait_for_text(&item, "Lactate 5.2").await;

    // The other one in the room.
    second.goto(&page).await;
    second.click("[data-testid=acknowledge]").await;
    second.wait_until_gone(&item).await;
    writer
        .wait_for_text("[data-testid=receipt]", "Acknowledged by Dr Quillfeather")
        .await;
    second.reload().await;
    second.wait_for("[data-testid=message-list]").await;
    second.wait_until_gone(&item).await;
    for browser in [&writer, &first, &second] {
        no_errors(&browser.console().await);
    }
}

#[tokio::test]
async fn it_is_acknowledged_everywhere_at_once_and_goes_when_recalled() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let sender = hospital.device("d05").await;
    let room = sender.new_room(&["6"]).await;
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    let urgent = |id: &str| serde_json::json!({"client_id": id, "text": "Please come.", "urgency": "urgent"});
    let item = format!("[data-testid=urgent-item][data-room-id=\"{room}\"]");
    let (desk, phone) = (
        Browser::open(Size::DESKTOP).await,
        Browser::open(Size::PHONE).await,
    );
    for browser in [&desk, &phone] {
        sign_in(browser, &hospital.server.url("/login"), "d06").await;
        // On the patients' pages too.
        browser.goto(&hospital.server.url("/doctor/patients")).await;
    }
    assert_eq!(sender.post(&path, &urgent("a")).await.status, 201);
    desk.wait_for_text(&item, "Please come.").await;
    phone
        .click(&format!("{item} [data-testid=urgent-acknowledge]"))
        .await;
    desk.wait_until_gone(&item).await;

    let second = sender.post(&path, &urgent("b")).await.json();
    desk.wait_for(&item).await;
    let id = second["id"].as_str().unwrap();
    assert_eq!(sender.delete(&format!("{path}/{id}")).await.status, 200);
    desk.wait_until_gone(&item).await;
    phone.wait_until_gone(&item).await;
}
