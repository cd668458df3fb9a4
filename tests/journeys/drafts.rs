//! What is written and not sent is there again: after a reload, another room, another login.

use super::visit::{no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM},
    hospital::Hospital,
    wait::until,
};

const TEXT: &str = "[data-testid=composer-text]";

async fn holds(browser: &Browser, words: &str) {
    until("the composer to hold the draft", async || {
        let field = browser.wait_for(TEXT).await;
        let value = field.prop("value").await.unwrap().unwrap_or_default();
        (value == words).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_draft_waits_for_its_doctor() {
    for (mount, size) in [(CHAT, Size::DESKTOP), (STREAM, Size::PHONE)] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let colleague = hospital.device("d02").await.on(mount);
        let (room, other) = (
            colleague.new_room(&["1"]).await,
            colleague.new_room(&["1", "3"]).await,
        );
        colleague.says(&room, "Is the MRI booked?").await;
        let page = |room: &str| hospital.server.url(&format!("{mount}/rooms/{room}"));
        let row = format!("[data-testid=room][data-room-id=\"{room}\"]");

        let doctor = Browser::open(size).await;
        sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
        doctor.goto(&page(&room)).await;
        doctor.click("[data-testid=message-text]").await;
        doctor.click(".message:focus [data-testid=reply]").await;
        doctor.fill(TEXT, "Yes, tomorrow at").await;
        doctor.click(".urgent-switch").await;

        doctor.reload().await;
        holds(&doctor, "Yes, tomorrow at").await;
        doctor
            .wait_for_text("#answering", "Is the MRI booked?")
            .await;
        doctor.wait_for(".urgent-switch :checked").await;

        // Another room has its own, and the list says where one waits.
        doctor.goto(&page(&other)).await;
        holds(&doctor, "").await;
        doctor.goto(&hospital.server.url(mount)).await;
        doctor.wait_for_text(&row, "Draft").await;

        // The session ends by itself; another doctor finds nothing of it.
        doctor.client().delete_all_cookies().await.unwrap();
        sign_in(&doctor, &page(&room), "d02").await;
        doctor.goto(&page(&room)).await;
        holds(&doctor, "").await;
        doctor.client().delete_all_cookies().await.unwrap();
        sign_in(&doctor, &page(&room), "d01").await;
        holds(&doctor, "Yes, tomorrow at").await;
        doctor.click(".urgent-switch").await;
        say(&doctor, "Yes, tomorrow at nine.").await;
        doctor
            .wait_for_text(".message.mine .quote", "Is the MRI")
            .await;
        doctor.goto(&hospital.server.url(mount)).await;
        doctor.wait_for_text(&row, "tomorrow at nine").await;
        assert!(!doctor.text_of(&row).await.contains("Draft"));
        // The session was taken away under an open page, and what it then asked for was refused.
        let console = doctor.console().await.into_iter();
        no_errors(
            &console
                .filter(|line| !line.contains("status of 401"))
                .collect::<Vec<_>>(),
        );
    }
}
