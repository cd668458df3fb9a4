//! Everything by keyboard.

use fantoccini::key::Key;
use serde_json::json;

use super::visit::{ends_with, no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::CHAT,
    hospital::Hospital,
    wait::until,
};

/// Presses a key, together with those whose bits are given, wherever the focus is.
pub(super) async fn press(browser: &Browser, key: &str, bits: i64) {
    for kind in ["keyDown", "keyUp"] {
        let code = if key.len() == 1 && key.chars().all(char::is_alphabetic) {
            format!("Key{}", key.to_uppercase())
        } else {
            key.to_owned()
        };
        let number = match key {
            "Escape" => 27,
            "ArrowUp" => 38,
            "ArrowDown" => 40,
            "Tab" => 9,
            "Enter" => 13,
            _ => i64::from(key.to_uppercase().as_bytes()[0]),
        };
        let mut event = json!({
            "type": kind, "key": key, "code": code, "modifiers": bits, "windowsVirtualKeyCode": number,
        });
        if kind == "keyDown" && key.chars().count() == 1 && bits & (ALT | CONTROL) == 0 {
            event["text"] = json!(key);
        }
        if kind == "keyDown" && key == "Enter" && bits == 0 {
            event["text"] = json!("\r");
        }
        browser.devtools("Input.dispatchKeyEvent", event).await;
    }
}

const ALT: i64 = 1;
pub(super) const CONTROL: i64 = 2;
const SHIFT: i64 = 8;

async fn focused(browser: &Browser) -> String {
    let script = "return document.activeElement.innerText";
    let text = browser.client().execute(script, Vec::new()).await.unwrap();
    text.as_str().unwrap_or_default().to_owned()
}

async fn focus_moves_to(browser: &Browser, words: &str) {
    until(words, async || {
        focused(browser).await.contains(words).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_doctor_goes_anywhere_by_keyboard() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor.wait_for(".js [data-testid=patients]").await;

    // The sheet lists the keys; Escape closes it, and the focus is where it was.
    press(&doctor, "?", SHIFT).await;
    doctor
        .wait_for_text("[data-testid=keys]", "Go to anyone, room or MRN")
        .await;
    press(&doctor, "Escape", 0).await;
    doctor.wait_until_gone("[data-testid=keys]").await;

    // J and Enter open a patient.
    press(&doctor, "j", 0).await;
    press(&doctor, "j", 0).await;
    press(&doctor, "k", 0).await;
    let first = doctor.texts_of("[data-testid=patient-row]").await[0].clone();
    let name = first.lines().next().unwrap().to_owned();
    focus_moves_to(&doctor, &name).await;

    // To a patient by MRN, without a trace in any address.
    press(&doctor, "k", CONTROL).await;
    doctor.wait_for("[data-testid=go]").await;
    doctor.keys("[data-testid=go-query]", "900112").await;
    doctor
        .wait_for_text("[data-testid=go-option]", "Amara Vint")
        .await;
    assert!(doctor.accessibility_violations().await.is_empty());
    let asked = "return performance.getEntriesByType('resource').map(({ name }) => name).join(' ')";
    let asked = doctor.client().execute(asked, Vec::new()).await.unwrap();
    assert!(asked.as_str().unwrap().contains("/doctor/api/patients"));
    doctor
        .keys("[data-testid=go-query]", &Key::Enter.to_string())
        .await;
    doctor.wait_for_path("/doctor/patients/12").await;

    // To a colleague, whose room is opened.
    press(&doctor, "k", CONTROL).await;
    doctor.keys("[data-testid=go-query]", "brannigan").await;
    doctor
        .wait_for_text("[data-testid=go-option][aria-selected=true]", "Brannigan")
        .await;
    doctor
        .keys("[data-testid=go-query]", &Key::Enter.to_string())
        .await;
    doctor
        .wait_for_text("[data-testid=room-title]", "Dr Teodor Brannigan")
        .await;
    // And to a room of the list.
    press(&doctor, "k", CONTROL).await;
    doctor.keys("[data-testid=go-query]", "calloway").await;
    doctor
        .wait_for_text(
            "[data-testid=go-option][aria-selected=true]",
            "Yusra Calloway",
        )
        .await;
    doctor
        .keys("[data-testid=go-query]", &Key::Enter.to_string())
        .await;
    doctor
        .wait_for_text("[data-testid=room-title]", "Yusra Calloway")
        .await;
    no_errors(&doctor.console().await);
}

#[tokio::test]
async fn a_doctor_reads_and_answers_by_keyboard() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let other = colleague.new_room(&["1", "3"]).await;
    colleague.says(&room, "First line").await;
    let urgent = json!({"client_id": "u", "text": "Please come now", "urgency": "urgent"});
    let path = format!("{CHAT}/api/rooms/{room}/messages");
    assert_eq!(colleague.post(&path, &urgent).await.status, 201);

    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    ends_with(&doctor, &["First line", "Please come now"]).await;
    doctor.wait_for(".js body").await;

    // The composer has the focus; the message before it is a step away, and from there on the others are.
    focus_moves_to(&doctor, "").await;
    press(&doctor, "Tab", SHIFT).await;
    focus_moves_to(&doctor, "Acknowledge").await;
    press(&doctor, "k", 0).await;
    focus_moves_to(&doctor, "First line").await;
    press(&doctor, "r", 0).await;
    doctor.wait_for_text("#answering", "First line").await;
    doctor
        .keys("[data-testid=composer-text]", "jk? a r u")
        .await;
    // Escape takes the quote away and no text.
    press(&doctor, "Escape", 0).await;
    doctor.wait_until_gone("#answering").await;
    let text = doctor.wait_for("[data-testid=composer-text]").await;
    assert_eq!(
        text.prop("value").await.unwrap().as_deref(),
        Some("jk? a r u")
    );
    press(&doctor, "u", ALT | SHIFT).await;
    let switch = doctor.wait_for(".urgent-switch").await;
    let switched = "return document.querySelector('[data-testid=composer-urgent]').checked";
    until("the urgent switch", async || {
        let on = doctor.client().execute(switched, Vec::new()).await.unwrap();
        (on == json!(true)).then_some(())
    })
    .await;
    switch.click().await.unwrap();
    say(&doctor, "Coming").await;

    // Acknowledged by one letter and a question, unless letters are switched off.
    doctor.click("[data-testid=keys-open]").await;
    doctor.click("[data-testid=single-letters]").await;
    press(&doctor, "Escape", 0).await;
    doctor.wait_until_gone("[data-testid=keys]").await;
    let focus = "document.querySelector('.message.urgent').focus()";
    doctor.client().execute(focus, Vec::new()).await.unwrap();
    press(&doctor, "a", 0).await;
    doctor.wait_for("[data-testid=acknowledge]").await;
    doctor.click("[data-testid=keys-open]").await;
    doctor.click("[data-testid=single-letters]").await;
    press(&doctor, "Escape", 0).await;
    doctor.wait_until_gone("[data-testid=keys]").await;
    doctor.client().execute(focus, Vec::new()).await.unwrap();
    press(&doctor, "a", 0).await;
    doctor
        .wait_for_text("[data-testid=key-ask]", "Please come now")
        .await;
    assert!(doctor.accessibility_violations().await.is_empty());
    doctor.click("[data-testid=key-ask-yes]").await;
    doctor.wait_until_gone("[data-testid=acknowledge]").await;

    // The next unread room, and back.
    colleague.says(&other, "Something else").await;
    doctor
        .wait_for_text(
            &format!("[data-room-id=\"{other}\"] [data-testid=unread]"),
            "1",
        )
        .await;
    let here = doctor.path().await;
    for key in ["ArrowDown", "ArrowUp"] {
        press(&doctor, key, ALT).await;
        let moved = doctor.path().await != here;
        if moved {
            break;
        }
    }
    until("another room", async || {
        (doctor.path().await != here).then_some(())
    })
    .await;
    no_errors(&doctor.console().await);
}

#[tokio::test]
async fn the_keys_of_the_sheet_work_on_every_page() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;

    let chat = format!("{CHAT}/rooms/{room}");
    let messages = format!("{CHAT}/search");
    let pages = [
        ("/doctor/inbox", Some(messages.as_str())),
        (CHAT, Some(messages.as_str())),
        ("/doctor/patients", None),
        ("/doctor/patients/12", Some(messages.as_str())),
        ("/doctor/people", None),
        (messages.as_str(), None),
    ];
    for (page, leads_to) in pages {
        // The one before was read when the keys led to it.
        colleague.says(&room, page).await;
        doctor.goto(&hospital.server.url(page)).await;
        doctor.wait_for(".js body").await;
        press(&doctor, "?", SHIFT).await;
        doctor.wait_for("[data-testid=keys]").await;
        press(&doctor, "Escape", 0).await;
        doctor.wait_until_gone("[data-testid=keys]").await;
        press(&doctor, "/", 0).await;
        if let Some(path) = leads_to {
            doctor.wait_for_path(path).await;
        } else {
            doctor
                .wait_for("main [role=search] [type=search]:focus")
                .await;
        }
        doctor.goto(&hospital.server.url(page)).await;
        doctor.wait_for(".js .room.unread").await;
        press(&doctor, "ArrowDown", ALT).await;
        until(page, async || {
            doctor.path().await.contains("/rooms/").then_some(())
        })
        .await;
    }

    // Straight to the composer, past everything that stands before it.
    doctor.goto(&hospital.server.url(&chat)).await;
    let skip = "document.querySelector('[data-testid=skip-to-composer]').focus()";
    doctor.client().execute(skip, Vec::new()).await.unwrap();
    press(&doctor, "Enter", 0).await;
    doctor.wait_for("[data-testid=composer-text]:focus").await;
    no_errors(&doctor.console().await);
}
