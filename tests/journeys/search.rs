//! Messages are found as words are typed, and opened where they were said.

use serde_json::json;

use super::{
    screens::looks_right,
    visit::{no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM},
    hospital::Hospital,
    wait::until,
};

const HITS: &str = "[data-testid=search-hit] .hit-text";

async fn shows(browser: &Browser, texts: &[&str]) {
    until("the messages that fit", async || {
        (browser.texts_of(HITS).await == texts).then_some(())
    })
    .await;
}

/// Every address the page has asked for or shows.
async fn addresses(browser: &Browser) -> String {
    let script = "return [location.href, document.title,
        ...performance.getEntriesByType('resource').map((entry) => entry.name)].join(' ')";
    let all = browser.client().execute(script, Vec::new()).await.unwrap();
    all.as_str().unwrap().to_owned()
}

async fn finds_narrows_and_opens(mount: &'static str, size: Size, picture: &str) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await.on(mount);
    let room = colleague.new_room(&["1"]).await;
    colleague.says(&room, "Reaction to señalol at noon").await;
    let said = json!({
        "client_id": "5f0c9a3e1d7b4c2a8e6f0d1c2b3a4958",
        "text": "Second reaction to SENALOL",
        "urgency": "urgent",
    });
    let path = format!("{mount}/api/rooms/{room}/messages");
    assert_eq!(colleague.post(&path, &said).await.status, 201);
    colleague.says(&room, "No reaction since").await;

    let doctor = Browser::open(size).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    let page = format!("{mount}/search");
    doctor.goto(&hospital.server.url(&page)).await;
    doctor.wait_for("[data-testid=search-tips]").await;
    looks_right(&doctor, &format!("search-{picture}")).await;
    doctor.fill("[data-testid=search-q]", "nalol").await;
    shows(
        &doctor,
        &["Second reaction to SENALOL", "Reaction to señalol at noon"],
    )
    .await;
    looks_right(&doctor, &format!("search-found-{picture}")).await;
    assert!(!addresses(&doctor).await.contains("nalol"));

    doctor.click("[data-testid=search-narrow]").await;
    doctor.click("[data-testid=search-urgent]").await;
    shows(&doctor, &["Second reaction to SENALOL"]).await;
    looks_right(&doctor, &format!("search-narrowed-{picture}")).await;
    doctor.click("[data-testid=search-urgent]").await;
    doctor.fill("[data-testid=search-q]", "never said").await;
    doctor.wait_for("[data-testid=search-nothing]").await;
    looks_right(&doctor, &format!("search-nothing-{picture}")).await;

    // A result leads to the message where it was said.
    doctor.fill("[data-testid=search-q]", "senalol at").await;
    shows(&doctor, &["Reaction to señalol at noon"]).await;
    doctor.click("[data-testid=search-hit] a").await;
    doctor.wait_for_path(&format!("{mount}/rooms/{room}")).await;
    doctor
        .wait_for_text(".message.marked", "Reaction to señalol at noon")
        .await;
    no_errors(&doctor.console().await);
}

#[tokio::test]
async fn at_a_desk_on_the_legacy_mount() {
    finds_narrows_and_opens(CHAT, Size::DESKTOP, "desk").await;
}

#[tokio::test]
async fn on_a_phone_on_the_stream_mount() {
    finds_narrows_and_opens(STREAM, Size::PHONE, "phone").await;
}
