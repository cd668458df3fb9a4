//! The tab that listens for all is suspended: another one goes on, and nothing is lost, doubled or rung twice.

use fantoccini::wd::WindowHandle;
use serde_json::json;

use super::{
    rings::{RECORDER, told, urgent},
    visit::{no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::CHAT,
    hospital::Hospital,
    wait::until,
};

/// Opens the page in this window and in a second one, both in sight, so that the second does not take the lead for that.
async fn windows(doctor: &Browser, page: &str) -> [WindowHandle; 2] {
    let client = doctor.client();
    let first = client.window().await.unwrap();
    let second = client.new_window(false).await.unwrap().handle;
    for window in [&first, &second] {
        client.switch_to_window(window.clone()).await.unwrap();
        doctor.resize(Size::DESKTOP).await;
        let script = json!({"source": RECORDER});
        doctor
            .devtools("Page.addScriptToEvaluateOnNewDocument", script)
            .await;
        doctor.goto(page).await;
        doctor.wait_for(".js [data-testid=rooms]").await;
    }
    [first, second]
}

/// Waits until one notice was given, and checks that there was no other.
async fn was_told_once(doctor: &Browser) {
    let notices = until("the notice", async || {
        let mut told = told(doctor).await;
        told.retain(|line| line.starts_with("notice"));
        (!told.is_empty()).then_some(told)
    });
    assert_eq!(notices.await, ["notice Urgent message"]);
}

#[tokio::test]
async fn another_tab_goes_on_and_nothing_is_lost_doubled_or_rung_twice() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d07").await;
    let room = colleague.new_room(&["1"]).await;
    // Each message counts once, in each window.
    let unread = format!("[data-room-id=\"{room}\"] [data-testid=unread]");
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    let [first, second] = windows(&doctor, &hospital.server.url(CHAT)).await;
    let client = doctor.client();
    let switch_to = async |window: &WindowHandle| {
        client.switch_to_window(window.clone()).await.unwrap();
    };
    colleague.says(&room, "one").await;
    for window in [&second, &first] {
        switch_to(window).await;
        doctor.wait_for_text(&unread, "1").await;
    }

    let suspended = doctor.suspend().await;
    switch_to(&second).await;
    colleague.says(&room, "two").await;
    urgent(&colleague, &room, "u-1").await;
    doctor.wait_for_text(&unread, "3").await;
    doctor
        .wait_for_text("[data-testid=urgent-strip]", "Zenobia is bleeding")
        .await;
    was_told_once(&doctor).await;

    suspended.go_on().await;
    switch_to(&first).await;
    doctor.wait_for_text(&unread, "3").await;
    colleague.says(&room, "three").await;
    for window in [&first, &second] {
        switch_to(window).await;
        doctor.wait_for_text(&unread, "4").await;
    }
    was_told_once(&doctor).await;

    // Frozen, as browsers do with tabs behind others.
    let state = async |state: &str| {
        let state = json!({"state": state});
        doctor.devtools("Page.setWebLifecycleState", state).await;
    };
    state("frozen").await;
    switch_to(&first).await;
    colleague.says(&room, "four").await;
    doctor.wait_for_text(&unread, "5").await;
    switch_to(&second).await;
    state("active").await;
    doctor.wait_for_text(&unread, "5").await;
    was_told_once(&doctor).await;
    no_errors(&doctor.console().await);
}
