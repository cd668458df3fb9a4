//! People who are no doctors: they get no further than a notice.

use super::visit::sign_in;
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    hospital::Hospital,
};

#[tokio::test]
async fn a_nurse_is_told_and_signs_out() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let nurse = Browser::open(Size::DESKTOP).await;
    sign_in(&nurse, &hospital.server.url("/login"), "n01").await;
    nurse
        .wait_for_text(
            "[data-testid=notice]",
            "Only doctors take part in this chat",
        )
        .await;
    nurse
        .goto(&hospital.server.url("/doctor/chat/rooms/1"))
        .await;
    nurse
        .wait_for_text(
            "[data-testid=notice]",
            "Only doctors take part in this chat",
        )
        .await;
    nurse.click("[data-testid=sign-out]").await;
    nurse.wait_for("[data-testid=login-form]").await;
}

#[tokio::test]
async fn a_wrong_password_is_said_on_the_page() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let browser = Browser::open(Size::PHONE).await;
    browser.goto(&hospital.server.url("/login")).await;
    browser
        .fill("[data-testid=login-email]", "d01@larkmere.example")
        .await;
    browser.fill("[data-testid=login-password]", "guess").await;
    browser.click("[data-testid=login-submit]").await;
    browser
        .wait_for_text("[data-testid=login-error]", "password is wrong")
        .await;
    let email = browser.wait_for("[data-testid=login-email]").await;
    assert_eq!(
        email.prop("value").await.unwrap().as_deref(),
        Some("d01@larkmere.example")
    );
}

#[tokio::test]
async fn a_room_of_others_is_not_found() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let room = hospital.device("d02").await.new_room(&["3"]).await;
    let outsider = Browser::open(Size::DESKTOP).await;
    sign_in(&outsider, &hospital.server.url("/login"), "d05").await;
    outsider
        .goto(&hospital.server.url(&format!("/doctor/chat/rooms/{room}")))
        .await;
    outsider
        .wait_for_text("[data-testid=notice]", "Not found")
        .await;
    // What it is called is nobody else's business.
    assert!(
        !outsider
            .client()
            .source()
            .await
            .unwrap()
            .contains("Night handover")
    );
}
