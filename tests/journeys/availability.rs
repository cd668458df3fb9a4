//! A doctor says that they are away; colleagues see it wherever they see the doctor.

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::json;

use super::{
    screens::looks_right,
    visit::{no_errors, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, STREAM, send, text},
    hospital::Hospital,
    wait::until,
};

const WORDS: &str = "In theatre, ask Dr Lisle";
const OWN: &str = "[data-testid=own-availability] summary";
const OF_RAGHEL: &str = "[data-doctor-id=\"3\"] [data-testid=availability]";
const PARTNER: &str = "[data-testid=partner-availability]";

/// The room of the device's doctor and Dr Raghel.
async fn direct_room(device: &Device) -> String {
    let body = json!({"participant_ids": ["3"]});
    let rooms = format!("{}/api/rooms", device.mount());
    text(&device.post(&rooms, &body).await.json()["id"])
}

/// Opens the doctor's own form in the sidebar of the patients' page.
async fn open_form(doctor: &Browser, hospital: &Hospital) {
    doctor.goto(&hospital.server.url("/doctor/patients")).await;
    doctor.click(OWN).await;
    doctor.wait_for("[data-testid=availability-set]").await;
}

/// Opens the panel where it is not beside the conversation.
async fn open_panel(browser: &Browser, size: Size) {
    if size.width < 1200 {
        browser.click(".panel-open").await;
    }
}

async fn says_so(doctor: &Browser) {
    doctor.fill("[data-testid=availability-text]", WORDS).await;
    doctor.click("[data-testid=availability-set]").await;
    doctor.wait_for_path("/doctor/patients").await;
    doctor.wait_for_text(OWN, WORDS).await;
}

async fn is_seen(size: Size, mount: &'static str, picture: &str) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    hospital
        .device("d03")
        .await
        .delete("/doctor/api/availability")
        .await;
    let direct = direct_room(&hospital.device("d01").await.on(mount)).await;
    let doctor = Browser::open(size).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d03").await;
    open_form(&doctor, &hospital).await;
    looks_right(&doctor, &format!("availability-form-{picture}")).await;
    says_so(&doctor).await;
    looks_right(&doctor, &format!("availability-own-{picture}")).await;

    let colleague = Browser::open(size).await;
    sign_in(&colleague, &hospital.server.url("/login"), "d01").await;
    let room = hospital.server.url(&format!("{mount}/rooms/{direct}"));
    colleague.goto(&room).await;
    colleague
        .wait_for_text(PARTNER, &format!("Dr Raghel: {WORDS}, until "))
        .await;
    looks_right(&colleague, &format!("availability-direct-{picture}")).await;
    open_panel(&colleague, size).await;
    colleague
        .wait_for_text(&format!("#participants {OF_RAGHEL}"), WORDS)
        .await;
    looks_right(&colleague, &format!("availability-panel-{picture}")).await;

    colleague.goto(&hospital.server.url("/doctor/people")).await;
    colleague.wait_for_text(OF_RAGHEL, WORDS).await;
    looks_right(&colleague, &format!("availability-people-{picture}")).await;

    colleague.goto(&hospital.server.url(mount)).await;
    colleague
        .fill("[data-testid=new-room-search]", "raghel")
        .await;
    let found = "[data-testid=found-doctor] [data-testid=availability]";
    colleague.wait_for_text(found, WORDS).await;
    looks_right(&colleague, &format!("availability-found-{picture}")).await;
    no_errors(&colleague.console().await);

    // Taken back, it is gone everywhere.
    open_form(&doctor, &hospital).await;
    doctor.click("[data-testid=availability-clear]").await;
    doctor.wait_for_text(OWN, "Available").await;
    no_errors(&doctor.console().await);
    colleague.goto(&room).await;
    colleague.wait_for("[data-testid=composer]").await;
    open_panel(&colleague, size).await;
    colleague
        .wait_for_text("#participants [data-doctor-id=\"3\"]", "Raghel")
        .await;
    nothing_is_said(&colleague).await;
    colleague.goto(&hospital.server.url("/doctor/people")).await;
    colleague.wait_for("[data-testid=people]").await;
    assert!(colleague.texts_of(OF_RAGHEL).await.is_empty());
}

/// Neither above the composer nor in the panel.
async fn nothing_is_said(browser: &Browser) {
    until("nothing to be said any more", async || {
        let said = [PARTNER, OF_RAGHEL];
        let mut texts = Vec::new();
        for css in said {
            texts.extend(browser.texts_of(css).await);
        }
        texts.is_empty().then_some(())
    })
    .await;
}

#[tokio::test]
async fn at_a_desk_on_the_legacy_mount() {
    is_seen(Size::DESKTOP, CHAT, "desk").await;
}

#[tokio::test]
async fn on_a_phone_on_the_stream_mount() {
    is_seen(Size::PHONE, STREAM, "phone").await;
}

/// A page that stays open does not go on saying what is over.
#[tokio::test]
async fn at_its_end_it_goes_from_an_open_page() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let room = direct_room(&hospital.device("d01").await).await;
    let colleague = Browser::open(Size::DESKTOP).await;
    sign_in(&colleague, &hospital.server.url("/login"), "d01").await;
    let room = hospital.server.url(&format!("{CHAT}/rooms/{room}"));
    colleague.goto(&room).await;
    colleague.wait_for_text(PARTNER, "In clinic").await;
    let later = "const now = Date.now(); Date.now = () => now + 4 * 3_600_000; dispatchEvent(new Event('focus'))";
    colleague.client().execute(later, Vec::new()).await.unwrap();
    nothing_is_said(&colleague).await;
}

/// Writes down what the page shows from now on, however short.
const WRITE_DOWN: &str = "
    window.shown = '';
    new MutationObserver(() => { window.shown += document.body.innerText; })
        .observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });";

async fn says(device: &Device, words: &str, until: Timestamp) {
    let body = json!({"text": words, "until": until.to_string()});
    let request = device.request(Method::PUT, "/doctor/api/availability");
    assert_eq!(send(request.json(&body)).await.status, 200);
}

async fn shows_at_once(size: Size, mount: &'static str) {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let raghel = hospital.device("d03").await;
    raghel.delete("/doctor/api/availability").await;
    let direct = direct_room(&hospital.device("d01").await.on(mount)).await;
    let room = hospital.server.url(&format!("{mount}/rooms/{direct}"));
    let people = hospital.server.url("/doctor/people");
    let (talking, looking) = (Browser::open(size).await, Browser::open(size).await);
    for (browser, page) in [(&talking, &room), (&looking, &people)] {
        sign_in(browser, &hospital.server.url("/login"), "d01").await;
        browser.goto(page).await;
        browser.wait_for(".js main").await;
    }
    open_panel(&talking, size).await;
    nothing_is_said(&talking).await;
    let panel = format!("#participants {OF_RAGHEL}");
    // Until both pages listen.
    let later = || Timestamp::now() + SignedDuration::from_hours(1);
    until("both pages to hear", async || {
        says(&raghel, "In a meeting", later()).await;
        let heard = [
            looking.texts_of(OF_RAGHEL).await,
            talking.texts_of(PARTNER).await,
        ];
        let heard = heard
            .iter()
            .all(|texts| texts.concat().contains("In a meeting"));
        heard.then_some(())
    })
    .await;
    for words in [WORDS, "In clinic"] {
        says(
            &raghel,
            words,
            Timestamp::now() + SignedDuration::from_hours(1),
        )
        .await;
        looking.wait_for_text(OF_RAGHEL, words).await;
        talking.wait_for_text(PARTNER, words).await;
        talking.wait_for_text(&panel, words).await;
    }
    raghel.delete("/doctor/api/availability").await;
    nothing_is_said(&talking).await;
    nothing_is_said(&looking).await;

    // At its end it goes by itself, without a word from anybody.
    for browser in [&talking, &looking] {
        browser
            .client()
            .execute(WRITE_DOWN, Vec::new())
            .await
            .unwrap();
    }
    says(
        &raghel,
        "Back soon",
        Timestamp::now() + SignedDuration::from_secs(4),
    )
    .await;
    for browser in [&talking, &looking] {
        until("the words for a moment", async || {
            let shown = "return window.shown.includes('Back soon')";
            let shown = browser.client().execute(shown, Vec::new()).await;
            (shown.unwrap() == true).then_some(())
        })
        .await;
    }
    nothing_is_said(&talking).await;
    nothing_is_said(&looking).await;
    no_errors(&talking.console().await);
    no_errors(&looking.console().await);
}

#[tokio::test]
async fn it_shows_at_once_at_a_desk_on_the_legacy_mount() {
    shows_at_once(Size::DESKTOP, CHAT).await;
}

#[tokio::test]
async fn it_shows_at_once_on_a_phone_on_the_stream_mount() {
    shows_at_once(Size::PHONE, STREAM).await;
}

#[tokio::test]
async fn it_works_without_scripts() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let doctor = Browser::open_without_javascript(Size::DESKTOP).await;
    sign_in(&doctor, &hospital.server.url("/login"), "d01").await;
    open_form(&doctor, &hospital).await;
    says_so(&doctor).await;
    open_form(&doctor, &hospital).await;
    doctor.click("[data-testid=availability-clear]").await;
    doctor.wait_for_text(OWN, "Available").await;
}
