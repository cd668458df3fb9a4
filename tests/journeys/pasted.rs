//! Text that comes into the composer otherwise than by typing: pasted, dropped, composed by an input method.

use serde_json::{Value, json};

use super::visit::{ends_with, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, STREAM},
    hospital::Hospital,
    wait::until,
};

const TEXT: &str = "[data-testid=composer-text]";
const ERROR: &str = "[data-testid=composer-error]";
const COUNT: &str = "[data-testid=composer-count]";
const CARD: &str = "[data-testid=attach]";

/// Gives what has the focus a clipboard of these forms, or drops them on the page.
const GIVE: &str = "
    const [kind, forms, files] = arguments;
    const data = new DataTransfer();
    for (const [type, words] of Object.entries(forms)) data.setData(type, words);
    for (const [name, type] of Object.entries(files)) data.items.add(new File(['x'], name, { type }));
    const how = { bubbles: true, cancelable: true };
    const event = kind === 'paste' ? new ClipboardEvent(kind, { ...how, clipboardData: data }) : new DragEvent(kind, { ...how, dataTransfer: data });
    document.activeElement.dispatchEvent(event);";

const SET: &str = "
    const text = document.querySelector('[data-testid=composer-text]');
    text.value = arguments[0];
    text.dispatchEvent(new Event('input', { bubbles: true }));";

async fn give(browser: &Browser, kind: &str, forms: Value, files: Value) {
    let arguments = vec![json!(kind), forms, files];
    browser.client().execute(GIVE, arguments).await.unwrap();
}

async fn set(browser: &Browser, words: &str) {
    browser
        .client()
        .execute(SET, vec![json!(words)])
        .await
        .unwrap();
}

async fn composed(browser: &Browser) -> String {
    let text = browser.wait_for(TEXT).await;
    text.prop("value").await.unwrap().unwrap_or_default()
}

async fn holds(browser: &Browser, words: &str) {
    until(&format!("the composer to hold {words:?}"), async || {
        (composed(browser).await == words).then_some(())
    })
    .await;
}

#[tokio::test]
async fn text_wins_over_its_picture_and_nothing_is_cut() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    for (mount, size) in [(CHAT, Size::DESKTOP), (STREAM, Size::PHONE)] {
        let colleague = hospital.device("d02").await.on(mount);
        let room = colleague.new_room(&["1"]).await;
        let doctor = Browser::open(size).await;
        sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
        doctor
            .goto(&hospital.server.url(&format!("{mount}/rooms/{room}")))
            .await;
        doctor.wait_for(".js [data-testid=composer-text]").await;

        let picture = json!({"image.png": "image/png"});
        let cells =
            "<table><tr><td>K</td><td>6.9</td></tr><tr><td>Na</td><td>131</td></tr></table>";
        let texts = [
            ("paste", json!({"text/plain": "K\t6.9", "text/html": cells})),
            ("drop", json!({"text/plain": "K\t6.9", "text/html": cells})),
            ("paste", json!({"text/plain": "K\t6.9"})),
        ];
        for (kind, forms) in texts {
            give(&doctor, kind, forms.clone(), picture.clone()).await;
            until(&format!("{forms} to be written"), async || {
                (composed(&doctor).await == "K\t6.9").then_some(())
            })
            .await;
            assert!(doctor.texts_of(CARD).await.is_empty(), "{forms}");
            set(&doctor, "").await;
        }
        // Markup alone is text as well, with or without a picture of it.
        for files in [json!({}), picture.clone()] {
            give(&doctor, "paste", json!({"text/html": cells}), files).await;
            holds(&doctor, "K\t6.9\nNa\t131").await;
            set(&doctor, "").await;
        }
        // Files come with their own names, a picture of a page with its address: these are no text.
        let attached = [
            (json!({}), picture.clone()),
            (json!({"text/plain": "image.png"}), picture.clone()),
            (
                json!({"text/plain": "file:///home/d01/ECG%201.pdf"}),
                json!({"ECG 1.pdf": "application/pdf"}),
            ),
            (
                json!({"text/plain": "https://ward.example/ecg", "text/html": "<img src='https://ward.example/ecg'>"}),
                picture.clone(),
            ),
        ];
        for (forms, files) in attached {
            give(&doctor, "paste", forms, files).await;
            doctor.wait_for(CARD).await;
            holds(&doctor, "").await;
            doctor.click("[data-testid=attach-remove]").await;
            doctor.wait_until_gone(CARD).await;
        }

        // Nothing is cut; what is too many is said, and nothing is sent.
        let long = format!("{} Penicillin allergy", "a".repeat(5_523));
        set(&doctor, &long).await;
        doctor.wait_for_text(COUNT, "542 characters too many").await;
        doctor.screenshot(&format!("too-long-{}", size.width)).await;
        doctor.click("[data-testid=composer-send]").await;
        doctor
            .wait_for_text(ERROR, "542 characters too long: at most 5,000 are possible")
            .await;
        assert_eq!(composed(&doctor).await, long);
        assert!(colleague.messages(&room).await.is_empty());
        // Characters are counted, not halves of them.
        let emoji = "\u{1f9e0}".repeat(5_000);
        set(&doctor, &emoji).await;
        doctor
            .wait_for_text(COUNT, "5,000 of 5,000 characters")
            .await;
        doctor.click("[data-testid=composer-send]").await;
        until("the longest message to arrive", async || {
            let sent = colleague.messages(&room).await;
            (sent.len() == 1 && sent[0]["text"] == emoji).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn an_enter_that_ends_a_composition_sends_nothing() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let colleague = hospital.device("d02").await;
    let room = colleague.new_room(&["1"]).await;
    let doctor = Browser::open(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    doctor
        .goto(&hospital.server.url(&format!("{CHAT}/rooms/{room}")))
        .await;
    doctor.click(".enter-switch").await;
    doctor.click(TEXT).await;
    doctor
        .devtools("Input.insertText", json!({"text": "低钾血症"}))
        .await;
    // As Safari tells it: the composition is over by then.
    let enter = |code: u32| json!({"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": code});
    doctor.devtools("Input.dispatchKeyEvent", enter(229)).await;
    holds(&doctor, "低钾血症").await;
    doctor.devtools("Input.dispatchKeyEvent", enter(13)).await;
    ends_with(&doctor, &["低钾血症"]).await;

    // What stands about a lost network ends with it.
    doctor.click(".urgent-switch").await;
    doctor.fill(TEXT, "Please come").await;
    doctor.set_offline(true).await;
    doctor.click("[data-testid=composer-send]").await;
    doctor
        .wait_for_text(ERROR, "this computer is offline")
        .await;
    doctor.set_offline(false).await;
    doctor.wait_for_text(ERROR, "The connection is back").await;
    doctor.click("[data-testid=composer-send]").await;
    ends_with(&doctor, &["低钾血症", "Please come"]).await;
}
