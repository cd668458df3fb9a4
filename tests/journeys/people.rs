//! The directory of doctors: found as typed, narrowed, written to.

use super::visit::{ends_with, no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    hospital::Hospital,
    wait::until,
};

const PERSON: &str = "[data-testid=person] .directory-name";

async fn shows(browser: &Browser, names: &[&str]) {
    until("the doctors that match", async || {
        (browser.texts_of(PERSON).await == names).then_some(())
    })
    .await;
}

async fn finds_narrows_and_writes(size: Size, words: &str) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let browser = Browser::open(size).await;
    sign_in(&browser, &hospital.server.url("/login"), "d01").await;
    browser.goto(&hospital.server.url("/doctor/people")).await;
    browser.wait_for("[data-testid=people]").await;
    browser.fill("[data-testid=people-search]", "nephro").await;
    shows(&browser, &["Dr Kwabena Lisle", "Dr Sunniva Raghel"]).await;
    browser.fill("[data-testid=people-search]", "nobody").await;
    browser.wait_for("[data-testid=no-people]").await;

    browser.fill("[data-testid=people-search]", "").await;
    let choose = "const select = document.getElementById('people-ward'); select.value = 'B3'; \
        select.dispatchEvent(new Event('input', { bubbles: true }))";
    browser.client().execute(choose, Vec::new()).await.unwrap();
    shows(&browser, &["Dr Kwabena Lisle", "Dr Sunniva Raghel"]).await;

    browser
        .click("[data-doctor-id=\"4\"] [data-testid=open-direct]")
        .await;
    browser.wait_for("[data-kind=direct]").await;
    say(&browser, words).await;
    ends_with(&browser, &[words]).await;
    no_errors(&browser.console().await);
}

#[tokio::test]
async fn a_doctor_finds_a_colleague_at_a_desk() {
    finds_narrows_and_writes(Size::DESKTOP, "Could you look at bed 4?").await;
}

#[tokio::test]
async fn a_doctor_finds_a_colleague_on_a_phone() {
    finds_narrows_and_writes(Size::PHONE, "Are you free at three?").await;
}
