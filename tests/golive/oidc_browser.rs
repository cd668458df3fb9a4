//! Sign-in by a provider in a browser: there and back, a locked page, and out again.

use serde_json::json;

use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::CHAT,
    openid::SignedOn,
};

const DRAFT: &str = "Half a thought about the potassium";
const COMPOSER: &str = "[data-testid=composer-text]";

/// Enters a name and a password at the provider.
async fn enter(browser: &Browser, who: &str) {
    browser.fill("[name=login]", who).await;
    browser.fill("[name=password]", "any").await;
    browser.click("[type=submit]").await;
}

#[tokio::test]
async fn a_locked_page_comes_back_from_the_provider_with_what_was_written() {
    let hospital = SignedOn::open(Engine::Sqlite, &[]).await;
    hospital.provider.knows(json!({
        "ana": {"employee_number": "E-1001"}, "ben": {"employee_number": "E-1002"}
    }));
    let colleague = hospital.signed_in("ben").await;
    let room = colleague.new_room(&["1"]).await;
    colleague.says(&room, "Potassium is 6.9").await;
    let path = format!("{CHAT}/rooms/{room}");

    let browser = Browser::open(Size::DESKTOP).await;
    browser.goto(&hospital.server.url(&path)).await;
    browser.click("[data-testid=login-sign-on]").await;
    enter(&browser, "ana").await;
    browser.wait_for_path(&path).await;
    browser
        .wait_for_text("[data-testid=message]", "Potassium is 6.9")
        .await;

    browser.fill(COMPOSER, DRAFT).await;
    browser.click("[data-testid=lock-now]").await;
    browser.wait_for("[data-testid=lock]").await;
    browser.wait_until_gone("[data-testid=message]").await;
    // A page that is loaded anew is none, and the provider asks although it knows who was there.
    browser.click("[data-testid=lock-sign-on]").await;
    enter(&browser, "ana").await;
    browser.wait_for_path(&path).await;
    browser
        .wait_for_text("[data-testid=message]", "Potassium is 6.9")
        .await;
    browser.wait_until_gone("[data-testid=lock]").await;
    let composer = browser.wait_for(COMPOSER).await;
    assert_eq!(
        composer.prop("value").await.unwrap().as_deref(),
        Some(DRAFT)
    );
    // It stays open, also when it is loaded again.
    browser.reload().await;
    browser.wait_for("html.js").await;
    browser.wait_for("[data-testid=message]").await;
    browser.wait_until_gone("[data-testid=lock]").await;

    // Going back leads to no page of the sign-in that would break the session.
    browser.client().back().await.unwrap();
    browser.goto(&hospital.server.url(&path)).await;
    browser.wait_for("[data-testid=message]").await;

    browser.fill(COMPOSER, "").await;
    browser.click("[data-testid=sign-out]").await;
    browser.click("[name=logout][value=yes]").await;
    browser.wait_for_path("/login").await;
    browser.click("[data-testid=login-sign-on]").await;
    browser.wait_for("[name=login]").await;
}
