//! Browsers that keep nothing for the site, or have no room left.

use serde_json::{Value, json};

use super::visit::{TEXTS, ends_with, no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, PASSWORD},
    hospital::Hospital,
    wait::until,
};

/// Everything optional is refused, as by a browser that is told to keep nothing for this site.
const REFUSED: &str = "
    const refuse = () => { throw new DOMException('refused', 'SecurityError'); };
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'Notification'])
        Object.defineProperty(window, name, { get: refuse });
    window.BroadcastChannel = class { constructor() { refuse(); } };
    LockManager.prototype.request = async () => refuse();";

const FULL: &str = "
    Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };";

/// Counts the tones instead of sounding them.
const TONES: &str = "
    window.tones = 0;
    AudioContext.prototype.createOscillator = new Proxy(AudioContext.prototype.createOscillator, {
        apply(make, context) { window.tones += 1; return Reflect.apply(make, context, []); },
    });";

async fn evaluated(browser: &Browser, script: &str) -> Value {
    browser.client().execute(script, Vec::new()).await.unwrap()
}

/// Whether leaving the page would be asked about.
async fn is_asked(browser: &Browser) -> bool {
    let script = "const leaving = new Event('beforeunload', { cancelable: true });
        dispatchEvent(leaving); return leaving.defaultPrevented;";
    evaluated(browser, script).await == true
}

#[tokio::test]
async fn pages_live_ring_and_lock_all_the_same_and_lose_no_word_in_silence() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d07").await;
    for (turn, script) in [REFUSED, FULL].into_iter().enumerate() {
        let room = colleague.new_room(&["1"]).await;
        let doctor = Browser::open(Size::DESKTOP).await;
        let source = json!({"source": format!("{script}{TONES}")});
        doctor
            .devtools("Page.addScriptToEvaluateOnNewDocument", source)
            .await;
        sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
        for page in [
            "/doctor/inbox",
            "/doctor/people",
            CHAT,
            "/doctor/chat/search",
        ] {
            doctor.goto(&hospital.server.url(page)).await;
            doctor.wait_for(".js [data-testid=sidebar]").await;
        }
        // It rings on a page that was used, and on which it is not read anyway.
        doctor.goto(&hospital.server.url(CHAT)).await;
        doctor.wait_for(".js [data-testid=sidebar]").await;
        doctor.click("[data-testid=rings-open]").await;
        doctor
            .keys(
                "[data-testid=ring-urgent-sound]",
                &fantoccini::key::Key::Escape.to_string(),
            )
            .await;
        doctor.wait_until_gone("[data-testid=rings]").await;
        colleague.says(&room, "one").await;
        let row = format!("[data-testid=rooms] [data-room-id=\"{room}\"]");
        doctor.wait_for_text(&row, "one").await;
        let posted =
            json!({"client_id": format!("u-{turn}"), "text": "Bleeding", "urgency": "urgent"});
        let path = format!("{CHAT}/api/rooms/{room}/messages");
        assert_eq!(colleague.post(&path, &posted).await.status, 201);
        until("the urgent message to ring", async || {
            (evaluated(&doctor, "return window.tones").await == 2).then_some(())
        })
        .await;
        doctor
            .goto(&hospital.server.url(&format!("{CHAT}/rooms/{room}")))
            .await;
        ends_with(&doctor, &["one", "Bleeding"]).await;
        say(&doctor, "two").await;
        ends_with(&doctor, &["one", "Bleeding", "two"]).await;

        doctor
            .keys("[data-testid=composer-text]", "Half a thought")
            .await;
        // It is said for a moment only.
        until("it to be said that nothing is kept", async || {
            let said = evaluated(
                &doctor,
                "return document.getElementById('toast').textContent",
            )
            .await;
            said.as_str()?.contains("keeps nothing").then_some(())
        })
        .await;
        assert!(is_asked(&doctor).await);
        no_errors(&doctor.console().await);

        doctor.click("[data-testid=composer-send]").await;
        ends_with(&doctor, &["one", "Bleeding", "two", "Half a thought"]).await;
        doctor.wait_until_gone("[data-testid=state]").await;
        assert!(!is_asked(&doctor).await);
        doctor.click("[data-testid=lock-now]").await;
        doctor.wait_for("[data-testid=lock]").await;
        doctor.fill("[data-testid=unlock-password]", PASSWORD).await;
        doctor.click("[data-testid=unlock-submit]").await;
        doctor.wait_for_text(TEXTS, "Bleeding").await;
    }
}
