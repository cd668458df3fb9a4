//! An administrator sees how the set-up stands, and no conversation.

use super::{
    screens::looks_right,
    visit::{no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    hospital::Hospital,
};

async fn asks_for_every_check(size: Size, picture: &str) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let browser = Browser::open(size).await;
    sign_in(&browser, &hospital.server.url("/login"), "a01").await;
    browser.wait_for_path("/admin/checks").await;
    browser
        .wait_for_text(".checks-scope", "have not been asked")
        .await;
    looks_right(&browser, &format!("checks-settings-{picture}")).await;
    browser.click("[data-testid=run-checks]").await;
    browser.wait_for_text(".checks-scope", "asked at").await;
    let verdicts = browser.texts_of("[data-testid=check] h2").await;
    assert!(verdicts.len() > 5, "{verdicts:?}");
    browser.wait_until_gone("[data-verdict=bad]").await;
    looks_right(&browser, &format!("checks-{picture}")).await;
    no_errors(&browser.console().await);
    browser.click("[data-testid=sign-out]").await;
    browser.wait_for("[data-testid=login-form]").await;
}

#[tokio::test]
async fn at_a_desk() {
    asks_for_every_check(Size::DESKTOP, "desk").await;
}

#[tokio::test]
async fn on_a_phone() {
    asks_for_every_check(Size::PHONE, "phone").await;
}
