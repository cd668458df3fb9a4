//! A reply shows what it answers, also when that stands on another page.

use serde_json::json;

use super::visit::{no_errors, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, STREAM, text},
    hospital::Hospital,
    wait::until,
};

const QUOTE: &str = ".message:last-of-type .quote";

#[tokio::test]
async fn a_quote_of_another_page_on_the_legacy_mount() {
    across_pages(CHAT, Size::DESKTOP).await;
}

#[tokio::test]
async fn a_quote_of_another_page_on_the_stream_mount_on_a_phone() {
    across_pages(STREAM, Size::PHONE).await;
}

async fn reply(device: &Device, room: &str, to: &str, words: &str) {
    let path = format!("{}/api/rooms/{room}/messages", device.mount());
    let body = json!({"client_id": format!("to-{to}"), "text": words, "reply_to": to});
    assert_eq!(device.post(&path, &body).await.status, 201);
}

async fn across_pages(mount: &'static str, size: Size) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await.on(mount);
    let own = hospital.device("d01").await.on(mount);
    let room = colleague.new_room(&["1"]).await;
    let api = format!("{mount}/api/rooms/{room}/messages");
    let mut old = Vec::new();
    for words in ["Potassium is 6.9", "Sodium is 128", "Lactate is 3.1"] {
        old.push(text(&colleague.says(&room, words).await["id"]));
    }
    for number in 0..50 {
        own.says(&room, &format!("Early {number}")).await;
    }
    reply(&colleague, &room, &old[2], "Repeat that one.").await;
    for number in 0..51 {
        own.says(&room, &format!("Line {number}")).await;
    }
    reply(&colleague, &room, &old[0], "About the first.").await;

    let doctor = Browser::open(size).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    let page = format!("{mount}/rooms/{room}");
    doctor.goto(&hospital.server.url(&page)).await;
    doctor.wait_for_text(QUOTE, "Dr Brannigan").await;
    doctor.wait_for_text(QUOTE, "Potassium is 6.9").await;

    // Live, and kept up to date.
    reply(&colleague, &room, &old[1], "And the second.").await;
    doctor.wait_for_text(QUOTE, "Sodium is 128").await;
    doctor.wait_for_text(QUOTE, "Dr Brannigan").await;
    let edit = json!({"text": "Sodium is 138"});
    colleague.patch(&format!("{api}/{}", old[1]), &edit).await;
    doctor.wait_for_text(QUOTE, "Sodium is 138").await;
    colleague.delete(&format!("{api}/{}", old[1])).await;
    doctor.wait_for_text(QUOTE, "Recalled").await;
    doctor.reload().await;
    doctor.wait_for_text(QUOTE, "Recalled").await;

    // In what is paged to.
    let press = "document.getElementById('older').click()";
    doctor.client().execute(press, vec![]).await.unwrap();
    // Far above what is on screen, so it is read, not looked at.
    let first = "return document.querySelector('#messages .quote:not([hidden])').textContent";
    until("the quote of an earlier page", async || {
        let quote = doctor.client().execute(first, vec![]).await.unwrap();
        (quote == "Dr Brannigan Lactate is 3.1").then_some(())
    })
    .await;
    no_errors(&doctor.console().await);
}
