//! Costs of a first visit: bytes over the wire, requests, and nothing that jumps.

use serde_json::Value;

use super::{
    screens::room,
    visit::{no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    hospital::Hospital,
};

/// From the login to the first conversation, everything together, compressed as it was sent.
const MOST_BYTES: u64 = 100 * 1024;
const MOST_REQUESTS: usize = 100;

/// Of the page shown: what each request was for and how many bytes came.
const LOADED: &str = "
    const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    return entries.map(({ name, transferSize, encodedBodySize }) =>
        // What the browser had kept costs nothing.
        ({ name, bytes: transferSize ? encodedBodySize : 0 }));";

/// How far things moved by themselves, as Chromium counts it (0 is nothing), and what moved.
const SHIFTED: &str = "
    const done = arguments[arguments.length - 1];
    const told = [];
    new PerformanceObserver((list) => told.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => done(told.map((shift) =>
        [shift.value, Math.round(shift.startTime), ...shift.sources.map(({ node, previousRect, currentRect }) =>
            [node?.className ?? '', previousRect, currentRect])]))));";

/// By how much the foot grows when the composer comes after it was shown.
const GROWS: &str = "
    const foot = document.querySelector('.foot');
    const whole = foot.offsetHeight;
    document.getElementById('composer').remove();
    return whole - foot.offsetHeight;";

async fn loaded(browser: &Browser) -> Vec<(String, u64)> {
    let entries = browser.client().execute(LOADED, Vec::new()).await.unwrap();
    let entries = entries.as_array().unwrap().iter();
    entries
        .map(|entry| {
            let name = entry["name"].as_str().unwrap().to_owned();
            (name, entry["bytes"].as_u64().unwrap())
        })
        .collect()
}

#[tokio::test]
async fn a_first_visit_is_small() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let room = room(&hospital.device("d01").await, "Yusra Calloway").await;
    let browser = Browser::open(Size::DESKTOP).await;
    let mut all = Vec::new();

    browser.goto(&hospital.server.url("/login")).await;
    browser.wait_for("[data-testid=login-form]").await;
    all.extend(loaded(&browser).await);
    sign_in(&browser, &hospital.server.url("/login"), "d01").await;
    browser.wait_for_path("/doctor/patients").await;
    browser.wait_for("[data-testid=patients]").await;
    all.extend(loaded(&browser).await);
    browser.goto(&hospital.server.url(&room)).await;
    browser.wait_for("[data-testid=message-list]").await;
    all.extend(loaded(&browser).await);

    for (name, _) in &all {
        assert!(name.starts_with(&hospital.server.url("/")), "{name}");
    }
    // A page whose live events begin late, on a busy machine, reads the room once more.
    let again = |name: &str| name.contains("/messages?limit=");
    all.retain(|(name, bytes)| *bytes > 0 && !again(name));
    let bytes: u64 = all.iter().map(|(_, bytes)| bytes).sum();
    let lines: Vec<_> = all
        .iter()
        .map(|(name, bytes)| format!("{bytes:>7} {name}"))
        .collect();
    assert!(bytes <= MOST_BYTES, "{bytes} bytes:\n{}", lines.join("\n"));
    assert!(
        all.len() <= MOST_REQUESTS,
        "{} requests:\n{}",
        all.len(),
        lines.join("\n")
    );
    no_errors(&browser.console().await);
}

#[tokio::test]
async fn nothing_jumps_in_a_conversation() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let device = hospital.device("d01").await;
    for size in [Size::DESKTOP, Size::PHONE] {
        let browser = Browser::open(size).await;
        sign_in(&browser, &hospital.server.url("/login"), "d01").await;
        for title in ["Yusra Calloway", "Ward 7 doctors"] {
            let room = room(&device, title).await;
            browser.goto(&hospital.server.url(&room)).await;
            browser.wait_for(".js [data-testid=message-list]").await;
            let shifts = browser.client().execute_async(SHIFTED, Vec::new()).await;
            let shifts = shifts.unwrap();
            let total: f64 = shifts
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|shift| shift[0].as_f64())
                .sum();
            assert!(total < 0.01, "{title}: {}", Value::to_string(&shifts));
            let grows = browser.client().execute(GROWS, Vec::new()).await.unwrap();
            assert_eq!(grows, 0, "the composer's place is not kept");
        }
    }
}
