//! Every screen in three sizes, light and dark: kept as pictures, and held to what can be measured.

use super::visit::{no_errors, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, STREAM, text},
    hospital::Hospital,
};

const SIZES: [(&str, Size); 3] = [
    (
        "1440x900",
        Size {
            width: 1440,
            height: 900,
        },
    ),
    (
        "1024x768",
        Size {
            width: 1024,
            height: 768,
        },
    ),
    (
        "360x740",
        Size {
            width: 360,
            height: 740,
        },
    ),
];

/// The room of this name in the list of the doctor.
pub(super) async fn room(device: &Device, title: &str) -> String {
    let rooms = device
        .get(&format!("{CHAT}/api/rooms?limit=100"))
        .await
        .json();
    let rooms = rooms["rooms"].as_array().unwrap().iter();
    let found = rooms.into_iter().find(|room| room["title"] == title);
    let id = text(&found.unwrap_or_else(|| panic!("no room {title}"))["id"]);
    format!("{CHAT}/rooms/{id}")
}

/// Name, address, and what must be on it.
pub(super) async fn screens(device: &Device) -> Vec<(&'static str, String, &'static str)> {
    let potassium = room(device, "Yusra Calloway").await;
    vec![
        (
            "patients",
            "/doctor/patients".into(),
            "[data-testid=patients]",
        ),
        (
            "patients-none",
            "/doctor/patients?q=nobody".into(),
            "[data-testid=no-patients]",
        ),
        (
            "patient",
            "/doctor/patients/6".into(),
            "[data-testid=patient]",
        ),
        ("inbox", "/doctor/inbox".into(), "[data-testid=inbox]"),
        ("people", "/doctor/people".into(), "[data-testid=people]"),
        (
            "people-none",
            "/doctor/people?q=nobody".into(),
            "[data-testid=no-people]",
        ),
        ("rooms", CHAT.into(), "[data-testid=new-room-form]"),
        (
            "conversation",
            potassium.clone(),
            "[data-testid=message-list]",
        ),
        (
            "conversation-people",
            format!("{potassium}#panel"),
            "[data-testid=participants]",
        ),
        (
            "conversation-urgent",
            room(device, "Zenobia Harcastle").await,
            "[data-testid=acknowledge]",
        ),
        (
            "conversation-recalled",
            room(device, "Bertrand Ashgrove").await,
            "[data-testid=tombstone]",
        ),
        (
            "conversation-long",
            room(device, "Ward 7 doctors").await,
            "[data-testid=message-list]",
        ),
        (
            "not-found",
            format!("{CHAT}/rooms/4711"),
            "[data-testid=notice]",
        ),
        ("stream", STREAM.into(), "[data-testid=new-room-form]"),
        ("sessions", "/sessions".into(), "[data-testid=sessions]"),
        ("openapi", "/openapi".into(), "[data-testid=operations]"),
    ]
}

async fn fits(browser: &Browser, name: &str) {
    let script = "return document.scrollingElement.scrollWidth - window.innerWidth";
    let over = browser.client().execute(script, Vec::new()).await.unwrap();
    assert!(
        over.as_i64().is_some_and(|over| over <= 0),
        "{name} is {over} px too wide"
    );
}

/// The page as it stands, light and dark: kept as pictures, not too wide, and within WCAG 2.2 AA as far
/// as a program can tell.
pub(super) async fn looks_right(browser: &Browser, name: &str) {
    for (scheme, dark) in [("light", false), ("dark", true)] {
        browser.prefer_dark(dark).await;
        fits(browser, name).await;
        browser.screenshot(&format!("{name}-{scheme}")).await;
        let broken = browser.accessibility_violations().await;
        assert!(broken.is_empty(), "{name}, {scheme}: {broken:#?}");
    }
    browser.prefer_dark(false).await;
}

#[tokio::test]
async fn every_screen_fits_and_is_without_errors() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let device = hospital.device("d01").await;
    let screens = screens(&device).await;
    for (size_name, size) in SIZES {
        for (scheme, dark) in [("light", false), ("dark", true)] {
            let browser = Browser::open(size).await;
            browser.prefer_dark(dark).await;
            browser.goto(&hospital.server.url("/login")).await;
            browser.wait_for("[data-testid=login-form]").await;
            fits(&browser, "login").await;
            browser
                .screenshot(&format!("login-{size_name}-{scheme}"))
                .await;
            sign_in(&browser, &hospital.server.url("/login"), "d01").await;
            no_errors(&browser.console().await);
            for (name, path, shown) in &screens {
                browser.goto(&hospital.server.url(path)).await;
                browser.wait_for(shown).await;
                let name = format!("{name}-{size_name}-{scheme}");
                fits(&browser, &name).await;
                browser.screenshot(&name).await;
                // A page whose very status is a failure says so in the console.
                let console = browser.console().await;
                let console: Vec<_> = console
                    .into_iter()
                    .filter(|line| {
                        !line.contains("status of 404") && !line.contains("status of 503")
                    })
                    .collect();
                no_errors(&console);
            }
        }
    }
}

#[tokio::test]
async fn a_nurses_notice() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    for (size_name, size) in SIZES {
        let browser = Browser::open(size).await;
        sign_in(&browser, &hospital.server.url("/login"), "n01").await;
        browser.wait_for("[data-testid=notice]").await;
        browser
            .screenshot(&format!("nurse-{size_name}-light"))
            .await;
        fits(&browser, "nurse").await;
    }
}
