//! A message about the wrong patient is stopped, and nothing of its text is lost.

use fantoccini::key::Key;
use serde_json::json;

use super::files::{pick, shows_thumbnails};
use super::visit::{TEXTS, ends_with, from_menu, no_errors, say, sign_in};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, STREAM, text},
    hospital::Hospital,
    on_both_databases,
    pictures::png,
};

on_both_databases!(stopped_on_the_legacy_mount);

const TEXT: &str = "[data-testid=composer-text]";
const MINE: &str = ".message.mine:last-of-type .text";
const GUARD: &str = "[data-testid=patient-guard]";
const CONFIRM: &str = "[data-testid=patient-guard] [data-testid=guard-confirm]";
const DETAIL: &str = "[data-testid=attach-detail]";
const WITHDRAW: &str = "[data-testid=patient-guard] [data-testid=guard-withdraw]";

async fn stopped_on_the_legacy_mount(engine: Engine) {
    let hospital = Hospital::open(engine).await;
    stopped(&hospital, CHAT, Size::DESKTOP).await;
}

#[tokio::test]
async fn stopped_on_the_stream_mount_on_a_phone() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    stopped(&hospital, STREAM, Size::PHONE).await;
}

async fn room_of(device: &Device, patient: &str) -> String {
    let path = format!("{}/api/rooms", device.mount());
    let opened = device.post(&path, &json!({"patient_id": patient})).await;
    format!("{}/rooms/{}", device.mount(), text(&opened.json()["id"]))
}

/// The browser console says that a send was refused; that is what this journey is about.
async fn console(browser: &Browser) -> Vec<String> {
    let lines = browser.console().await.into_iter();
    lines
        .filter(|line| !line.contains("status of 409"))
        .collect()
}

async fn stopped(hospital: &Hospital, mount: &'static str, size: Size) {
    let device = hospital.device("d01").await.on(mount);
    let ashgrove = room_of(&device, "2").await;
    let browser = Browser::open(size).await;
    sign_in(&browser, &hospital.server.url("/login"), "d01").await;
    browser.goto(&hospital.server.url(&ashgrove)).await;
    let sent = browser.texts_of(TEXTS).await.len();

    // A namesake on the ward: Escape gives the text back.
    say(&browser, "Fast from 02:00.").await;
    browser.wait_for_text(GUARD, "Bertram Ashgrove").await;
    for shown in [
        "Bertrand Ashgrove",
        "LMH-900102",
        "LMH-900109",
        "B1-05",
        "similar name",
    ] {
        browser.wait_for_text(GUARD, shown).await;
    }
    let name = if mount == CHAT { "legacy" } else { "stream" };
    for (scheme, dark) in [("light", false), ("dark", true)] {
        browser.prefer_dark(dark).await;
        browser
            .screenshot(&format!("guard-{name}-{}-{scheme}", size.width))
            .await;
    }
    browser
        .keys(WITHDRAW, &char::from(Key::Escape).to_string())
        .await;
    browser.wait_until_gone(GUARD).await;
    assert_eq!(value(&browser).await, "Fast from 02:00.");
    assert_eq!(browser.texts_of(TEXTS).await.len(), sent);

    // Sent all the same, and the namesake is known from now on.
    browser.click("[data-testid=composer-send]").await;
    browser.click(CONFIRM).await;
    ends_with(&browser, &["Fast from 02:00."]).await;
    say(&browser, "Angiography at 9.").await;
    ends_with(&browser, &["Fast from 02:00.", "Angiography at 9."]).await;

    // Another patient's MRN, bed and name, each time.
    for (words, other) in [
        ("Potassium of LMH-900103?", "Yusra Calloway"),
        ("A2-06 is in pain.", "Casimir Dunmore"),
        ("Zenobia Harcastle is septic.", "Zenobia Harcastle"),
    ] {
        say(&browser, words).await;
        browser.wait_for_text(GUARD, other).await;
        browser.click(WITHDRAW).await;
        browser.wait_until_gone(GUARD).await;
        assert_eq!(value(&browser).await, words);
    }
    say(&browser, "Bertrand Ashgrove in B1-02 is fasting.").await;
    ends_with(&browser, &["Bertrand Ashgrove in B1-02 is fasting."]).await;

    // What a message is changed to is stopped too, and stays in the composer.
    from_menu(&browser, MINE, "edit").await;
    browser.wait_for("[data-testid=editing]").await;
    browser.fill(TEXT, "LMH-900103 is fasting.").await;
    browser.click("[data-testid=composer-send]").await;
    browser.wait_for_text(GUARD, "Yusra Calloway").await;
    browser.click(WITHDRAW).await;
    browser.wait_until_gone(GUARD).await;
    assert_eq!(value(&browser).await, "LMH-900103 is fasting.");
    browser.click("[data-testid=composer-send]").await;
    browser.click(CONFIRM).await;
    ends_with(&browser, &["LMH-900103 is fasting."]).await;

    for (action, count) in [
        ("see-patient-warning", 7),
        ("send-despite-warning", 2),
        ("withdraw-after-warning", 5),
    ] {
        let query = format!("SELECT count(*) FROM hims_audit WHERE action = '{action}'");
        let database = &hospital.database;
        crate::support::wait::until("the choice to be written down", async || {
            (database.number(&query).await == count).then_some(())
        })
        .await;
    }
    let title = browser.client().title().await.unwrap();
    let printed = hospital.server.printed();
    for name in ["Ashgrove", "Calloway", "Dunmore", "Harcastle"] {
        assert!(!title.contains(name), "{title}");
        assert!(!printed.contains(name), "a log names a patient");
    }
    no_errors(&console(&browser).await);
}

#[tokio::test]
async fn a_withdrawn_message_gives_its_files_back() {
    for (mount, size) in [(CHAT, Size::DESKTOP), (STREAM, Size::PHONE)] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let device = hospital.device("d01").await.on(mount);
        let ashgrove = room_of(&device, "2").await;
        let folder = tempfile::tempdir().unwrap();
        let browser = Browser::open(size).await;
        sign_in(&browser, &hospital.server.url("/login"), "d01").await;
        browser.goto(&hospital.server.url(&ashgrove)).await;
        pick(&browser, folder.path(), &[("ecg.png", &png(500, 400))]).await;
        browser.wait_for_text(DETAIL, "PNG picture").await;
        say(&browser, "Potassium of LMH-900103?").await;
        browser.wait_for_text(GUARD, "Yusra Calloway").await;
        browser.wait_until_gone(DETAIL).await;
        browser.click(WITHDRAW).await;
        browser.wait_until_gone(GUARD).await;
        assert_eq!(value(&browser).await, "Potassium of LMH-900103?");
        browser.wait_for_text(DETAIL, "PNG picture").await;

        // They are kept like any others, and go with the words once these are right.
        browser.reload().await;
        browser.wait_for_text(DETAIL, "PNG picture").await;
        say(&browser, "Potassium?").await;
        browser.click(CONFIRM).await;
        ends_with(&browser, &["Potassium?"]).await;
        shows_thumbnails(&browser, 1).await;
        browser.wait_until_gone(DETAIL).await;
        let uploads = "SELECT count(*) FROM hims_audit WHERE action = 'upload-attachment'";
        assert_eq!(hospital.database.number(uploads).await, 1);
        no_errors(&console(&browser).await);
    }
}

/// The third choice leads to the other patient's chat, where the text waits in the composer.
#[tokio::test]
async fn the_text_goes_along_to_the_other_patients_chat() {
    for (mount, size) in [(CHAT, Size::DESKTOP), (STREAM, Size::PHONE)] {
        let hospital = Hospital::open(Engine::Sqlite).await;
        let device = hospital.device("d01").await.on(mount);
        let fernwick = room_of(&device, "1").await;
        let browser = Browser::open(size).await;
        sign_in(&browser, &hospital.server.url("/login"), "d01").await;
        browser.goto(&hospital.server.url(&fernwick)).await;
        let words = "Mr Dunmore needs a bladder scan.";
        say(&browser, words).await;
        browser.wait_for_text(GUARD, "Casimir Dunmore").await;
        let name = if mount == CHAT { "legacy" } else { "stream" };
        browser
            .screenshot(&format!("guard-open-{name}-{}", size.width))
            .await;
        browser.click("[data-testid=guard-open]").await;
        browser
            .wait_for_text("[data-testid=room-title]", "Casimir Dunmore")
            .await;
        assert_eq!(value(&browser).await, words);
        let address = browser.client().current_url().await.unwrap();
        assert!(!address.as_str().contains("Dunmore"), "{address}");
        browser.click("[data-testid=composer-send]").await;
        ends_with(&browser, &[words]).await;
        // Nothing is left of it where it was written.
        browser.goto(&hospital.server.url(&fernwick)).await;
        assert_eq!(value(&browser).await, "");
        let last = browser.texts_of(TEXTS).await;
        assert!(last.iter().all(|text| text != words));

        // A room of doctors asks when a patient is named.
        let group = device.new_room(&["2", "3"]).await;
        browser
            .goto(&hospital.server.url(&format!("{mount}/rooms/{group}")))
            .await;
        say(&browser, "Bertram Ashgrove K 6.2").await;
        browser.wait_for_text(GUARD, "This names a patient").await;
        browser
            .screenshot(&format!("guard-group-{name}-{}", size.width))
            .await;
        browser.click(CONFIRM).await;
        ends_with(&browser, &["Bertram Ashgrove K 6.2"]).await;
        no_errors(&console(&browser).await);
    }
}

async fn value(browser: &Browser) -> String {
    let script = "return document.getElementById('composer-text').value";
    let value = browser.client().execute(script, vec![]).await.unwrap();
    text(&value)
}
