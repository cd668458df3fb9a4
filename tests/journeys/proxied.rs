//! A proxy that nobody told of live events stands before the server.

use serde_json::json;

use super::visit::{TEXTS, ends_with, no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM},
    hospital::Hospital,
    nginx::Nginx,
};

const STRIP: &str = "[data-testid=connection]";

#[tokio::test]
async fn a_plain_nginx_passes_events_on_as_they_come() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let nginx = Nginx::before(&hospital.server, "").await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &nginx.url("/login"), "d01").await;
    doctor
        .goto(&nginx.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    // Typing is told by the stream alone: what is asked for would never show it.
    let typing = format!("{CHAT}/api/rooms/{room}/typing");
    doctor.wait_for(".js [data-testid=message-list]").await;
    colleague.post(&typing, &json!({"typing": true})).await;
    doctor
        .wait_for_text("[data-testid=typing]", "is typing")
        .await;
    colleague.says(&room, "one").await;
    ends_with(&doctor, &["one"]).await;
    doctor.wait_until_gone(STRIP).await;
    no_errors(&doctor.console().await);
}

#[tokio::test]
async fn where_events_are_held_back_a_page_says_so_and_asks() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let nginx = Nginx::before(&hospital.server, "proxy_ignore_headers X-Accel-Buffering;").await;
    let colleague = hospital.device("d07").await;
    let room = colleague.new_room(&["1"]).await;
    let there = colleague.on(STREAM);
    let room_there = there.new_room(&["1"]).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &nginx.url("/login"), "d01").await;
    doctor
        .goto(&nginx.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    doctor.wait_for_text(STRIP, "Not live since").await;
    assert!(doctor.accessibility_violations().await.is_empty());
    doctor.screenshot("not-live").await;

    let urgent = json!({"client_id": "u-1", "text": "Bleeding", "urgency": "urgent"});
    let path = format!("{STREAM}/api/rooms/{room_there}/messages");
    assert_eq!(there.post(&path, &urgent).await.status, 201);
    colleague.says(&room, "one").await;
    let recalled = colleague.says(&room, "two").await;
    doctor.wait_for_text(TEXTS, "two").await;
    doctor
        .wait_for_text("[data-testid=urgent-strip]", "Bleeding")
        .await;
    // What was said before is asked for as well, and what one sends oneself goes out at once.
    let address = format!(
        "{CHAT}/api/rooms/{room}/messages/{}",
        recalled["id"].as_str().unwrap()
    );
    assert_eq!(colleague.delete(&address).await.status, 200);
    doctor
        .wait_for_text("[data-testid=tombstone]", "Recalled")
        .await;
    say(&doctor, "three").await;
    ends_with(&doctor, &["one", "three"]).await;
    doctor.wait_until_gone("[data-testid=state]").await;
    no_errors(&doctor.console().await);
}
