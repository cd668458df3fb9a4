//! The pictures of docs/tour.md and the README: taken when `HIMS_TOUR` is set, each short of 250 KB.

use std::path::Path;

use serde_json::json;

use super::{
    screens::room,
    visit::{say, sign_in},
};
use crate::support::{
    browser::{Browser, Size},
    database::Engine,
    device::{CHAT, Device, STREAM, text},
    hospital::Hospital,
};

const LARGEST: u64 = 250_000;

const DESK: Size = Size {
    width: 1280,
    height: 800,
};

#[tokio::test]
async fn the_tour_can_be_walked() {
    let hospital = Hospital::open(Engine::Sqlite).await;
    let device = hospital.device("d01").await;
    let url = |path: &str| hospital.server.url(path);
    let phone = Browser::open(Size::PHONE).await;
    phone.prefer_dark(true).await;
    sign_in(&phone, &url("/login"), "d01").await;
    phone.goto(&url(CHAT)).await;
    phone.wait_for(".js [data-testid=rooms]").await;
    keep(&phone, "tour-phone-rooms").await;
    phone
        .goto(&url(&room(&device, "Zenobia Harcastle").await))
        .await;
    phone.wait_for(".js [data-testid=acknowledge]").await;
    keep(&phone, "tour-phone-urgent").await;

    let desk = Browser::open(DESK).await;
    desk.prefer_dark(false).await;
    sign_in(&desk, &url("/login"), "d01").await;
    at_a_desk(&desk, &hospital, &device).await;

    let office = Browser::open(DESK).await;
    office.prefer_dark(false).await;
    sign_in(&office, &url("/login"), "a01").await;
    office.click("[data-testid=run-checks]").await;
    office.wait_for_text(".checks-scope", "asked at").await;
    keep(&office, "tour-checks").await;
}

async fn at_a_desk(desk: &Browser, hospital: &Hospital, device: &Device) {
    let url = |path: &str| hospital.server.url(path);
    desk.wait_for(".js [data-testid=patients]").await;
    keep(desk, "tour-patients").await;
    desk.click("[data-testid=go-open]").await;
    desk.keys("[data-testid=go-query]", "calloway").await;
    desk.wait_for_text("[data-testid=go-found]", "LMH-900103")
        .await;
    keep(desk, "tour-go").await;

    let urgent = room(device, "Zenobia Harcastle").await;
    desk.goto(&url(&urgent)).await;
    desk.wait_for(".js [data-testid=acknowledge]").await;
    keep(desk, "tour-urgent").await;
    desk.click("[data-testid=urgent-acknowledge]").await;
    desk.click("[data-testid=urgent-acknowledge]").await;
    desk.wait_until_gone("[data-testid=urgent-item]").await;

    desk.goto(&url(&room(device, "Yusra Calloway").await)).await;
    desk.wait_for(".js [data-testid=message-list]").await;
    keep(desk, "conversation").await;
    say(desk, "Nil by mouth for Bertram Ashgrove from midnight.").await;
    desk.wait_for("[data-testid=patient-guard][open]").await;
    keep(desk, "wrong-patient").await;
    desk.keys("[data-testid=patient-guard]", "\u{e00c}").await;

    desk.goto(&url(&format!("{CHAT}/search"))).await;
    desk.fill("[data-testid=search-q]", "potassium").await;
    desk.wait_for("[data-testid=search-hit]").await;
    keep(desk, "tour-search").await;
    desk.goto(&url("/doctor/people")).await;
    desk.wait_for(".js [data-testid=people]").await;
    keep(desk, "tour-people").await;
    on_stream(desk, hospital, device).await;

    desk.click("[data-testid=keys-open]").await;
    desk.wait_for("[data-testid=keys]").await;
    keep(desk, "tour-keys").await;
    desk.goto(&url(&urgent)).await;
    desk.click("[data-testid=lock-now]").await;
    desk.wait_for("[data-testid=lock]").await;
    keep(desk, "tour-lock").await;
}

/// Two doctors about the same patient on the other backend.
async fn on_stream(desk: &Browser, hospital: &Hospital, device: &Device) {
    let rooms = format!("{STREAM}/api/rooms");
    let patient = json!({"patient_id": "3"});
    let room = text(&device.post(&rooms, &patient).await.json()["id"]);
    let colleague = hospital.device("d04").await.on(STREAM);
    assert!(colleague.post(&rooms, &patient).await.status < 300);
    colleague
        .says(
            &room,
            "Potassium 5.1 an hour after dialysis. Bed free on B3.",
        )
        .await;
    desk.goto(&hospital.server.url(&format!("{STREAM}/rooms/{room}")))
        .await;
    desk.wait_for(".js [data-testid=message-list]").await;
    say(desk, "Good. Repeat at six, then she can move.").await;
    desk.wait_for("[data-testid=receipt]").await;
    keep(desk, "stream-conversation").await;
}

/// Looks at the page, and keeps what it saw where the documents show it from.
async fn keep(browser: &Browser, name: &str) {
    browser.screenshot(name).await;
    if std::env::var_os("HIMS_TOUR").is_none() {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let taken = root
        .join("artifacts/screenshots")
        .join(name)
        .with_extension("png");
    let size = std::fs::metadata(&taken).unwrap().len();
    assert!(size <= LARGEST, "{name} has {size} bytes");
    let shown = root.join("docs/images").join(name).with_extension("png");
    std::fs::copy(taken, shown).unwrap();
}
