//! Steps that several journeys take.

use crate::support::browser::Browser;
use crate::support::device::PASSWORD;
use crate::support::wait::until;

pub(super) const TEXTS: &str = "[data-testid=message-text]";

/// Signs `who` in through the form of the login page.
pub(super) async fn sign_in(browser: &Browser, login: &str, who: &str) {
    browser.goto(login).await;
    let email = format!("{who}@larkmere.example");
    browser.fill("[data-testid=login-email]", &email).await;
    browser.fill("[data-testid=login-password]", PASSWORD).await;
    browser.click("[data-testid=login-submit]").await;
    browser.wait_until_gone("[data-testid=login-form]").await;
}

/// Writes a message and sends it.
pub(super) async fn say(browser: &Browser, words: &str) {
    browser.fill("[data-testid=composer-text]", words).await;
    browser.click("[data-testid=composer-send]").await;
}

/// Waits until the conversation shows exactly these texts at its end.
pub(super) async fn ends_with(browser: &Browser, texts: &[&str]) {
    until("the conversation to end with what was said", async || {
        browser
            .texts_of(TEXTS)
            .await
            .ends_with(&texts.iter().map(ToString::to_string).collect::<Vec<_>>())
            .then_some(())
    })
    .await;
}

/// Nothing was refused by the content security policy, and no script failed.
#[track_caller]
pub(super) fn no_errors(console: &[String]) {
    let errors: Vec<_> = console
        .iter()
        .filter(|line| line.starts_with("SEVERE") || line.starts_with("WARNING"))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Opens the menu of the message that holds `css`.
pub(super) async fn open_menu(browser: &Browser, css: &str) {
    browser.click(css).await;
    browser.click(".message:focus-within .more").await;
    browser.wait_for("[data-testid=message-menu]").await;
}

/// Does what a message's menu offers: `edit`, for example.
pub(super) async fn from_menu(browser: &Browser, css: &str, action: &str) {
    open_menu(browser, css).await;
    browser.click(&format!("[data-do={action}]")).await;
}
