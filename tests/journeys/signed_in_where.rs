//! A doctor who left a browser signed in somewhere signs it out from another one.

use super::{
    screens::looks_right,
    visit::{no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::CHAT,
    hospital::Hospital,
};

async fn signs_the_other_browser_out(size: Size, picture: &str) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let login = hospital.server.url("/login");
    let left = Browser::open(size).await;
    sign_in(&left, &login, "d01").await;
    left.goto(&hospital.server.url(CHAT)).await;
    left.wait_for(".js [data-testid=rooms]").await;

    let here = Browser::open(size).await;
    sign_in(&here, &login, "d01").await;
    here.wait_for("[data-testid=patients]").await;
    here.click("[data-testid=sessions-link]").await;
    here.wait_for_path("/sessions").await;
    here.wait_for_text("[data-testid=session][data-current]", "this browser")
        .await;
    assert_eq!(here.texts_of("[data-testid=session] h2").await.len(), 2);
    looks_right(&here, &format!("sessions-{picture}")).await;
    here.click("[data-testid=session]:not([data-current]) [data-testid=end-session]")
        .await;
    here.wait_for("[data-testid=no-other-sessions]").await;
    assert_eq!(here.texts_of("[data-testid=session]").await.len(), 1);

    // Nobody touches the other one: it leaves what it shows, and says why.
    left.wait_for_text("[data-testid=login-reason]", "You were signed out")
        .await;
    looks_right(&left, &format!("signed-out-elsewhere-{picture}")).await;
    left.goto(&hospital.server.url(CHAT)).await;
    left.wait_for("[data-testid=login-form]").await;
    no_errors(&here.console().await);
}

#[tokio::test]
async fn at_a_desk() {
    signs_the_other_browser_out(Size::DESKTOP, "desk").await;
}

#[tokio::test]
async fn on_a_phone() {
    signs_the_other_browser_out(Size::PHONE, "phone").await;
}

/// A ward PC whose browser runs no scripts, and an administrator, who has no rooms.
#[tokio::test]
async fn an_administrator_signs_out_everywhere_else_without_scripts() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let other = hospital.device("a01").await;
    let browser = Browser::open_without_javascript(Size::DESKTOP).await;
    sign_in(&browser, &hospital.server.url("/login"), "a01").await;
    browser.wait_for_path("/admin/checks").await;
    browser.click("[data-testid=sessions-link]").await;
    browser.wait_for_path("/sessions").await;
    browser.screenshot("sessions-administrator-light").await;
    browser.click("[data-testid=end-other-sessions]").await;
    browser.wait_for("[data-testid=no-other-sessions]").await;
    let checks = other.get("/doctor/api/sessions").await;
    checks.is_problem(401, "not-signed-in");
    // The own one, last.
    browser.click("[data-testid=end-session]").await;
    browser.wait_for("[data-testid=login-form]").await;
}
