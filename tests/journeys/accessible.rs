//! Every screen against WCAG 2.2 AA, as far as a program can tell.

use serde_json::json;

use super::{
    screens::screens,
    visit::{no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    hospital::Hospital,
};

#[tokio::test]
async fn no_screen_breaks_a_rule_on_a_desktop() {
    no_screen_breaks_a_rule(Size {
        width: 1440,
        height: 900,
    })
    .await;
}

#[tokio::test]
async fn no_screen_breaks_a_rule_on_a_phone() {
    no_screen_breaks_a_rule(Size {
        width: 360,
        height: 740,
    })
    .await;
}

async fn no_screen_breaks_a_rule(size: Size) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let screens = screens(&hospital.device("d01").await).await;
    let browser = Browser::open(size).await;
    let mut broken = Vec::new();
    for dark in [false, true] {
        browser.prefer_dark(dark).await;
        browser.client().delete_all_cookies().await.unwrap();
        browser.goto(&hospital.server.url("/login")).await;
        browser.wait_for("[data-testid=login-form]").await;
        broken.extend(violations(&browser, "login", dark).await);
        sign_in(&browser, &hospital.server.url("/login"), "n01").await;
        browser.wait_for("[data-testid=notice]").await;
        broken.extend(violations(&browser, "nurse", dark).await);
        browser.click("[data-testid=sign-out]").await;
        sign_in(&browser, &hospital.server.url("/login"), "d01").await;
        for (name, path, shown) in &screens {
            browser.goto(&hospital.server.url(path)).await;
            browser.wait_for(shown).await;
            broken.extend(violations(&browser, name, dark).await);
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

async fn violations(browser: &Browser, screen: &str, dark: bool) -> Vec<String> {
    let scheme = if dark { "dark" } else { "light" };
    let found = browser.accessibility_violations().await;
    found
        .into_iter()
        .map(|line| format!("{screen}, {scheme}: {line}"))
        .collect()
}

/// 1,280 pixels at 400 % zoom are 320: nothing has to be scrolled sideways.
#[tokio::test]
async fn every_screen_reflows_at_320_pixels() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let screens = screens(&hospital.device("d01").await).await;
    let browser = Browser::open(Size {
        width: 320,
        height: 640,
    })
    .await;
    sign_in(&browser, &hospital.server.url("/login"), "d01").await;
    for (name, path, shown) in &screens {
        browser.goto(&hospital.server.url(path)).await;
        browser.wait_for(shown).await;
        let over = "return document.scrollingElement.scrollWidth - window.innerWidth";
        let over = browser.client().execute(over, Vec::new()).await.unwrap();
        assert!(
            over.as_i64().is_some_and(|over| over <= 0),
            "{name} is {over} px too wide"
        );
    }
}

/// Colours of the system instead of ours, and nothing that moves.
#[tokio::test]
async fn the_systems_wishes_are_met() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let screens = screens(&hospital.device("d01").await).await;
    let browser = Browser::open(Size::DESKTOP).await;
    let wishes = json!({"features": [
        {"name": "forced-colors", "value": "active"},
        {"name": "prefers-reduced-motion", "value": "reduce"},
    ]});
    browser.devtools("Emulation.setEmulatedMedia", wishes).await;
    sign_in(&browser, &hospital.server.url("/login"), "d01").await;
    for (name, path, shown) in &screens {
        browser.goto(&hospital.server.url(path)).await;
        browser.wait_for(shown).await;
        browser.screenshot(&format!("{name}-forced-colors")).await;
        let moving = "return document.getAnimations().length + Array.from(document.querySelectorAll('*'))
            .filter((element) => parseFloat(getComputedStyle(element).transitionDuration) > 0).length";
        let moving = browser.client().execute(moving, Vec::new()).await.unwrap();
        assert_eq!(moving, json!(0), "{name} moves");
        let colours = "return Array.from(document.querySelectorAll('main button, main a'))
            .every((element) => getComputedStyle(element).forcedColorAdjust === 'auto')";
        let colours = browser.client().execute(colours, Vec::new()).await.unwrap();
        assert_eq!(colours, json!(true), "{name} keeps colours of its own");
    }
    no_errors(
        &browser
            .console()
            .await
            .into_iter()
            .filter(|line| !line.contains("status of 404"))
            .collect::<Vec<_>>(),
    );
}
